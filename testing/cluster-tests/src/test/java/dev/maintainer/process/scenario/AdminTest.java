package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.cluster.RawHttp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The admin interface of a node that neither leads nor owns. */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class AdminTest {
    private static final String ADMIN = "a token that nobody has guessed";
    private static final String VIEWER = "another one";
    private static final String EXTRA = "/v1/changefeeds/extra";

    private ProcessCluster begin(String number) throws IOException, InterruptedException {
        ProcessCluster cluster = ProcessCluster.begin(number, ClusterOptions.of(6));
        Path tokens = cluster.directory().resolve("tokens");
        Files.write(tokens, List.of(digest(ADMIN) + " admin", digest(VIEWER) + " viewer"));
        cluster.configure("c", Member.Options.of("node.eligible=false", "admin.tokens_file=" + tokens));
        return cluster;
    }

    private static String digest(String token) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** At node c, which never leads; and which does not own when this returns. */
    private static RawHttp elsewhere(ProcessCluster cluster) throws IOException, InterruptedException {
        Member asked = cluster.member("c");
        cluster.witness("a", "b");
        if (cluster.owning().equals(asked)) {
            cluster.awaitMove(cluster.member("a"));
            Patience.await(
                    "node a to own", ProcessCluster.LONG, () -> cluster.owner().startsWith("a."));
        }
        return new RawHttp(asked.adminAddress(), Map.of("Authorization", "Bearer " + ADMIN));
    }

    private static String extra(ProcessCluster cluster) {
        return "{\"name\":\"extra\",\"source\":\"changelog:%s?mode=tail\",\"sink\":\"files:%s\"}"
                .formatted(cluster.load().file(), cluster.directory().resolve("extra"));
    }

    @Test
    @DisplayName("30. At a node that neither leads nor owns: create, pause, resume and remove; and what is not allowed")
    void everything() throws IOException, InterruptedException {
        ProcessCluster cluster = begin("30");
        try (Scenario scenario = Scenario.of("30", cluster, cluster.sink())) {
            RawHttp http = elsewhere(cluster);
            strangers(http);

            Map<String, String> key = Map.of("Idempotency-Key", "create-extra");
            RawHttp.Answer created = http.send("POST", "/v1/changefeeds", extra(cluster), key);
            assertThat(created.status()).as("creation: %s", created).isBetween(200, 202);
            assertThat(created.body().path("answeredBy").asText())
                    .as("who has answered")
                    .doesNotStartWith("c.");
            RawHttp.Answer again = http.send("POST", "/v1/changefeeds", extra(cluster), key);
            assertThat(again.status()).as("the same once more: %s", again).isEqualTo(created.status());
            assertThat(again.body().path("replayed").asBoolean())
                    .as("the same once more: %s", again)
                    .isTrue();
            RawHttp.Answer reused = http.send("POST", "/v1/changefeeds", "{\"name\":\"other\"}", key);
            assertThat(reused.status())
                    .as("another request with that key: %s", reused)
                    .isEqualTo(422);
            awaitState(http, "RUN", "RUNNING");

            RawHttp.Answer paused = http.send("POST", EXTRA + "/pause", "{}", Map.of());
            assertThat(paused.status()).as("pause: %s", paused).isEqualTo(202);
            awaitState(http, "PAUSE", "PAUSED");
            long stands = http.send("GET", EXTRA, "", Map.of())
                    .body()
                    .path("checkpointTs")
                    .asLong();
            cluster.awaitProgress();
            assertThat(http.send("GET", EXTRA, "", Map.of())
                            .body()
                            .path("checkpointTs")
                            .asLong())
                    .as("the checkpoint of what is paused")
                    .isEqualTo(stands);
            assertThat(http.send("POST", EXTRA + "/resume", "{}", Map.of()).status())
                    .isEqualTo(202);
            awaitState(http, "RUN", "RUNNING");

            assertThat(http.send("DELETE", EXTRA, "", Map.of()).status()).isEqualTo(202);
            awaitGone(http);
            scenario.conclude(Scenario.NO_ERRORS);
            audited(
                    cluster,
                    "POST /v1/changefeeds",
                    "POST " + EXTRA + "/pause",
                    "POST " + EXTRA + "/resume",
                    "DELETE " + EXTRA);
        }
    }

    private static void strangers(RawHttp http) throws IOException {
        assertThat(http.send("GET", "/v1/changefeeds", "", Map.of("Authorization", "Bearer guessed"))
                        .status())
                .as("a wrong token")
                .isEqualTo(401);
        assertThat(http.send("GET", "/v1/changefeeds", "", Map.of("Authorization", "Basic YTpi"))
                        .status())
                .as("no token")
                .isEqualTo(401);
        assertThat(http.send("DELETE", "/v1/changefeeds/main", "", Map.of("Authorization", "Bearer " + VIEWER))
                        .status())
                .as("a token that may look only")
                .isEqualTo(403);
        assertThat(http.send("GET", "/v1/changefeeds", "", Map.of("Host", "example.org"))
                        .status())
                .as("a host that is not this one")
                .isEqualTo(403);
        assertThat(http.send("DELETE", "/v1/changefeeds/main", "", Map.of("Origin", "http://example.org"))
                        .status())
                .as("a page of another origin")
                .isEqualTo(403);
        assertThat(http.send("GET", "/v1/changefeeds/main", "", Map.of()).status())
                .as("the right token")
                .isEqualTo(200);
    }

    private static void awaitState(RawHttp http, String state, String phase) throws IOException, InterruptedException {
        Patience.await("changefeed extra to be " + phase, ProcessCluster.LONG, () -> {
            RawHttp.Answer answer = http.send("GET", EXTRA, "", Map.of());
            return answer.body().path("state").asText().equals(state)
                    && answer.body().path("phase").asText().equals(phase);
        });
    }

    private static Duration awaitGone(RawHttp http) throws IOException, InterruptedException {
        return Patience.await(
                "changefeed extra to be gone",
                ProcessCluster.LONG,
                () -> http.send("GET", EXTRA, "", Map.of()).status() == 404);
    }

    /** Before and after each change there is a line, at whichever node it was made. */
    private static void audited(ProcessCluster cluster, String... changes) throws IOException {
        StringBuilder all = new StringBuilder();
        for (Member each : cluster.members()) {
            Path log = each.directory().resolve("data/audit/audit.log");
            all.append(Files.exists(log) ? Files.readString(log) : "");
        }
        for (String change : changes) {
            String[] parts = change.split(" ", 2);
            for (String outcome : List.of("begun", "done")) {
                assertThat(all.toString().lines())
                        .as("%s of %s in the audit", outcome, change)
                        .anyMatch(line -> line.contains("\"outcome\":\"" + outcome + "\"")
                                && line.contains("\"method\":\"" + parts[0] + "\"")
                                && line.contains("\"path\":\"" + parts[1] + "\"")
                                && line.contains("\"forwarded\":true"));
            }
        }
    }

    @Test
    @DisplayName("30. The leader dies in the middle of a removal that it has accepted: the next one completes it")
    void leaderDies() throws IOException, InterruptedException {
        ProcessCluster cluster = begin("30-removal");
        try (Scenario scenario = Scenario.of("30-removal", cluster, cluster.sink())) {
            RawHttp http = elsewhere(cluster);
            for (int delayMillis : List.of(0, 20, 60)) {
                RawHttp.Answer created = http.send("POST", "/v1/changefeeds", extra(cluster), Map.of());
                assertThat(created.status()).as("creation: %s", created).isBetween(200, 202);
                awaitState(http, "RUN", "RUNNING");
                Member leader = cluster.leading();
                assertThat(http.send("DELETE", EXTRA, "", Map.of()).status()).isEqualTo(202);
                Patience.pass(Duration.ofMillis(delayMillis));
                cluster.witness(
                        cluster.others(leader, cluster.member("c")).get(0).name());
                leader.kill();
                scenario.report(
                        "leader killed " + delayMillis + " ms after it has accepted a removal, which is complete",
                        awaitGone(http),
                        ProcessCluster.REMOVAL.plusSeconds(3));
                leader.startAgain();
                cluster.awaitReady(leader);
                cluster.awaitProgress();
                cluster.witness("a", "b");
            }
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }
}
