package dev.maintainer.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.ChangeLogSourceProvider;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DispatcherTest extends FileSinkScene {
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final MaintainerEpoch E2 = new MaintainerEpoch(2);
    private static final DispatcherId ID = new DispatcherId(1, 1);

    private static final NodeId NODE = new NodeId("n1");

    private boolean leaseHeld = true;

    private StreamingDispatcherFactory node(ChangeLog log) {
        StreamingDispatcherFactory factory = new StreamingDispatcherFactory(
                new ChangeLogSource(log, frontier),
                sink,
                null,
                new WrittenWork().of(NODE),
                new NodeContext(NODE, () -> leaseHeld, threads));
        factory.fence(FEED, E1);
        return factory;
    }

    private PollingDispatcher table(StreamingDispatcherFactory node, long startTs) {
        DispatcherSpec spec =
                new DispatcherSpec(FEED, E1, ID, TableSpan.whole(new TableId(1)), new SchemaId(1), startTs);
        PollingDispatcher dispatcher = (PollingDispatcher) node.create(spec, recorder);
        dispatcher.start();
        return dispatcher;
    }

    private DdlTriggerDispatcher trigger(StreamingDispatcherFactory node, long startTs) {
        DispatcherSpec spec = new DispatcherSpec(FEED, E1, ID, TableSpan.DDL, SchemaId.DDL, startTs);
        DdlTriggerDispatcher dispatcher = (DdlTriggerDispatcher) node.createTrigger(spec, recorder);
        dispatcher.start();
        return dispatcher;
    }

    private static ChangeLog bigTransaction() {
        ChangeLogBuilder builder = new ChangeLogBuilder().createTable(10, new TableName("s", "t"));
        for (int i = 0; i < 300; i++) {
            builder.row(20, new TableName("s", "t"), RowEvent.Op.I, "k" + i, "{}");
        }
        return builder.row(30, new TableName("s", "t"), RowEvent.Op.D, "k0", null)
                .build("digest");
    }

    private static ChangeLog manyTables(int count) {
        ChangeLogBuilder builder = new ChangeLogBuilder();
        for (int i = 0; i < count; i++) {
            builder.createTable(10 + i, new TableName("s", "t" + i));
        }
        return builder.build("digest");
    }

    private void append(Path log, String... lines) throws IOException {
        Files.writeString(log, String.join("\n", lines) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    @Test
    @DisplayName("what is committed after it has ended is not in its checkpoint, also if the source goes on at once")
    void endsWhileTheSourceGoesOn() throws Exception {
        Path log = temporary.resolve("log.ndjson");
        append(
                log,
                "{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"t\"}",
                "{\"commitTs\":12,\"op\":\"I\",\"schema\":\"s\",\"table\":\"t\",\"key\":\"a\",\"row\":{}}",
                "{\"type\":\"resolved\",\"ts\":13}");
        try (Source source = new ChangeLogSourceProvider()
                .open(new ConnectorAddress("changelog", log.toString()), new TreeMap<>(Map.of("mode", "tail")))) {
            awaitResolved(source, 13);
            StreamingDispatcherFactory factory = new StreamingDispatcherFactory(
                    source, sink, null, new WrittenWork().of(NODE), new NodeContext(NODE, () -> leaseHeld, threads));
            factory.fence(FEED, E1);
            PollingDispatcher dispatcher = table(factory, 10);
            long unused = dispatcher.takeTurn();
            assertThat(dispatcher.checkpointTs()).isEqualTo(13);
            dispatcher.close();
            unused = dispatcher.takeTurn();

            append(
                    log,
                    "{\"commitTs\":14,\"op\":\"D\",\"schema\":\"s\",\"table\":\"t\",\"key\":\"a\"}",
                    "{\"type\":\"resolved\",\"ts\":20}");
            awaitResolved(source, 20);

            assertThat(dispatcher.checkpointTs())
                    .as("where its successor begins: the row at 14 is not written")
                    .isEqualTo(13);
        }
    }

    private static void awaitResolved(Source source, long ts) throws InterruptedException {
        for (int i = 0; source.resolvedTs() < ts; i++) {
            assertThat(i).as("looks whether %d is resolved", ts).isLessThan(2_000);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Test
    @DisplayName("the checkpoint passes a transaction only when all its rows are durable")
    void checkpointOfHalfTransaction() {
        PollingDispatcher dispatcher = table(node(bigTransaction()), 10);
        frontier.advanceTo(25);
        dispatcher.takeTurn();
        assertThat(sink.rowsApplied()).isEqualTo(256);
        assertThat(dispatcher.checkpointTs()).isEqualTo(19);
        assertThat(dispatcher.resolvedTs()).isEqualTo(25);
        dispatcher.takeTurn();
        assertThat(sink.rowsApplied()).isEqualTo(300);
        assertThat(dispatcher.checkpointTs()).isEqualTo(25);
        assertThat(recorder.said).containsExactly("working");
    }

    @Test
    @DisplayName("a node without a lease writes nothing, and its checkpoint stays where it is")
    void leaseEnded() {
        PollingDispatcher dispatcher = table(node(bigTransaction()), 10);
        frontier.advanceTo(25);
        leaseHeld = false;
        assertThat(dispatcher.takeTurn()).isEqualTo(PollingDispatcher.SOON);
        assertThat(sink.rowsApplied()).isZero();
        assertThat(dispatcher.checkpointTs()).isEqualTo(19);
    }

    @Test
    @DisplayName("what was written while the lease ended is not reported")
    void leaseEndsDuringWrite() {
        AtomicInteger looks = new AtomicInteger();
        StreamingDispatcherFactory factory = new StreamingDispatcherFactory(
                new ChangeLogSource(bigTransaction(), frontier),
                sink,
                null,
                new WrittenWork().of(NODE),
                new NodeContext(NODE, () -> looks.incrementAndGet() <= 3, threads));
        factory.fence(FEED, E1);
        PollingDispatcher dispatcher = table(factory, 10);
        frontier.advanceTo(25);
        dispatcher.takeTurn();
        dispatcher.takeTurn();
        assertThat(sink.rowsApplied()).isEqualTo(300);
        assertThat(dispatcher.checkpointTs()).isEqualTo(19);
    }

    @Test
    @DisplayName("an idle dispatcher works, and its checkpoint follows the frontier")
    void idle() {
        PollingDispatcher dispatcher = table(node(bigTransaction()), 10);
        frontier.advanceTo(15);
        dispatcher.takeTurn();
        assertThat(recorder.said).containsExactly("working");
        assertThat(dispatcher.checkpointTs()).isEqualTo(15);
    }

    @Test
    @DisplayName("a dispatcher asks for turns when there is something to write, and its checkpoint follows without any")
    void turnsOnlyForWork() {
        PollingDispatcher dispatcher = table(node(bigTransaction()), 10);
        assertThat(dispatcher.takeTurn()).as("its first row").isEqualTo(20);
        frontier.advanceTo(15);
        assertThat(dispatcher.checkpointTs()).isEqualTo(15);
        assertThat(dispatcher.resolvedTs()).isEqualTo(15);
        frontier.advanceTo(25);
        assertThat(dispatcher.checkpointTs()).isEqualTo(19);
        assertThat(dispatcher.takeTurn()).as("a batch of a transaction").isEqualTo(PollingDispatcher.NOW);
        assertThat(dispatcher.takeTurn()).isEqualTo(30);
        frontier.advanceTo(40);
        assertThat(dispatcher.takeTurn()).isEqualTo(PollingDispatcher.NEVER);
        frontier.advanceTo(1_000_000);
        assertThat(dispatcher.checkpointTs()).isEqualTo(1_000_000);
    }

    @Test
    @DisplayName("a dispatcher whose node lags behind the sink's epoch holds, and goes on after the node has accepted")
    void holds() {
        StreamingDispatcherFactory node = node(bigTransaction());
        PollingDispatcher dispatcher = table(node, 10);
        frontier.advanceTo(25);
        sink.fence(FEED, E2);
        dispatcher.takeTurn();
        assertThat(dispatcher.checkpointTs()).as("before the first row").isEqualTo(19);
        assertThat(sink.rowsApplied()).isZero();
        node.fence(FEED, E2);
        dispatcher.takeTurn();
        assertThat(sink.rowsApplied()).isEqualTo(256);
    }

    @Test
    @DisplayName("closing ends with one stopped and a final checkpoint; abandoning says nothing")
    void ends() {
        StreamingDispatcherFactory node = node(bigTransaction());
        PollingDispatcher dispatcher = table(node, 10);
        frontier.advanceTo(25);
        dispatcher.takeTurn();
        dispatcher.close();
        dispatcher.close();
        dispatcher.takeTurn();
        dispatcher.takeTurn();
        assertThat(recorder.said).containsExactly("working", "stopped");
        assertThat(dispatcher.checkpointTs()).isEqualTo(19);

        recorder.said.clear();
        PollingDispatcher abandoned = table(node, 19);
        abandoned.abandon();
        abandoned.takeTurn();
        assertThat(recorder.said).isEmpty();
    }

    /** A sink whose writers cannot be sealed, or whose writes fail. */
    private static Sink broken(Sink good, String method, Supplier<RuntimeException> failure) {
        InvocationHandler writer = (proxy, called, arguments) -> {
            if (called.getName().equals(method)) {
                throw failure.get();
            }
            return called.getReturnType() == WriteResult.class ? WriteResult.DURABLE : null;
        };
        return (Sink) Proxy.newProxyInstance(
                Sink.class.getClassLoader(),
                new Class<?>[] {Sink.class},
                (proxy, called, arguments) -> called.getName().equals("open")
                        ? Proxy.newProxyInstance(
                                SpanWriter.class.getClassLoader(), new Class<?>[] {SpanWriter.class}, writer)
                        : called.invoke(good, arguments));
    }

    private StreamingDispatcherFactory node(ChangeLog log, Sink to) {
        return new StreamingDispatcherFactory(
                new ChangeLogSource(log, frontier),
                to,
                null,
                new WrittenWork().of(NODE),
                new NodeContext(NODE, () -> leaseHeld, threads));
    }

    @Test
    @DisplayName("a writer that cannot be sealed keeps nobody from ending: it gets no more work")
    void sealFails() {
        Sink sealsNothing = broken(sink, "seal", () -> new IllegalStateException("the connection is gone"));
        PollingDispatcher dispatcher = table(node(bigTransaction(), sealsNothing), 10);
        frontier.advanceTo(25);
        dispatcher.takeTurn();
        dispatcher.close();
        dispatcher.takeTurn();
        assertThat(recorder.said).containsExactly("working", "stopped");
        assertThat(dispatcher.takeTurn()).isEqualTo(PollingDispatcher.NEVER);
    }

    @Test
    @DisplayName("what a sink throws ends its dispatcher with the words of the sink, and is counted by its kind")
    void writeFails() {
        Sink full = broken(
                sink, "write", () -> new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "disk full; free some"));
        PollingDispatcher dispatcher = table(node(bigTransaction(), full), 10);
        frontier.advanceTo(25);
        dispatcher.takeTurn();
        dispatcher.takeTurn();
        assertThat(recorder.said).startsWith("failed " + ErrorCode.SINK_UNAVAILABLE + " disk full; free some");
        assertThat(dispatcher.failures().count(ErrorCode.SINK_UNAVAILABLE.code()))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("a dispatcher that was opened elsewhere says that it has stopped: it may be the one that counts")
    void openedElsewhere() {
        StreamingDispatcherFactory node = node(bigTransaction());
        PollingDispatcher older = table(node, 10);
        table(node, 10);
        frontier.advanceTo(25);
        older.takeTurn();
        assertThat(sink.rowsApplied()).isZero();
        assertThat(older.checkpointTs()).as("before the first row").isEqualTo(19);
        older.takeTurn();
        assertThat(recorder.said).endsWith("stopped");
        int said = recorder.said.size();
        older.close();
        older.takeTurn();
        assertThat(recorder.said).as("it has said so").hasSize(said);
    }

    @Test
    @DisplayName("the trigger does not look before it may begin")
    void triggerWaits() {
        DdlTriggerDispatcher trigger = trigger(node(manyTables(3)), 9);
        frontier.advanceTo(11);
        trigger.takeTurn();
        assertThat(recorder.blocked).isEmpty();
        assertThat(trigger.checkpointTs()).isEqualTo(9);
        trigger.begin();
        trigger.takeTurn();
        assertThat(recorder.blocked).extracting(BlockStatus::commitTs).containsExactly(10L, 11L);
        assertThat(trigger.checkpointTs()).isEqualTo(9);
    }

    @Test
    @DisplayName("the checkpoint stays below the first unacknowledged DDL")
    void triggerCheckpoint() {
        DdlTriggerDispatcher trigger = trigger(node(manyTables(3)), 9);
        trigger.begin();
        frontier.advanceTo(12);
        trigger.takeTurn();
        trigger.acknowledge(11);
        trigger.takeTurn();
        assertThat(recorder.blocked).extracting(BlockStatus::commitTs).containsExactly(12L);
        assertThat(trigger.checkpointTs()).isEqualTo(11);
        trigger.acknowledge(12);
        frontier.advanceTo(50);
        trigger.takeTurn();
        assertThat(recorder.blocked).isEmpty();
        assertThat(trigger.checkpointTs()).isEqualTo(50);
    }

    @Test
    @DisplayName("the list of unacknowledged DDLs is bounded")
    void triggerWindow() {
        DdlTriggerDispatcher trigger = trigger(node(manyTables(DdlTriggerDispatcher.WINDOW + 36)), 9);
        trigger.begin();
        frontier.advanceTo(2_000);
        trigger.takeTurn();
        assertThat(recorder.blocked).hasSize(DdlTriggerDispatcher.WINDOW);
        trigger.acknowledge(20);
        trigger.takeTurn();
        assertThat(recorder.blocked).hasSize(DdlTriggerDispatcher.WINDOW);
        assertThat(recorder.blocked.get(0).commitTs()).isEqualTo(21);
        assertThat(trigger.checkpointTs()).isEqualTo(20);
    }

    @Test
    @DisplayName("G5: a closing trigger abandons what was not acknowledged; its successor collects it again")
    void triggerAbandonsAtClose() {
        StreamingDispatcherFactory node = node(manyTables(3));
        DdlTriggerDispatcher trigger = trigger(node, 9);
        trigger.begin();
        frontier.advanceTo(12);
        trigger.takeTurn();
        trigger.acknowledge(10);
        trigger.close();
        trigger.takeTurn();
        assertThat(recorder.said).endsWith("stopped");
        assertThat(trigger.checkpointTs()).isLessThan(11);

        DdlTriggerDispatcher successor = trigger(node, trigger.checkpointTs());
        successor.begin();
        successor.takeTurn();
        assertThat(recorder.blocked).extracting(BlockStatus::commitTs).endsWith(11L, 12L);
    }

    @Test
    @DisplayName("DDLs with one commitTs make one status")
    void oneStatusPerCommit() {
        ChangeLog log = new ChangeLogBuilder()
                .createTable(10, new TableName("s", "a"))
                .createTable(10, new TableName("s", "b"))
                .build("digest");
        DdlTriggerDispatcher trigger = trigger(node(log), 9);
        trigger.begin();
        frontier.advanceTo(10);
        trigger.takeTurn();
        assertThat(recorder.blocked)
                .singleElement()
                .satisfies(status -> assertThat(status.changes()).hasSize(2));
    }
}
