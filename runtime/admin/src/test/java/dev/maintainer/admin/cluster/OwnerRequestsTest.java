package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.core.MaintainerView;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first node leads, and the second one owns {@code orders}. */
class OwnerRequestsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private TwoNodes nodes;

    @BeforeEach
    void changefeed() {
        nodes = new TwoNodes(temporary, null);
        nodes.first.coordinator.has("orders", "n2.b", 400, TwoNodes.ORDERS);
        hosts(FakeNode.maintainer("orders", 400));
    }

    private void hosts(MaintainerView... maintainers) {
        nodes.second.maintainers = CompletableFuture.completedFuture(List.of(maintainers));
    }

    private ApiAnswer ask(String method, String path, String body) {
        return nodes.ask(nodes.atFirst, method, path, body);
    }

    @Test
    @DisplayName("Whoever is asked, the owner answers")
    void look() {
        ApiAnswer elsewhere = ask("GET", "/v1/changefeeds/orders/blame", "");
        ApiAnswer there = nodes.ask(nodes.atSecond, "GET", "/v1/changefeeds/orders/blame", "");

        assertThat(elsewhere.status()).isEqualTo(200);
        assertThat(elsewhere.body().path("answer").path("changefeed").asText()).isEqualTo("orders");
        assertThat(elsewhere.body().path("answeredBy").asText()).isEqualTo("n2.b");
        assertThat(there.body().path("answer")).isEqualTo(elsewhere.body().path("answer"));
    }

    @Test
    @DisplayName("A node that neither leads nor owns asks the leader who does, and then the owner")
    void third() {
        FakeNode third = nodes.cluster.add("n3.c");
        ClusterApi atThird = nodes.api(third, "third");

        ApiAnswer answer = nodes.ask(atThird, "GET", "/v1/changefeeds/orders/operators", "");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body().path("answer").isArray()).isTrue();
        assertThat(answer.body().path("answeredBy").asText()).isEqualTo("n2.b");
    }

    @Test
    @DisplayName("Whoever owns it answers also while nobody leads")
    void nobodyLeads() {
        nodes.cluster.leader = null;

        assertThat(nodes.ask(nodes.atSecond, "GET", "/v1/changefeeds/orders/explain?span=7", "")
                        .status())
                .isEqualTo(200);
        assertThat(ask("GET", "/v1/changefeeds/orders/explain?span=7", "")
                        .body()
                        .path("message")
                        .asText())
                .contains("no member leads");
    }

    @ParameterizedTest
    @DisplayName("Changes are made by the owner, and written down there")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            move-span       | {'span':'1','node':'n2'}     | move 1 to n2.b
            split           | {'span':'1','keys':['k','m']} | split 1 into 0 at [k, m]
            merge           | {'span':'1'}                 | merge 1
            scheduler-set   | {'scheduler':'spread'}       | set spread
            plan            | {}                           | plan null
            apply           | {'plan':4}                   | apply 4
            operator-cancel | {'span':'1'}                 | CANCEL 1
            barrier-skip    | {'event':'ddl@400'}          | SKIP ddl@400
            """)
    void changes(String verb, String body, String asked) {
        ApiAnswer answer = ask("POST", "/v1/changefeeds/orders/" + verb, body);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(200);
        assertThat(String.join("; ", nodes.second.admin.asked)).contains(asked);
        assertThat(nodes.audit("second")).hasSize(2);
        assertThat(nodes.audit("first")).isEmpty();
    }

    @Test
    @DisplayName("A dry run is passed on as one, and written down nowhere")
    void dryRun() {
        ApiAnswer answer = ask("POST", "/v1/changefeeds/orders/merge?dryRun=true", "{'span':'1'}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(String.join("; ", nodes.second.admin.asked)).contains("merge 1, dry");
        assertThat(nodes.audit("second")).isEmpty();
    }

    @Test
    @DisplayName("The same change with the same key is made once")
    void once() {
        for (int i = 0; i < 2; i++) {
            ApiAnswer answer = TwoNodes.now(nodes.atFirst.handle(
                    TwoNodes.request("POST", "/v1/changefeeds/orders/merge", "{'span':'1'}", "key-1")));
            assertThat(answer.status()).isEqualTo(200);
        }
        assertThat(nodes.second.admin.asked).hasSize(1);
    }

    @ParameterizedTest
    @DisplayName("What cannot be meant is refused before anything is asked")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            GET  | orders/explain                  | {}                      | 400 | needs a span
            GET  | orders/explain?spam=1           | {}                      | 400 | did you mean 'span'?
            GET  | orders/blame?limit=1            | {}                      | 400 | 'blame' takes nothing
            GET  | orders/why-not?span=1&node=n9   | {}                      | 404 | no member is called
            POST | orders/merge                    | {'span':null}           | 400 | must be a text
            POST | orders/merge                    | {'table':'1'}           | 400 | the body has
            POST | orders/merge?span=1             | {}                      | 400 | in a body
            POST | orders/merge                    | {'span':'1','dry-run':'true'} | 400 | the body has
            POST | orders/plan?dryRun=true         | {}                      | 400 | has no dry run
            POST | orders/blame                    | {}                      | 405 | use GET
            GET  | orders/merge                    | {}                      | 405 | use POST
            GET  | order/blame                     | {}                      | 404 | did you mean 'orders'?
            """)
    void refused(String method, String path, String body, int status, String reason) {
        ApiAnswer answer = ask(method, "/v1/changefeeds/" + path, body);

        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.body().path("message").asText()).contains(reason);
        assertThat(nodes.second.admin.asked).isEmpty();
    }

    @Test
    @DisplayName("A maintainer that has just gone is not looked for any further")
    void gone() {
        hosts();

        ApiAnswer answer = ask("GET", "/v1/changefeeds/orders/blame", "");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("message").asText()).contains("no maintainer on node n2.b any more");
    }

    @Test
    @DisplayName(
            "A node whose own maintainers do not answer still finds the owner; an owner that hangs is not available")
    void hangs() {
        nodes.first.maintainers = CompletableFuture.failedFuture(new TimeoutException());
        assertThat(ask("GET", "/v1/changefeeds/orders/blame", "").status()).isEqualTo(200);

        nodes.second.maintainers = CompletableFuture.failedFuture(new TimeoutException());
        ApiAnswer answer = ask("GET", "/v1/changefeeds/orders/blame", "");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("message").asText()).contains("the maintainers of node n2.b have not answered");
    }

    @Test
    @DisplayName("A changefeed without an owner says why there is none")
    void withoutOwner() {
        nodes.first.coordinator.has("idle", null, 400, TwoNodes.ORDERS);

        ApiAnswer answer = ask("GET", "/v1/changefeeds/idle/blame", "");

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("message").asText()).contains("changefeed idle has no maintainer at this moment");
    }

    @Test
    @DisplayName("What may let two write at once, or leaves out a commit, needs the role of an administrator")
    void dangerous() {
        assertThat(OwnerVerbs.all().stream()
                        .filter(verb -> OwnerVerbs.least(verb) == ApiRole.ADMIN)
                        .map(OwnerVerbs::segment))
                .containsExactly("operator-release", "barrier-skip");
    }
}
