package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterApiTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private TwoNodes nodes;

    @BeforeEach
    void changefeed() {
        nodes = new TwoNodes(temporary, null);
        nodes.first.coordinator.has("orders", "n2.b", 400, TwoNodes.ORDERS);
    }

    private ApiAnswer ask(String method, String path, String body) {
        return nodes.ask(nodes.atSecond, method, path, body);
    }

    @Test
    @DisplayName("Every node lists changefeeds; who has answered, and in which term, is in the answer")
    void list() {
        ApiAnswer answer = ask("GET", "/v1/changefeeds", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("changefeeds").path(0).path("name").asText())
                .isEqualTo("orders");
        assertThat(answer.body().path("answeredBy").asText()).isEqualTo("n1.a");
        assertThat(answer.body().path("leaderEpoch").asLong()).isEqualTo(1);
        assertThat(nodes.cluster.calls).isEqualTo(1);
    }

    @Test
    @DisplayName("What every node knows is not passed on")
    void local() {
        assertThat(ask("GET", "/v1/nodes", "").body().path("nodes").size()).isEqualTo(2);
        assertThat(ask("GET", "/v1/config", "")
                        .body()
                        .path("settings")
                        .path("node.name")
                        .asText())
                .isEqualTo("n2.b");
        assertThat(ask("GET", "/v1/cluster", "").body().path("leader").asText()).isEqualTo("n1.a");
        assertThat(ask("GET", "/v1/openapi.json", "").body().has("paths")).isTrue();
        assertThat(nodes.cluster.calls).isZero();
    }

    @ParameterizedTest
    @DisplayName("A change is executed by the leader, whoever is asked, and answered with where to look")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST   | /v1/changefeeds/orders/move   | {'node':'n2'} | move orders to n2.b
            POST   | /v1/changefeeds/orders/pause  | {}            | pause orders
            POST   | /v1/changefeeds/orders/resume | {}            | resume orders
            DELETE | /v1/changefeeds/orders        | {}            | remove orders
            POST   | /v1/nodes/n2/drain            | {}            | drain n2.b
            """)
    void changes(String method, String path, String body, String effect) {
        ApiAnswer answer = ask(method, path, body);

        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body().path("status").asText()).startsWith("/v1/");
        assertThat(nodes.first.coordinator.asked).containsExactly(effect);
    }

    @ParameterizedTest
    @DisplayName("A dry run checks the request, and changes nothing and writes nothing down")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            POST   | /v1/changefeeds/orders/move?dryRun  | {'node':'n2'}
            POST   | /v1/changefeeds/orders/pause?dryRun | {}
            DELETE | /v1/changefeeds/orders?dryRun       | {}
            POST   | /v1/nodes/n2/drain?dryRun           | {}
            DELETE | /v1/nodes/n2/drain?dryRun           | {}
            POST   | /v1/nodes/n2/stop?dryRun            | {}
            """)
    void dryRun(String method, String path, String body) {
        assertThat(ask(method, path, body).status()).isEqualTo(202);

        assertThat(nodes.first.coordinator.asked).isEmpty();
        assertThat(nodes.second.stops).isZero();
        assertThat(nodes.audit("first")).isEmpty();
        assertThat(nodes.audit("second")).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("What cannot be meant is refused, with the nearest name where there is one, and changes nothing")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GET    | /v1/changefeeds/order          | {}             | 404 | did you mean 'orders'?
            DELETE | /v1/changefeeds/order          | {}             | 404 | did you mean 'orders'?
            POST   | /v1/changefeeds/orders/move    | {'node':'n3'}  | 404 | there are n1, n2
            POST   | /v1/changefeeds/orders/move    | {}             | 400 | needs 'node'
            POST   | /v1/changefeeds/orders/move    | {'node':7}     | 400 | needs 'node', a text, and has
            POST   | /v1/changefeeds/orders/explode | {}             | 404 | there is nothing at
            GET    | /v1/changefeeds/orders/pause   | {}             | 405 | use POST
            PUT    | /v1/changefeeds                | {}             | 405 | use GET or POST
            GET    | /v1/changefeeds/               | {}             | 404 | there is nothing at
            GET    | /v2/changefeeds                | {}             | 404 | see /v1/changefeeds
            POST   | /v1/nodes/n3/drain             | {}             | 404 | no member is called
            POST   | /v1/nodes/n3/stop              | {}             | 404 | no member is called
            """)
    void refused(String method, String path, String body, int status, String reason) {
        ApiAnswer answer = ask(method, path, body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.body().path("message").asText()).contains(reason);
        assertThat(nodes.first.coordinator.asked).isEmpty();
    }

    @Test
    @DisplayName("A node is stopped by itself, and not by the leader")
    void stop() {
        assertThat(nodes.ask(nodes.atFirst, "POST", "/v1/nodes/n2.b/stop", "").status())
                .isEqualTo(202);
        assertThat(nodes.second.stops).isEqualTo(1);
        assertThat(nodes.first.stops).isZero();
    }

    // ---- protocol --------------------------------------------------------------------------------------------------

    @Test
    @DisplayName(
            "The leader lets the cluster speak what all can, once or twice; it is written down, and everybody sees it")
    void finalizes() {
        assertThat(ask("GET", "/v1/cluster", "").body().path("protocol").toString())
                .isEqualTo("{\"active\":1,\"common\":2,\"behind\":[]}");
        for (int i = 0; i < 2; i++) {
            ApiAnswer answer = ask("POST", "/v1/cluster/finalize", "");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().path("active").asInt()).isEqualTo(2);
            assertThat(answer.body().path("answeredBy").asText()).isEqualTo("n1.a");
        }
        assertThat(nodes.audit("first").toString()).contains("/v1/cluster/finalize");
        assertThat(ask("GET", "/v1/cluster", "")
                        .body()
                        .path("protocol")
                        .path("active")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    @DisplayName("To look whether it could be finalized changes nothing")
    void finalizesNothing() {
        ApiAnswer answer = ask("POST", "/v1/cluster/finalize?dryRun", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("text").asText()).contains("every member speaks protocol 2");
        assertThat(nodes.cluster.protocol.active()).isEqualTo(1);
        assertThat(nodes.audit("first")).isEmpty();
    }

    @ParameterizedTest
    @DisplayName("Members that are too old are named, ten of them at most, and nothing changes")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            /v1/cluster/finalize        | 1  | protocol 1 stays the active one: m00.a speaks no newer one
            /v1/cluster/finalize?dryRun | 1  | m00.a speaks no newer one; upgrade or stop them first
            /v1/cluster/finalize        | 14 | m08.a, m09.a and 4 more speak no newer one
            """)
    void tooOld(String path, int members, String said) {
        TreeMap<NodeId, Integer> behind = new TreeMap<>();
        for (int i = 0; i < members; i++) {
            behind.put(new NodeId(String.format(Locale.ROOT, "m%02d.a", i)), 1);
        }
        nodes.cluster.protocol = new ClusterNode.Protocol(1, 1, behind);

        ApiAnswer answer = ask("POST", path, "");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body().path("message").asText()).contains(said);
    }

    @Test
    @DisplayName("A leader that is deposed while it finalizes says so")
    void deposedMeanwhile() {
        nodes.first.stored = new CompletableFuture<>();
        CompletableFuture<ApiAnswer> answer =
                nodes.atSecond.handle(TwoNodes.request("POST", "/v1/cluster/finalize", ""));
        assertThat(answer).isNotDone();
        nodes.first.believesToLead = false;
        nodes.first.stored.complete(null);

        assertThat(answer.join().status()).isEqualTo(503);
        assertThat(answer.join().body().path("message").asText()).contains("leadership has changed");
    }

    // ---- leadership ------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("Without a leader there is no answer yet")
    void noLeader() {
        nodes.cluster.leader = null;
        ApiAnswer answer = ask("GET", "/v1/changefeeds", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("message").asText()).contains("no member leads");
    }

    private static ClusterNode.StoreSilence silence() {
        return new ClusterNode.StoreSilence(
                Instant.EPOCH, Duration.ofSeconds(23), "ZooKeeper at zk1:2181 has not answered since T (23 s)");
    }

    @Test
    @DisplayName("Where nobody leads because the store is away, the refusal names it, and since when")
    void noLeaderWithoutStore() {
        nodes.cluster.leader = null;
        nodes.second.storeSilence = Optional.of(silence());
        ApiAnswer answer = ask("GET", "/v1/changefeeds", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("code").asText()).isEqualTo("MNT-6003");
        assertThat(answer.body().path("message").asText())
                .contains("no member leads", "ZooKeeper at zk1:2181 has not answered since T (23 s) (MNT-5001)")
                .doesNotContain("a few seconds");
    }

    @Test
    @DisplayName("A node that has not heard of the store for longer than a lease does not know who leads")
    void leaderUnknown() {
        var known = ask("GET", "/v1/nodes", "").body();
        assertThat(known.path("nodes").findValuesAsText("leader")).containsExactly("true", "false");
        assertThat(known.path("leaderKnown").asBoolean()).isTrue();
        assertThat(known.has("storeSilent")).isFalse();

        nodes.second.storeSilence = Optional.of(silence());
        for (String path : List.of("/v1/nodes", "/v1/cluster")) {
            var body = ask("GET", path, "").body();
            assertThat(body.path("leaderKnown").asBoolean(true)).as(path).isFalse();
            assertThat(body.path("lastLeader").asText()).isEqualTo("n1.a");
            assertThat(body.path("storeSilent").path("millis").asLong()).isEqualTo(23_000);
        }
        assertThat(ask("GET", "/v1/nodes", "").body().path("nodes").findValuesAsText("leader"))
                .containsExactly("false", "false");
        assertThat(ask("GET", "/v1/cluster", "").body().path("leader").isNull()).isTrue();
    }

    @Test
    @DisplayName("A leader whose store is away says how old what it knows may be; who passes the request on does not")
    void oldSnapshot() {
        nodes.first.storeSilence = Optional.of(silence());
        for (String path : List.of("/v1/changefeeds", "/v1/changefeeds/orders")) {
            ApiAnswer answer = ask("GET", path, "");
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body().path("storeSilent").path("code").asText()).isEqualTo("MNT-5001");
            assertThat(answer.body().path("storeSilent").path("message").asText())
                    .contains("ZooKeeper at zk1:2181", "n1.a");
        }
        nodes.first.storeSilence = Optional.empty();
        nodes.second.storeSilence = Optional.of(silence());
        assertThat(ask("GET", "/v1/changefeeds", "").body().has("storeSilent")).isFalse();
    }

    @Test
    @DisplayName("Of an owner that says nothing, it is shown for how long, since it may be dead")
    void ownerIsSilent() {
        assertThat(ask("GET", "/v1/changefeeds/orders", "").body().has("ownerSilentMillis"))
                .isFalse();
        nodes.first.coordinator.ownerSilentMillis = OptionalLong.of(7_000);
        assertThat(ask("GET", "/v1/changefeeds", "")
                        .body()
                        .at("/changefeeds/0/ownerSilentMillis")
                        .asLong())
                .isEqualTo(7_000);
    }

    @Test
    @DisplayName("Of a changefeed that hosts refuse again and again, it is shown what it waits for")
    void waitsForAHost() {
        nodes.first.coordinator.waitsFor = "a host that takes it";
        nodes.first.coordinator.has("orders", null, 450, ChangefeedConfiguration.NONE);
        assertThat(ask("GET", "/v1/changefeeds", "")
                        .body()
                        .at("/changefeeds/0/waitsFor")
                        .asText())
                .isEqualTo("a host that takes it");
        assertThat(ask("GET", "/v1/changefeeds/orders", "")
                        .body()
                        .path("waitsFor")
                        .asText())
                .isEqualTo("a host that takes it");
    }

    @Test
    @DisplayName("A leader that does not know yet what there is does not say that there is nothing")
    void newLeader() {
        nodes.first.coordinator.ready = false;
        nodes.first.coordinator.changefeeds.clear();
        assertThat(ask("GET", "/v1/changefeeds/orders", "").status()).isEqualTo(503);
        assertThat(ask("GET", "/v1/changefeeds", "").status()).isEqualTo(503);
        assertThat(ask("POST", "/v1/changefeeds", TwoNodes.CREATE_ORDERS).status())
                .isEqualTo(503);
        assertThat(nodes.first.coordinator.asked).isEmpty();
    }

    @Test
    @DisplayName("A request is passed on once, also if the one that it was passed to does not lead any more")
    void passedOnOnce() {
        nodes.first.believesToLead = false;
        nodes.cluster.add("n3.c");
        nodes.cluster.leader = new NodeId("n1.a");
        assertThat(ask("POST", "/v1/changefeeds/orders/pause", "").status()).isEqualTo(503);

        ApiRequest passedOn =
                ApiEnvelope.request(ApiEnvelope.write(TwoNodes.request("POST", "/v1/changefeeds/orders/pause", "")));
        int before = nodes.cluster.calls;
        ApiAnswer answer = TwoNodes.now(nodes.atSecond.handle(passedOn));
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("message").asText()).contains("leadership is changing");
        assertThat(nodes.cluster.calls).isEqualTo(before);
    }

    @Test
    @DisplayName("A leader that does not answer is named, and whether the request may have been executed")
    void leaderIsGone() {
        nodes.cluster.nodes.remove(new NodeId("n1.a"));
        ApiAnswer answer = ask("POST", "/v1/changefeeds/orders/pause", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("message").asText()).contains("n1.a").contains("not executed");
    }

    // ---- drain -----------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("A second drain is refused with the reason, and cancelling it does not cancel the first")
    void drains() {
        assertThat(ask("POST", "/v1/nodes/n2/drain", "").body().path("state").asText())
                .isEqualTo("DRAINING");
        ApiAnswer other = ask("POST", "/v1/nodes/n1/drain", "");
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.body().path("message").asText()).contains("n2.b is being drained");

        assertThat(ask("DELETE", "/v1/nodes/n1/drain", "").status()).isEqualTo(409);
        assertThat(nodes.first.coordinator.asked).doesNotContain("cancel drain");
        assertThat(ask("GET", "/v1/nodes/n2/drain", "").body().path("state").asText())
                .isEqualTo("DRAINING");

        assertThat(ask("DELETE", "/v1/nodes/n2/drain", "").status()).isEqualTo(202);
        assertThat(ask("GET", "/v1/nodes/n2/drain", "").body().path("state").asText())
                .isEqualTo("NONE");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            POST   | /v1/changefeeds/orders/move   | {'node':'n2'}
            POST   | /v1/changefeeds/orders/pause  | {}
            POST   | /v1/changefeeds/orders/resume | {}
            DELETE | /v1/changefeeds/orders        | {}
            """, quoteCharacter = '"')
    @DisplayName("A change that the coordinator refuses is answered with the refusal, and not as accepted")
    void refused(String method, String path, String body) {
        nodes.first.coordinator.refusal = "changefeed orders is on node n2.b already";

        ApiAnswer answer = ask(method, path, body);

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.body().path("code").asText()).isEqualTo("MNT-6002");
        assertThat(answer.body().path("message").asText()).contains("already");
        assertThat(nodes.first.coordinator.asked).isEmpty();
    }

    @Test
    @DisplayName("A coordinator that does not look at a request for seconds has not accepted it")
    void notLookedAt() {
        nodes.first.coordinator.answering = false;
        CompletableFuture<ApiAnswer> answer =
                nodes.atFirst.handle(TwoNodes.request("POST", "/v1/changefeeds/orders/pause", ""));
        assertThat(answer).isNotDone();
        nodes.time.pass(Duration.ofSeconds(10));
        assertThat(TwoNodes.now(answer).status()).isEqualTo(503);
    }

    @Test
    @DisplayName("A change that is meant for another version than there is changes nothing, also where it is passed on")
    void versions() {
        ApiAnswer shown = ask("GET", "/v1/changefeeds/orders", "");
        String version = shown.body().path("version").asText();
        assertThat(version).isNotEmpty();
        assertThat(withVersion("/v1/changefeeds/orders/pause", "7-00000000").status())
                .isEqualTo(412);
        assertThat(withVersion("/v1/changefeeds/orders/pause?dryRun=true", "7-00000000")
                        .status())
                .isEqualTo(412);
        assertThat(nodes.first.coordinator.asked).isEmpty();

        assertThat(withVersion("/v1/changefeeds/orders/pause", version).status())
                .isEqualTo(202);
        assertThat(nodes.first.coordinator.asked).hasSize(1);
        assertThat(withVersion("/v1/nodes/n2/drain", version).status()).isEqualTo(400);
    }

    private ApiAnswer withVersion(String path, String version) {
        ApiRequest plain = TwoNodes.request("POST", path, "");
        return TwoNodes.now(nodes.atSecond.handle(new ApiRequest(
                plain.method(), plain.path(), plain.query(), plain.body(), plain.principal(), version, null, false)));
    }

    // ---- lists -----------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("Lists come in pages, and a page that is full says what the next one is after")
    void pages() {
        for (String each : List.of("a", "b", "c")) {
            nodes.first.coordinator.has(each, null, 1, TwoNodes.ORDERS);
        }
        var first = ask("GET", "/v1/changefeeds?limit=2", "").body();
        assertThat(first.path("changefeeds").findValuesAsText("name")).containsExactly("a", "b");
        assertThat(first.path("next").asText()).isEqualTo("b");
        var second = ask("GET", "/v1/changefeeds?limit=2&after=b", "").body();
        assertThat(second.path("changefeeds").findValuesAsText("name")).containsExactly("c", "orders");
        assertThat(second.has("next")).isFalse();
        assertThat(ask("GET", "/v1/nodes?limit=1", "").body().path("next").asText())
                .isEqualTo("n1.a");

        assertThat(ask("GET", "/v1/changefeeds?limit=0", "").status()).isEqualTo(400);
        assertThat(ask("GET", "/v1/changefeeds?limit=x", "").status()).isEqualTo(400);
        assertThat(ask("GET", "/v1/cluster?limit=2", "").status()).isEqualTo(400);
    }

    // ---- the owner -------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("A changefeed is shown with what its owner says, whose checkpoint is newer than what it has reported")
    void show() {
        nodes.second.maintainers = CompletableFuture.completedFuture(
                List.of(FakeNode.maintainer("others", 1), FakeNode.maintainer("orders", 450)));
        var body = ask("GET", "/v1/changefeeds/orders", "").body();

        assertThat(body.path("checkpointTs").asLong()).isEqualTo(400);
        var maintainer = body.path("maintainer");
        assertThat(maintainer.path("checkpointTs").asLong()).isEqualTo(450);
        assertThat(maintainer.path("resolvedTs").asLong()).isEqualTo(460);
        assertThat(maintainer.path("operatorsInFlight").asInt()).isEqualTo(2);
        assertThat(maintainer.path("dispatchersByNode").path("n2.b").asInt()).isEqualTo(4);
        assertThat(maintainer.path("checkpointHeldBy").asText()).isEqualTo("span 7 on n2.b");
        assertThat(maintainer.path("refused").asText()).isEqualTo("DROP TABLE t");
        assertThat(body.path("answeredBy").asText()).isEqualTo("n1.a");
    }

    @Test
    @DisplayName("The lag is shown where it is known: by the leader in lists, and by the owner")
    void lag() {
        nodes.second.maintainers = CompletableFuture.completedFuture(List.of(FakeNode.maintainer("orders", 450)));
        assertThat(ask("GET", "/v1/changefeeds", "").body().at("/changefeeds/0").has("checkpointLagMillis"))
                .isFalse();
        nodes.first.wallMillis = OptionalLong.of(Long.MAX_VALUE);
        nodes.second.wallMillis = OptionalLong.of(Long.MAX_VALUE);
        assertThat(ask("GET", "/v1/changefeeds", "")
                        .body()
                        .at("/changefeeds/0/checkpointLagMillis")
                        .asLong(-1))
                .isZero();
        var body = ask("GET", "/v1/changefeeds/orders", "").body();
        assertThat(body.path("checkpointLagMillis").asLong(-1)).isZero();
        assertThat(body.at("/maintainer/checkpointLagMillis").asLong(-1)).isZero();
    }

    @Test
    @DisplayName("What is wrong with a changefeed is shown: by the leader as it was told, by its owner with since when")
    void errors() {
        nodes.second.maintainers = CompletableFuture.completedFuture(List.of(FakeNode.maintainer("orders", 450)));
        nodes.first.coordinator.errors = Collections.nCopies(
                5, new WorkerError(new NodeId("n2.b"), ErrorCode.SINK_UNAVAILABLE, "disk\nfull" + "x".repeat(5_000)));
        nodes.first.coordinator.has("orders", "n2.b", 400, ChangefeedConfiguration.NONE);
        var body = ask("GET", "/v1/changefeeds/orders", "").body();

        assertThat(body.path("errorCount").asInt()).isEqualTo(5);
        assertThat(body.path("errors")).hasSize(3);
        var told = body.path("errors").path(0);
        assertThat(told.path("node").asText()).isEqualTo("n2.b");
        assertThat(told.path("code").asText()).isEqualTo("MNT-2002");
        assertThat(told.path("error").asText()).isEqualTo("SINK_UNAVAILABLE");
        assertThat(told.path("message").asText()).startsWith("disk\\nfull").hasSizeLessThan(2_100);

        var maintainer = body.path("maintainer");
        assertThat(maintainer.path("errorCount").asInt()).isEqualTo(9);
        assertThat(maintainer.path("errors").path(0).path("message").asText()).isEqualTo("table 7: disk\\nfull");
        assertThat(maintainer.path("errors").path(0).path("lastingMillis").asLong())
                .isEqualTo(4_000);
    }

    @Test
    @DisplayName("The checkpoint does not go back when the owner does not answer any more")
    void ownerGoes() {
        nodes.second.maintainers = CompletableFuture.completedFuture(List.of(FakeNode.maintainer("orders", 450)));
        long before = ask("GET", "/v1/changefeeds/orders", "")
                .body()
                .path("checkpointTs")
                .asLong();
        nodes.second.maintainers = CompletableFuture.completedFuture(List.of());

        assertThat(ask("GET", "/v1/changefeeds/orders", "")
                        .body()
                        .path("checkpointTs")
                        .asLong())
                .isGreaterThanOrEqualTo(before);
    }

    @Test
    @DisplayName("An owner that is behind the leader, is gone or hangs does not hide what the leader knows")
    void ownerKnowsLess() {
        nodes.second.maintainers = CompletableFuture.completedFuture(List.of(FakeNode.maintainer("orders", 300)));
        assertThat(ask("GET", "/v1/changefeeds/orders", "")
                        .body()
                        .path("checkpointTs")
                        .asLong())
                .isEqualTo(400);

        nodes.second.maintainers = CompletableFuture.completedFuture(List.of());
        assertThat(ask("GET", "/v1/changefeeds/orders", "")
                        .body()
                        .path("maintainerMissing")
                        .asText())
                .contains("no maintainer on node n2.b");

        nodes.second.maintainers = new CompletableFuture<>();
        assertThat(ask("GET", "/v1/changefeeds/orders", "")
                        .body()
                        .path("maintainerMissing")
                        .asText())
                .contains("has not answered");

        nodes.cluster.nodes.remove(new NodeId("n2.b"));
        ApiAnswer gone = nodes.ask(nodes.atFirst, "GET", "/v1/changefeeds/orders", "");
        assertThat(gone.status()).isEqualTo(200);
        assertThat(gone.body().path("checkpointTs").asLong()).isEqualTo(400);
    }

    @Test
    @DisplayName(
            "A leader that has heard of no owner shows no checkpoint, since an earlier one may have shown a later one")
    void unheard() {
        nodes.first.coordinator.heard = false;
        nodes.first.coordinator.has("orders", "n2.b", 400, TwoNodes.ORDERS);
        nodes.second.maintainers = CompletableFuture.completedFuture(List.of());

        var body = ask("GET", "/v1/changefeeds/orders", "").body();
        assertThat(body.has("checkpointTs")).isFalse();
        assertThat(body.path("checkpointMissing").asText()).contains("400");
        assertThat(ask("GET", "/v1/changefeeds", "")
                        .body()
                        .path("changefeeds")
                        .path(0)
                        .has("checkpointTs"))
                .isFalse();

        nodes.second.maintainers = CompletableFuture.completedFuture(List.of(FakeNode.maintainer("orders", 450)));
        body = ask("GET", "/v1/changefeeds/orders", "").body();
        assertThat(body.has("checkpointTs")).isFalse();
        assertThat(body.path("maintainer").path("checkpointTs").asLong()).isEqualTo(450);
    }

    // ---- audit and keys --------------------------------------------------------------------------------------------

    @Test
    @DisplayName("A change is written down before and after, where it is executed, with who has asked for it")
    void audit() {
        ask("POST", "/v1/changefeeds/orders/move", "{'node':'n2'}");
        ask("POST", "/v1/changefeeds/orders/move", "{'node':'n9'}");
        ask("GET", "/v1/changefeeds/orders", "");

        assertThat(nodes.audit("second")).isEmpty();
        assertThat(nodes.audit("first"))
                .extracting(line -> line.path("outcome").asText() + " "
                        + line.path("node").asText() + " " + line.path("status").asInt() + " "
                        + line.path("principal").asText())
                .containsExactly(
                        "begun n2 0 token 1234",
                        "done n2 202 token 1234",
                        "begun n9 0 token 1234",
                        "refused n9 404 token 1234");
    }

    @Test
    @DisplayName("A change that cannot be written down is not made")
    void auditFails() throws IOException {
        Files.writeString(temporary.resolve("first"), "a file where the directory should be");
        ApiAnswer answer = ask("POST", "/v1/changefeeds/orders/pause", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("message").asText()).contains("cannot be written down");
        assertThat(nodes.first.coordinator.asked).isEmpty();
    }

    @Test
    @DisplayName("The same request with the same key is executed once, by whichever node it comes")
    void idempotencyKey() {
        ApiRequest request = TwoNodes.request("POST", "/v1/changefeeds/orders/pause", "", "k-1");
        ApiAnswer once = TwoNodes.now(nodes.atSecond.handle(request));
        ApiAnswer twice = TwoNodes.now(nodes.atFirst.handle(request));

        assertThat(nodes.first.coordinator.asked).containsExactly("pause orders");
        assertThat(once.body().has("replayed")).isFalse();
        assertThat(twice.status()).isEqualTo(202);
        assertThat(twice.body().path("replayed").asBoolean()).isTrue();
    }

    @Test
    @DisplayName("A key is good for one request; what had no answer for the moment may be asked again under it")
    void keys() throws IOException {
        Files.writeString(temporary.resolve("first"), "a file where the directory should be");
        ApiRequest pause = TwoNodes.request("POST", "/v1/changefeeds/orders/pause", "", "k-1");
        assertThat(TwoNodes.now(nodes.atFirst.handle(pause)).status()).isEqualTo(503);
        Files.delete(temporary.resolve("first"));
        assertThat(TwoNodes.now(nodes.atFirst.handle(pause)).status()).isEqualTo(202);

        ApiRequest resume = TwoNodes.request("POST", "/v1/changefeeds/orders/resume", "", "k-1");
        assertThat(TwoNodes.now(nodes.atFirst.handle(resume)).status()).isEqualTo(422);
        assertThat(nodes.first.coordinator.asked).containsExactly("pause orders");
    }

    @Test
    @DisplayName("What is kept of a request with a key is short, however long the request is")
    void longRequests() {
        String text = "x".repeat(500_000);
        ApiRequest move = TwoNodes.request("POST", "/v1/changefeeds/orders/move", "{'node':'" + text + "'}", "k-1");
        ApiRequest other = TwoNodes.request("POST", "/v1/changefeeds/orders/move", "{'node':'" + text + "y'}", "k-1");

        assertThat(move.fingerprint()).hasSize(64).isNotEqualTo(other.fingerprint());
        assertThat(ApiAnswer.error(404, ErrorCode.UNKNOWN_NAME, text).body().toString())
                .hasSizeLessThan(10_000);
    }
}
