package dev.maintainer.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.dispatcher.WriteBound;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.files.FileSink;
import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.connector.files.RedoPlace;
import dev.maintainer.connector.files.SharedRedoLog;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.replication.ForwardingSource;
import dev.maintainer.replication.RedoStore;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.RowEvent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dispatchers of a changefeed that keeps a redo log. */
class RedoDispatcherTest {
    private static final ChangefeedId SINK = new ChangefeedId("feed");
    private static final ChangefeedId LOG = SINK.in(ReplicationMode.REDO);
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final MaintainerEpoch E2 = new MaintainerEpoch(2);
    private static final TableName NAME = new TableName("s", "t");

    private static final NodeId NODE = new NodeId("n1");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final ManualThreads threads = new ManualThreads();
    private final Frontier frontier = new Frontier(9);
    private final AtomicLong released = new AtomicLong(10);
    private final List<BlockStatus> blocked = new ArrayList<>();
    private final List<RedoMeta> persisted = new ArrayList<>();

    @SuppressWarnings("NullAway.Init")
    private SinkDirectory directory;

    @SuppressWarnings("NullAway.Init")
    private RedoLog redo;

    @SuppressWarnings("NullAway.Init")
    private FileSink sink;

    private final DispatcherListener listener = new DispatcherListener() {
        @Override
        public void working(DispatcherId dispatcher) {}

        @Override
        public void stopped(DispatcherId dispatcher) {}

        @Override
        public void failed(DispatcherId dispatcher, ErrorCode code, String message) {
            throw new AssertionError(code + " " + message);
        }

        @Override
        public void blocked(DispatcherId dispatcher, List<BlockStatus> unacknowledged) {
            blocked.clear();
            blocked.addAll(unacknowledged);
        }

        @Override
        public void persisted(DispatcherId dispatcher, RedoMeta meta) {
            persisted.add(meta);
        }
    };

    @BeforeEach
    void open() {
        directory = SinkDirectory.claim(temporary.resolve("sink"), "digest");
        redo = RedoLog.claim(directory.path(), "digest", SINK);
        sink = new FileSink(directory, SINK, redo);
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        redo.close();
        directory.close();
    }

    private static ChangeLog log() {
        return new ChangeLogBuilder()
                .createTable(10, NAME)
                .row(20, NAME, RowEvent.Op.I, "a", "{}")
                .row(30, NAME, RowEvent.Op.I, "b", "{}")
                .createTable(40, new TableName("s", "u"))
                .build("digest");
    }

    private StreamingDispatcherFactory node(FileSink into) {
        return node(into, log());
    }

    private StreamingDispatcherFactory node(FileSink into, ChangeLog log) {
        return node(new ChangeLogSource(log, frontier), into, into.redo());
    }

    private StreamingDispatcherFactory node(Source source, FileSink into, @Nullable RedoStore log) {
        StreamingDispatcherFactory node = new StreamingDispatcherFactory(
                source, into, log, new WrittenWork().of(NODE), new NodeContext(NODE, WriteLease.UNLIMITED, threads));
        node.fence(SINK, E1);
        return node;
    }

    private PollingDispatcher table(StreamingDispatcherFactory node, ChangefeedId pipeline, WriteBound bound) {
        PollingDispatcher dispatcher = (PollingDispatcher) node.create(
                new DispatcherSpec(
                        pipeline,
                        E1,
                        new DispatcherId(pipeline.isRedo() ? 2 : 1, 1),
                        TableSpan.whole(new TableId(1)),
                        new SchemaId(1),
                        10,
                        bound),
                listener);
        dispatcher.start();
        return dispatcher;
    }

    private DdlTriggerDispatcher trigger(StreamingDispatcherFactory node, ChangefeedId pipeline, WriteBound bound) {
        DdlTriggerDispatcher trigger = (DdlTriggerDispatcher) node.createTrigger(
                new DispatcherSpec(
                        pipeline,
                        E1,
                        new DispatcherId(pipeline.isRedo() ? 2 : 1, 9),
                        TableSpan.DDL,
                        SchemaId.DDL,
                        9,
                        bound),
                listener);
        trigger.start();
        return trigger;
    }

    @Test
    @DisplayName("a table is written up to the bound, and no further before it rises; the log is not bound")
    void boundTable() {
        StreamingDispatcherFactory node = node(sink);
        PollingDispatcher written = table(node, SINK, released::get);
        PollingDispatcher logged = table(node, LOG, WriteBound.NONE);
        frontier.advanceTo(35);

        written.takeTurn();
        logged.takeTurn();
        assertThat(sink.rowsApplied()).isZero();
        assertThat(written.checkpointTs()).isEqualTo(10);
        assertThat(written.resolvedTs()).as("it has been received").isEqualTo(35);
        assertThat(redo.rows().rowsApplied()).isEqualTo(2);
        assertThat(logged.checkpointTs()).isEqualTo(35);

        released.set(25);
        written.takeTurn();
        assertThat(sink.rowsApplied()).isEqualTo(1);
        assertThat(written.checkpointTs()).isEqualTo(25);
        assertThat(sink.rowsAheadOfRedo()).isZero();
    }

    @Test
    @DisplayName("a DDL beyond the bound is not written, and not told")
    void boundTrigger() {
        DdlTriggerDispatcher trigger = trigger(node(sink), SINK, released::get);
        trigger.begin();
        frontier.advanceTo(50);

        trigger.takeTurn();
        assertThat(blocked).extracting(BlockStatus::commitTs).containsExactly(10L);
        trigger.acknowledge(10);
        trigger.takeTurn();
        assertThat(blocked).isEmpty();
        assertThat(trigger.checkpointTs()).isEqualTo(10);

        released.set(45);
        trigger.takeTurn();
        assertThat(blocked).extracting(BlockStatus::commitTs).containsExactly(40L);
    }

    @Test
    @DisplayName("the trigger into the log says that a promise is durable when it is, also before it may begin")
    void promise() {
        DdlTriggerDispatcher trigger = trigger(node(sink), LOG, WriteBound.NONE);
        trigger.persist(new RedoMeta(10, 30));
        trigger.persist(new RedoMeta(10, 40));
        assertThat(redo.meta()).isNull();

        trigger.takeTurn();
        assertThat(redo.meta()).isEqualTo(new RedoMeta(10, 40));
        assertThat(persisted).containsExactly(new RedoMeta(10, 40));
        trigger.takeTurn();
        assertThat(persisted).hasSize(1);
    }

    @Test
    @DisplayName("what the trigger of a former owner promises is not durable, and it does not say that it is")
    void formerOwnerPromises() {
        DdlTriggerDispatcher trigger = trigger(node(sink), LOG, WriteBound.NONE);
        redo.fence(LOG, E2);
        trigger.persist(new RedoMeta(10, 30));
        trigger.takeTurn();
        assertThat(redo.meta()).isNull();
        assertThat(persisted).isEmpty();
    }

    @Test
    @DisplayName(
            "the trigger into the log begins where the log has promised to be complete; that into the sink does not")
    void beginsAtThePromise() {
        redo.persist(new RedoMeta(9, 35));
        StreamingDispatcherFactory node = node(sink);

        DdlTriggerDispatcher logging = trigger(node, LOG, WriteBound.NONE);
        assertThat(logging.startTs()).isEqualTo(35);
        logging.begin();
        frontier.advanceTo(50);
        logging.takeTurn();
        assertThat(blocked).extracting(BlockStatus::commitTs).containsExactly(40L);

        assertThat(trigger(node, SINK, released::get).startTs()).isEqualTo(9);
    }

    private static ChangeLog dropping() {
        return new ChangeLogBuilder()
                .createTable(10, NAME)
                .row(20, NAME, RowEvent.Op.I, "a", "{}")
                .row(30, NAME, RowEvent.Op.I, "b", "{}")
                .dropTable(30, NAME)
                .createTable(40, NAME)
                .createTable(50, new TableName("s", "u"))
                .dropSchema(60, "s")
                .build("digest");
    }

    @Test
    @DisplayName(
            "the log tells of a drop only when it has every row of the table, also one of the same transaction, so its promise"
                    + " holds right before it, too")
    void dropWaitsForRows() {
        StreamingDispatcherFactory node = node(sink, dropping());
        DdlTriggerDispatcher trigger = trigger(node, LOG, WriteBound.NONE);
        PollingDispatcher table = table(node, LOG, WriteBound.NONE);
        trigger.begin();
        frontier.advanceTo(29);
        trigger.takeTurn();
        trigger.acknowledge(10);
        table.takeTurn();
        frontier.advanceTo(45);
        trigger.takeTurn();
        assertThat(blocked).as("row b is not in the log").isEmpty();
        assertThat(trigger.checkpointTs()).isEqualTo(29);

        table.takeTurn();
        trigger.takeTurn();
        assertThat(blocked).extracting(BlockStatus::commitTs).containsExactly(30L, 40L);
    }

    /** Its readers do not know when a table ends; who reads block events does. */
    private Source untold(ChangeLog log) {
        return new ForwardingSource(new ChangeLogSource(log, frontier)) {
            @Override
            public RowReader rows(
                    TableSpan span, long from, LongFunction<List<TableSpan>> completeParts, Runnable available) {
                RowReader rows = super.rows(span, from, completeParts, available);
                return new RowReader() {
                    @Override
                    public List<RowEvent> poll(int max, long upToTs) {
                        return rows.poll(max, upToTs);
                    }

                    @Override
                    public long nextTs() {
                        return rows.nextTs();
                    }

                    @Override
                    public void close() {
                        rows.close();
                    }
                };
            }
        };
    }

    @Test
    @DisplayName(
            "of a log that processes share the trigger learns what the dispatchers of others have, also of an idle table, from a"
                    + " source that tells of drops by its block events alone")
    void sharedDropWaits() {
        ChangeLog log = new ChangeLogBuilder()
                .createTable(10, NAME)
                .row(20, NAME, RowEvent.Op.I, "a", "{}")
                .dropTable(30, NAME)
                .build("digest");
        RedoPlace place = new RedoPlace(temporary.resolve("shared"), false);
        try (SharedRedoLog here = SharedRedoLog.open(place, "digest", SINK);
                SharedRedoLog there = SharedRedoLog.open(place, "digest", SINK)) {
            StreamingDispatcherFactory node = node(untold(log), sink, here);
            StreamingDispatcherFactory other = node(untold(log), sink, there);
            node.fence(LOG, E1);
            other.fence(LOG, E1);
            DdlTriggerDispatcher trigger = trigger(node, LOG, WriteBound.NONE);
            PollingDispatcher table = table(other, LOG, WriteBound.NONE);
            trigger.begin();
            frontier.advanceTo(25);
            table.takeTurn();
            assertThat(table.takeTurn()).as("when it wants its next turn").isEqualTo(30);
            trigger.takeTurn();
            trigger.acknowledge(10);
            frontier.advanceTo(45);
            trigger.takeTurn();
            assertThat(blocked).as("nobody has told that the table is complete").isEmpty();
            assertThat(table.checkpointTs()).as("where a successor would begin").isEqualTo(29);

            table.takeTurn();
            trigger.takeTurn();
            assertThat(blocked).extracting(BlockStatus::commitTs).containsExactly(30L);
        }
    }

    @Test
    @DisplayName(
            "a schema goes when the log has every row of each of its tables; the sink waits for its own dispatchers instead")
    void schemaWaitsForRows() {
        StreamingDispatcherFactory node = node(sink, dropping());
        DdlTriggerDispatcher trigger = trigger(node, LOG, WriteBound.NONE);
        trigger.begin();
        frontier.advanceTo(70);
        redo.rows()
                .open(TableSpan.whole(new TableId(1)), new DispatcherId(7, 1), E1, () -> E1)
                .complete(70);
        redo.rows()
                .open(TableSpan.whole(new TableId(2)), new DispatcherId(7, 2), E1, () -> E1)
                .complete(70);
        trigger.takeTurn();
        assertThat(blocked).extracting(BlockStatus::commitTs).containsExactly(10L, 30L, 40L, 50L);

        redo.rows()
                .open(TableSpan.whole(new TableId(3)), new DispatcherId(7, 3), E1, () -> E1)
                .complete(60);
        trigger.takeTurn();
        assertThat(blocked).extracting(BlockStatus::commitTs).endsWith(60L);

        DdlTriggerDispatcher other = trigger(node, SINK, WriteBound.NONE);
        other.begin();
        other.takeTurn();
        // It stops at the first drop until the dispatchers of the table have come to it.
        assertThat(blocked).extracting(BlockStatus::commitTs).containsExactly(10L);
    }

    @Test
    @DisplayName("each pipeline is fenced for itself")
    void fences() {
        StreamingDispatcherFactory node = node(sink);
        PollingDispatcher written = table(node, SINK, WriteBound.NONE);
        PollingDispatcher logged = table(node, LOG, WriteBound.NONE);
        frontier.advanceTo(35);

        redo.rows().fence(LOG, E2);
        logged.takeTurn();
        written.takeTurn();
        assertThat(logged.checkpointTs())
                .as("its node has not accepted the new owner")
                .isEqualTo(19);
        assertThat(written.checkpointTs()).isEqualTo(35);

        node.fence(LOG, E2);
        logged.takeTurn();
        assertThat(logged.checkpointTs()).isEqualTo(35);
    }

    @Test
    @DisplayName("a pipeline into a log that does not exist is refused, with what to do")
    void noLog() {
        SinkDirectory other = SinkDirectory.claim(temporary.resolve("other"), "digest");
        try (other) {
            StreamingDispatcherFactory node = node(new FileSink(other, SINK));
            assertThatThrownBy(() -> node.fence(LOG, E1))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContaining("--redo");
        }
    }
}
