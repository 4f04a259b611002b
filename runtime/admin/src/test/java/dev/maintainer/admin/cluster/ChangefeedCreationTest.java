package dev.maintainer.admin.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChangefeedCreationTest {
    private static final ChangefeedConfiguration ELSEWHERE =
            new ChangefeedConfiguration(new TreeMap<>(Map.of("source", "changelog:orders", "sink", "files:elsewhere")));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final ManualDelay validations = new ManualDelay();

    @SuppressWarnings("NullAway.Init")
    private TwoNodes nodes;

    @BeforeEach
    void start() {
        nodes = new TwoNodes(temporary, validations);
    }

    private CompletableFuture<ApiAnswer> begin(String body) {
        return nodes.atSecond.handle(TwoNodes.request("POST", "/v1/changefeeds", body));
    }

    private ApiAnswer create(String body) {
        CompletableFuture<ApiAnswer> answer = begin(body);
        validations.work();
        nodes.time.pass(Duration.ofSeconds(10));
        return TwoNodes.now(answer);
    }

    @Test
    @DisplayName("A changefeed is created from where its source begins")
    void created() {
        ApiAnswer answer = create(TwoNodes.CREATE_ORDERS);
        assertThat(answer.status()).isEqualTo(201);
        assertThat(answer.body().path("startTs").asLong()).isEqualTo(100);
        assertThat(nodes.first.coordinator.asked).containsExactly("create orders from 100");
    }

    @Test
    @DisplayName("Creating it again is no mistake if it is the same, and refused with what differs if it is not")
    void exists() {
        nodes.first.coordinator.has("orders", null, 250, TwoNodes.ORDERS);
        ApiAnswer same = create(TwoNodes.CREATE_ORDERS);
        assertThat(same.status()).isEqualTo(200);
        assertThat(same.body().path("checkpointTs").asLong()).isEqualTo(250);

        nodes.first.coordinator.has("orders", null, 250, ELSEWHERE);
        ApiAnswer other = create(TwoNodes.CREATE_ORDERS);
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.body().path("message").asText()).contains("another \"sink\"");

        nodes.first.coordinator.isRemoving("orders");
        assertThat(create(TwoNodes.CREATE_ORDERS).body().path("message").asText())
                .contains("is being removed");
        assertThat(nodes.first.coordinator.asked).isEmpty();
    }

    @Test
    @DisplayName("Of two that create different changefeeds of one name, one is told that it has lost")
    void race() {
        CompletableFuture<ApiAnswer> ours = begin(TwoNodes.CREATE_ORDERS);
        CompletableFuture<ApiAnswer> theirs = begin(TwoNodes.CREATE_ORDERS.replace("files:out", "files:elsewhere"));
        validations.work();
        nodes.time.pass(Duration.ofSeconds(10));
        assertThat(TwoNodes.now(ours).status()).isEqualTo(201);
        assertThat(TwoNodes.now(theirs).status()).isEqualTo(409);
    }

    @Test
    @DisplayName("A creation is not begun if leadership ends while the source is opened")
    void deposedBefore() {
        nodes.first.opening = () -> nodes.first.coordinator.leads = false;
        ApiAnswer answer = create(TwoNodes.CREATE_ORDERS);
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body().path("message").asText()).contains("send the same request again");
    }

    @Test
    @DisplayName("A creation that is not stored when leadership ends is not called accepted")
    void deposedAfter() {
        nodes.first.coordinator.stores = false;
        CompletableFuture<ApiAnswer> answer = begin(TwoNodes.CREATE_ORDERS);
        validations.work();
        nodes.cluster.elect(nodes.second);
        nodes.time.pass(Duration.ofSeconds(1));
        assertThat(TwoNodes.now(answer).status()).isEqualTo(503);
    }

    @Test
    @DisplayName("A creation that takes long to store is accepted, and says where to look")
    void slowStore() {
        nodes.first.coordinator.stores = false;
        ApiAnswer answer = create(TwoNodes.CREATE_ORDERS);
        assertThat(answer.status()).isEqualTo(202);
        assertThat(answer.body().path("status").asText()).isEqualTo("/v1/changefeeds/orders");
    }

    @Test
    @DisplayName("A source that hangs is not waited for, and nothing is created when it opens at last")
    void sourceHangs() {
        CompletableFuture<ApiAnswer> answer = begin(TwoNodes.CREATE_ORDERS);
        nodes.time.pass(Duration.ofSeconds(5));
        assertThat(TwoNodes.now(answer).status()).isEqualTo(503);

        validations.work();
        assertThat(nodes.first.coordinator.asked).isEmpty();
    }

    @Test
    @DisplayName("A dry run opens source and sink, and creates nothing")
    void dryRun() {
        CompletableFuture<ApiAnswer> answer =
                nodes.atSecond.handle(TwoNodes.request("POST", "/v1/changefeeds?dryRun", TwoNodes.CREATE_ORDERS));
        validations.work();
        assertThat(TwoNodes.now(answer).status()).isEqualTo(200);
        assertThat(nodes.first.coordinator.changefeeds).doesNotContainKey(new ChangefeedId("orders"));
    }

    @Test
    @DisplayName(
            "Where a changefeed begins belongs to it: another startTs is another changefeed, an unusable one a mistake")
    void startsElsewhere() {
        String from200 = TwoNodes.CREATE_ORDERS.replace("}", ",'startTs':200}");
        assertThat(create(from200).body().path("startTs").asLong()).isEqualTo(200);
        assertThat(create(from200).status()).isEqualTo(200);

        ApiAnswer other = create(from200.replace("200", "300"));
        assertThat(other.status()).isEqualTo(409);
        assertThat(other.body().path("message").asText()).contains("another \"startTs\"");
        assertThat(create(from200.replace("200", "'x'")).status()).isEqualTo(400);
        assertThat(create(TwoNodes.CREATE_ORDERS).status()).isEqualTo(409);
    }

    @Test
    @DisplayName(
            "A redo log is kept if that is said, belongs to the changefeed, and no other one writes to its directory")
    void redo() {
        String beside = TwoNodes.CREATE_ORDERS.replace("}", ",'redo':true}");
        assertThat(create(beside).status()).isEqualTo(201);
        assertThat(nodes.first.coordinator.asked).containsExactly("create orders from 100 with a redo log");
        assertThat(create(beside).status()).isEqualTo(200);
        ApiAnswer without = create(TwoNodes.CREATE_ORDERS);
        assertThat(without.status()).isEqualTo(409);
        assertThat(without.body().path("message").asText()).contains("another \"redo\"");

        String elsewhere = "{'name':'users','source':'s:1','sink':'k:1','redo':'files:/redo'}";
        assertThat(create(elsewhere).status()).isEqualTo(201);
        assertThat(create("{'name':'c','source':'s:1','sink':'k:2','redo':'files:/redo'}")
                        .body()
                        .path("message")
                        .asText())
                .contains("the sink of changefeed users or its redo log");
        assertThat(create("{'name':'d','source':'s:1','sink':'k:3','redo':false}")
                        .status())
                .isEqualTo(201);
        assertThat(nodes.first.coordinator.asked).last().isEqualTo("create d from 100");
    }

    @Test
    @DisplayName("Two changefeeds do not share a sink: the second is refused, and told whose it is")
    void oneSink() {
        String users = TwoNodes.CREATE_ORDERS.replace("'name':'orders'", "'name':'users'");
        CompletableFuture<ApiAnswer> first = begin(TwoNodes.CREATE_ORDERS);
        CompletableFuture<ApiAnswer> meanwhile = begin(users);
        validations.work();
        nodes.time.pass(Duration.ofSeconds(10));
        assertThat(TwoNodes.now(first).status()).isEqualTo(201);
        assertThat(TwoNodes.now(meanwhile).status()).isEqualTo(409);

        ApiAnswer later = create(users);
        assertThat(later.status()).isEqualTo(409);
        assertThat(later.body().path("message").asText()).contains("the sink of changefeed orders");
        assertThat(create(users.replace("files:out", "files:elsewhere")).status())
                .isEqualTo(201);
    }

    @Test
    @DisplayName("The sink of a creation that was refused is free for others")
    void refusedLeavesNothing() {
        assertThat(create("{'name':'a','source':'missing:','sink':'k:1'}").status())
                .isEqualTo(400);
        assertThat(create("{'name':'b','source':'s:1','sink':'k:1'}").status()).isEqualTo(201);
    }

    @ParameterizedTest
    @DisplayName("A body that cannot be meant is refused before anything is opened")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                                                  | needs 'name'
            {'name':'a b','source':'s:1','sink':'k:1'}                          | must match
            {'name':'a','sink':'k:1'}                                           | needs 'source'
            {'name':'a','source':'s:1'}                                         | needs 'sink'
            {'name':'a','source':'s:1','sink':['k']}                            | needs 'sink'
            {'name':'a','source':'s:1','sink':'k:1','scheduler':'sprea'}        | did you mean 'spread'?
            {'name':'a','source':'s:1','sink':'k:1','redo':7}                   | redo 7 must be true
            {'name':'a','source':'s:1','sink':'k:1','redo':''}                  | must be true
            {'name':'a','source':'s:1','sink':'k:1','options':[]}               | options must be an object
            {'name':'a','source':'s:1','sink':'k:1','options':{'x':'1'}}        | must begin with source. or sink.
            {'name':'a','source':'s:1','sink':'k:1','options':{'sink.x':{}}}    | must be a text
            {'name':'a','source':'s:1','sink':'k:1','startTs':5}                | at least 100
            {'name':'a','source':'s:1','sink':'k:1','startTs':'5'}              | must be a number
            {'name':'a','source':'s:1','sink':'k:1','startTs':-5}               | must be a number
            {'name':'a','source':'s:1','sink':'k:1','startTs':9223372036854775807} | must be a number
            {'name':'a','source':'s:1','sink':'k:1','startTs':901}              | at most 900, where the source ends
            {'name':'a','source':'s:1','sink':'k:1','starTs':200}               | did you mean 'startTs'?
            {'name':'a','source':'s:1','sink':'k:1','option':{}}                | did you mean 'options'?
            {'name':'a','source':'missing:','sink':'k:1'}                       | there is no source
            """)
    void badBodies(String body, String reason) {
        ApiAnswer answer = create(body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body().path("message").asText()).contains(reason);
        assertThat(nodes.first.coordinator.asked).isEmpty();
    }
}
