package dev.maintainer.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.WriteBound;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Dispatchers over a log with a sync point after every two rows, and a drop at its end. */
class BlockedDispatcherTest extends FileSinkScene {
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final DispatcherId ID = new DispatcherId(1, 1);
    private static final TableName TABLE = new TableName("s", "t");
    private static final BlockKey SYNC_30 = new BlockKey(30, BlockKind.SYNC_POINT);
    private static final BlockKey DROP_50 = new BlockKey(50, BlockKind.DDL);

    private ChangeLog log = log();
    /** What the sink says of DDLs with these tables; nothing most of the time. */
    private final Map<String, String> refusals = new HashMap<>();
    /** What the source says of block events instead of the truth; null for that. */
    private @Nullable Supplier<BlockReader> blocks;

    private int closed;

    private static ChangeLog log() {
        return new ChangeLogBuilder(2)
                .createTable(10, TABLE)
                .row(20, TABLE, RowEvent.Op.I, "k1", "{}")
                .row(30, TABLE, RowEvent.Op.I, "k2", "{}")
                .row(40, TABLE, RowEvent.Op.I, "k3", "{}")
                .dropTable(50, TABLE)
                .build("digest");
    }

    /** The log, but for one answer. */
    private Source source() {
        Source good = new ChangeLogSource(log, frontier);
        InvocationHandler handler = (proxy, called, arguments) -> {
            if (called.getName().equals("blocks") && blocks != null) {
                return blocks.get();
            }
            Object answer = called.invoke(good, arguments);
            return called.getName().equals("rows") ? counted((RowReader) answer) : answer;
        };
        return (Source) Proxy.newProxyInstance(
                BlockedDispatcherTest.class.getClassLoader(), new Class<?>[] {Source.class}, handler);
    }

    private RowReader counted(RowReader reader) {
        InvocationHandler handler = (proxy, called, arguments) -> {
            closed += called.getName().equals("close") ? 1 : 0;
            return called.invoke(reader, arguments);
        };
        return (RowReader) Proxy.newProxyInstance(
                BlockedDispatcherTest.class.getClassLoader(), new Class<?>[] {RowReader.class}, handler);
    }

    /** The sink, but for DDLs that it refuses. */
    private Sink refusingSink() {
        return proxy(Sink.class, sink, answer -> answer instanceof SpanWriter writer ? refusing(writer) : answer);
    }

    private SpanWriter refusing(SpanWriter writer) {
        InvocationHandler handler = (proxy, called, arguments) -> {
            if (called.getName().equals("writeDdls")) {
                for (Object each : (List<?>) arguments[0]) {
                    String statement = ((DdlEvent) each).statement();
                    refusals.forEach((table, reason) -> {
                        if (statement.endsWith("." + table)) {
                            throw new MaintainerException(ErrorCode.DDL_REFUSED, reason);
                        }
                    });
                }
            }
            return called.invoke(writer, arguments);
        };
        return (SpanWriter) Proxy.newProxyInstance(
                BlockedDispatcherTest.class.getClassLoader(), new Class<?>[] {SpanWriter.class}, handler);
    }

    private static <T> T proxy(Class<T> type, T real, UnaryOperator<Object> change) {
        InvocationHandler handler = (proxy, called, arguments) -> change.apply(called.invoke(real, arguments));
        return type.cast(
                Proxy.newProxyInstance(BlockedDispatcherTest.class.getClassLoader(), new Class<?>[] {type}, handler));
    }

    private StreamingDispatcherFactory node() {
        StreamingDispatcherFactory factory = new StreamingDispatcherFactory(
                source(),
                refusingSink(),
                null,
                new WrittenWork().of(new NodeId("n1")),
                new NodeContext(new NodeId("n1"), () -> true, threads));
        factory.fence(FEED, E1);
        return factory;
    }

    private PollingDispatcher table(long startTs, PartialCommit partial) {
        PollingDispatcher dispatcher = (PollingDispatcher) node().create(
                        new DispatcherSpec(
                                FEED,
                                E1,
                                ID,
                                TableSpan.whole(new TableId(1)),
                                new SchemaId(1),
                                startTs,
                                partial,
                                WriteBound.NONE),
                        recorder);
        dispatcher.start();
        return dispatcher;
    }

    private DdlTriggerDispatcher trigger(long startTs) {
        DdlTriggerDispatcher dispatcher = (DdlTriggerDispatcher)
                node().createTrigger(new DispatcherSpec(FEED, E1, ID, TableSpan.DDL, SchemaId.DDL, startTs), recorder);
        dispatcher.start();
        dispatcher.begin();
        return dispatcher;
    }

    private static void turns(PollingDispatcher dispatcher) {
        for (int i = 0; i < 5; i++) {
            dispatcher.takeTurn();
        }
    }

    @Test
    @DisplayName("a table writes the rows up to a sync point, those of its time too, and waits there")
    void waits() {
        PollingDispatcher dispatcher = table(10, PartialCommit.NONE);
        frontier.advanceTo(100);

        turns(dispatcher);

        assertThat(recorder.said).containsExactly("waits at " + SYNC_30, "working");
        assertThat(sink.rowsApplied()).isEqualTo(2);
        assertThat(dispatcher.checkpointTs())
                .as("it is not past the sync point")
                .isEqualTo(29);
    }

    @Test
    @DisplayName("it goes on when it is told to pass this very event, and comes to the next")
    void goesOn() {
        PollingDispatcher dispatcher = table(10, PartialCommit.NONE);
        frontier.advanceTo(100);
        turns(dispatcher);
        recorder.said.clear();

        dispatcher.resolve(new BlockKey(30, BlockKind.DDL), BarrierAction.PASS);
        dispatcher.resolve(new BlockKey(31, BlockKind.SYNC_POINT), BarrierAction.PASS);
        dispatcher.resolve(SYNC_30, BarrierAction.WRITE);
        turns(dispatcher);
        assertThat(recorder.said).isEmpty();

        dispatcher.resolve(SYNC_30, BarrierAction.PASS);
        dispatcher.resolve(SYNC_30, BarrierAction.PASS);
        turns(dispatcher);
        assertThat(recorder.said).containsExactly("passed " + SYNC_30, "waits at " + DROP_50);
        assertThat(sink.rowsApplied()).isEqualTo(3);
        assertThat(dispatcher.checkpointTs()).isEqualTo(49);
    }

    @Test
    @DisplayName("its checkpoint stops at an event that is committed while it is idle, without a turn")
    void idle() {
        PollingDispatcher dispatcher = table(10, PartialCommit.NONE);
        frontier.advanceTo(25);
        turns(dispatcher);
        assertThat(dispatcher.checkpointTs()).isEqualTo(25);

        frontier.advanceTo(100);

        assertThat(dispatcher.checkpointTs()).isEqualTo(29);
    }

    @Test
    @DisplayName(
            "L-80, L-81: made anew where the old one waited, it reads no row of that time again, and waits at the same event")
    void madeAnew() {
        PollingDispatcher dispatcher = table(29, PartialCommit.ROWS_AND_DDL);
        frontier.advanceTo(100);

        turns(dispatcher);

        assertThat(recorder.said).containsExactly("waits at " + SYNC_30, "working");
        assertThat(sink.rowsApplied()).isZero();
        assertThat(dispatcher.checkpointTs()).isEqualTo(29);
    }

    @Test
    @DisplayName("made anew without knowing more, it reads the rows of that time")
    void madeAnewUnknowing() {
        PollingDispatcher dispatcher = table(29, PartialCommit.NONE);
        frontier.advanceTo(100);

        turns(dispatcher);

        assertThat(sink.rowsApplied()).isEqualTo(1);
    }

    @Test
    @DisplayName("L-82: made anew behind an event, it does not come to it")
    void madeAnewBehind() {
        PollingDispatcher dispatcher = table(30, PartialCommit.NONE);
        frontier.advanceTo(100);

        turns(dispatcher);

        assertThat(recorder.said).containsExactly("waits at " + DROP_50, "working");
    }

    @Test
    @DisplayName("the trigger comes to an event only when the maintainer knows what was before it")
    void triggerWaits() {
        DdlTriggerDispatcher trigger = trigger(9);
        frontier.advanceTo(100);
        turns(trigger);
        assertThat(recorder.blocked).hasSize(1);
        assertThat(recorder.said).containsExactly("working");

        trigger.acknowledge(10);
        turns(trigger);

        assertThat(recorder.said).containsExactly("working", "waits at " + SYNC_30);
        assertThat(trigger.checkpointTs()).isEqualTo(29);
    }

    @Test
    @DisplayName(
            "it writes a snapshot when it is told to, and its checkpoint passes the event when the maintainer knows")
    void triggerWrites() {
        DdlTriggerDispatcher trigger = trigger(10);
        frontier.advanceTo(100);
        turns(trigger);
        assertThat(temporary.resolve("sink/snapshots/30")).doesNotExist();

        trigger.resolve(SYNC_30, BarrierAction.WRITE);
        turns(trigger);
        assertThat(temporary.resolve("sink/snapshots/30")).isDirectory();
        assertThat(recorder.said).contains("passed " + SYNC_30);
        assertThat(trigger.checkpointTs()).as("its word may be lost").isEqualTo(29);

        trigger.acknowledge(30);
        turns(trigger);
        assertThat(trigger.checkpointTs()).isEqualTo(49);
        assertThat(recorder.said).endsWith("waits at " + DROP_50);
    }

    @Test
    @DisplayName("I-49: a table that is created at the time of a sync point is told of first, so that it takes part")
    void createdAtSyncPoint() {
        log = new ChangeLogBuilder(2)
                .createTable(10, TABLE)
                .row(20, TABLE, RowEvent.Op.I, "k1", "{}")
                .row(30, TABLE, RowEvent.Op.I, "k2", "{}")
                .createTable(30, new TableName("s", "u"))
                .build("digest");
        DdlTriggerDispatcher trigger = trigger(10);
        frontier.advanceTo(100);
        turns(trigger);
        assertThat(recorder.blocked).extracting(BlockStatus::commitTs).containsExactly(30L);
        assertThat(recorder.said).containsExactly("working");
        assertThat(trigger.checkpointTs()).isEqualTo(29);

        trigger.acknowledge(30);
        turns(trigger);

        assertThat(recorder.said).containsExactly("working", "waits at " + SYNC_30);
        assertThat(trigger.checkpointTs()).isEqualTo(29);
        trigger.resolve(SYNC_30, BarrierAction.WRITE);
        turns(trigger);
        trigger.acknowledge(30);
        turns(trigger);
        assertThat(trigger.checkpointTs()).isEqualTo(100);
    }

    @Test
    @DisplayName("it does not write what was executed under a former owner")
    void triggerPasses() {
        DdlTriggerDispatcher trigger = trigger(10);
        frontier.advanceTo(100);
        turns(trigger);

        trigger.resolve(SYNC_30, BarrierAction.PASS);
        turns(trigger);

        assertThat(temporary.resolve("sink/snapshots/30")).doesNotExist();
        assertThat(recorder.said).contains("passed " + SYNC_30);
    }

    @Test
    @DisplayName("a drop is not written before it is told to")
    void triggerDrops() throws Exception {
        DdlTriggerDispatcher trigger = trigger(30);
        frontier.advanceTo(100);
        turns(trigger);
        assertThat(recorder.said).contains("waits at " + DROP_50);
        long before = ddlBytes();

        turns(trigger);
        assertThat(ddlBytes()).isEqualTo(before);
        trigger.resolve(DROP_50, BarrierAction.WRITE);
        turns(trigger);
        assertThat(ddlBytes()).isGreaterThan(before);
    }

    @Test
    @DisplayName(
            "a drop that the sink refuses is told with the reason, and tried again when it is told to, and not before")
    void refusedDrop() {
        refusals.put("t", "still referenced");
        DdlTriggerDispatcher trigger = trigger(30);
        frontier.advanceTo(100);
        turns(trigger);
        trigger.resolve(DROP_50, BarrierAction.WRITE);
        turns(trigger);
        assertThat(recorder.said)
                .containsExactly("waits at " + DROP_50, "working", "refused " + DROP_50 + ": still referenced");
        assertThat(trigger.checkpointTs()).isEqualTo(49);

        refusals.clear();
        turns(trigger);
        assertThat(recorder.said).hasSize(3);
        trigger.resolve(DROP_50, BarrierAction.WRITE);
        turns(trigger);
        assertThat(recorder.said).endsWith("passed " + DROP_50);
    }

    @Test
    @DisplayName("a drop that is skipped is never written")
    void skippedDrop() throws Exception {
        refusals.put("t", "still referenced");
        DdlTriggerDispatcher trigger = trigger(30);
        frontier.advanceTo(100);
        turns(trigger);
        trigger.resolve(DROP_50, BarrierAction.WRITE);
        turns(trigger);
        long before = ddlBytes();

        trigger.resolve(DROP_50, BarrierAction.PASS);
        turns(trigger);
        trigger.acknowledge(50);
        turns(trigger);

        assertThat(recorder.said).endsWith("passed " + DROP_50);
        assertThat(ddlBytes()).isEqualTo(before);
        assertThat(trigger.checkpointTs()).isEqualTo(100);
    }

    @Test
    @DisplayName(
            "tables are created up to the one that the sink refuses; there the trigger waits, behind what it has told")
    void refusedCreation() {
        log = new ChangeLogBuilder()
                .createTable(10, TABLE)
                .createTable(20, new TableName("s", "u"))
                .createTable(30, new TableName("s", "v"))
                .build("digest");
        refusals.put("u", "no such schema");
        DdlTriggerDispatcher trigger = trigger(9);
        frontier.advanceTo(100);
        turns(trigger);
        assertThat(recorder.blocked).extracting(BlockStatus::commitTs).containsExactly(10L);
        assertThat(recorder.said).as("what was told before comes first").containsExactly("working");

        trigger.acknowledge(10);
        turns(trigger);
        BlockKey creation = new BlockKey(20, BlockKind.DDL);
        assertThat(recorder.said).containsExactly("working", "waits at " + creation);
        trigger.resolve(creation, BarrierAction.WRITE);
        turns(trigger);
        assertThat(recorder.said).endsWith("refused " + creation + ": no such schema");
        assertThat(trigger.checkpointTs()).isEqualTo(19);

        refusals.clear();
        trigger.resolve(creation, BarrierAction.WRITE);
        turns(trigger);
        trigger.acknowledge(20);
        turns(trigger);
        assertThat(recorder.said).endsWith("passed " + creation);
        assertThat(recorder.blocked).extracting(BlockStatus::commitTs).containsExactly(30L);
        trigger.acknowledge(30);
        turns(trigger);
        assertThat(trigger.checkpointTs()).isEqualTo(100);
    }

    @Test
    @DisplayName("a source that names a DDL to wait for, and has none, is told so")
    void noSuchDdl() {
        BlockReader one = new BlockReader() {
            @Override
            public BlockEvent poll(long upToTs) {
                return new BlockEvent(
                        new BlockKey(25, BlockKind.DDL), new BlockScope.All(), List.of(), "DROP TABLE nobody");
            }

            @Override
            public long nextTs() {
                return 25;
            }
        };
        blocks = () -> one;
        DdlTriggerDispatcher trigger = trigger(10);
        frontier.advanceTo(100);

        turns(trigger);

        assertThat(recorder.said.get(0)).startsWith("failed SOURCE_UNAVAILABLE the source names ddl@25");
        assertThat(recorder.said).endsWith("stopped");
    }

    @Test
    @DisplayName("a source that cannot tell of block events has its rows closed again")
    void blocksCannotBeRead() {
        blocks = () -> {
            throw new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "away");
        };

        assertThatThrownBy(() -> table(10, PartialCommit.NONE)).isInstanceOf(MaintainerException.class);

        assertThat(closed).isEqualTo(1);
    }

    private long ddlBytes() throws Exception {
        Path ddls = temporary.resolve("sink/segments/0");
        if (!Files.isDirectory(ddls)) {
            return 0;
        }
        long bytes = 0;
        try (var files = Files.list(ddls)) {
            for (Path file : files.toList()) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }
}
