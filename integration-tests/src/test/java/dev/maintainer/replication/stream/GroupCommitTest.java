package dev.maintainer.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Dispatchers of small tables that wait for the same thread. */
class GroupCommitTest {
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final NodeId NODE = new NodeId("n1");
    private static final int TABLES = 70;
    private static final long CREATED = 200;

    private final Frontier frontier = new Frontier(1_000);
    private final RecordingListener recorder = new RecordingListener();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final ScheduledThreadPoolExecutor oneThread = new ScheduledThreadPoolExecutor(0) {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }
    };
    private final Counting counting = new Counting();
    private final List<Runnable> whenTogether = new ArrayList<>();
    private boolean isHeld = true;
    private StreamingDispatcherFactory node = nodeWith("{}");

    /** Notes who writes how. */
    private final class Counting implements Sink {
        private final List<String> writes = new ArrayList<>();
        private boolean refuses;
        private boolean throwsUp;

        @Override
        public boolean writeTogether(List<SpanBatch> batches) {
            writes.add(batches.size() + " together");
            whenTogether.forEach(Runnable::run);
            if (throwsUp) {
                throw new IllegalStateException("a fault of the sink");
            }
            return !refuses;
        }

        @Override
        public Fencing fencing() {
            return Fencing.LEASED;
        }

        @Override
        public void fence(ChangefeedId changefeed, MaintainerEpoch epoch) {}

        @Override
        public boolean takesPartsOfRows() {
            return true;
        }

        @Override
        public long rowsApplied() {
            return 0;
        }

        @Override
        public long rowsAppliedAgain() {
            return 0;
        }

        @Override
        public void close() {}

        @Override
        public SpanWriter open(
                TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted) {
            return new SpanWriter() {
                @Override
                public WriteResult write(List<RowEvent> rows) {
                    writes.add("table " + span.table().value());
                    return WriteResult.DURABLE;
                }

                @Override
                public boolean mayShare() {
                    return true;
                }

                @Override
                public WriteResult writeDdls(List<DdlEvent> ddls) {
                    return WriteResult.DURABLE;
                }

                @Override
                public void seal() {}
            };
        }
    }

    @AfterEach
    void end() {
        oneThread.shutdownNow();
    }

    /** A node, and a log in which each table has one row; {@code third} is that of the third table. */
    private StreamingDispatcherFactory nodeWith(String third) {
        ChangeLogBuilder log = new ChangeLogBuilder();
        for (int i = 0; i < TABLES; i++) {
            log.createTable(100 + i, new TableName("s", "t" + i));
        }
        for (int i = 0; i < TABLES; i++) {
            log.row(CREATED + i, new TableName("s", "t" + i), RowEvent.Op.I, "k", i == 2 ? third : "{}");
        }
        return new StreamingDispatcherFactory(
                new ChangeLogSource(log.build("digest"), frontier),
                counting,
                null,
                new WrittenWork().of(NODE),
                new NodeContext(NODE, () -> isHeld, oneThread));
    }

    private List<PollingDispatcher> dispatchers(int count) {
        List<PollingDispatcher> dispatchers = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            DispatcherSpec spec = new DispatcherSpec(
                    new ChangefeedId("feed"),
                    E1,
                    new DispatcherId(1, i),
                    TableSpan.whole(new TableId(i)),
                    new SchemaId(1),
                    190);
            dispatchers.add((PollingDispatcher) node.create(spec, recorder));
        }
        return dispatchers;
    }

    private void work() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Test
    @DisplayName("Those that wait for the same thread write together, as many as may")
    void together() {
        List<PollingDispatcher> all = dispatchers(TABLES);
        all.forEach(PollingDispatcher::start);
        work();

        assertThat(counting.writes).containsExactly("64 together", "6 together");
        assertThat(all).allMatch(dispatcher -> dispatcher.checkpointTs() == 1_000);
    }

    @Test
    @DisplayName("One that has a thread for itself does not wait for others")
    void nobodyElse() {
        for (PollingDispatcher dispatcher : dispatchers(3)) {
            dispatcher.start();
            work();
        }
        assertThat(counting.writes).containsExactly("table 1", "table 2", "table 3");
    }

    @Test
    @DisplayName("Until they are written, rows that wait for those of others are in no checkpoint")
    void checkpoints() {
        List<PollingDispatcher> all = dispatchers(3);
        List<Long> meanwhile = new ArrayList<>();
        whenTogether.add(() -> all.forEach(dispatcher -> meanwhile.add(dispatcher.checkpointTs())));
        all.forEach(PollingDispatcher::start);
        work();

        assertThat(meanwhile).containsExactly(CREATED - 1, CREATED, CREATED + 1);
    }

    @Test
    @DisplayName("If they cannot be written together each writes by itself, and with others again later")
    void refused() {
        List<PollingDispatcher> all = dispatchers(3);
        counting.refuses = true;
        all.forEach(PollingDispatcher::start);
        work();

        assertThat(counting.writes).containsExactly("3 together", "table 1", "table 2", "table 3");
        assertThat(all).allMatch(dispatcher -> dispatcher.checkpointTs() == 1_000);
    }

    @Test
    @DisplayName("A sink that throws what it should not is no reason for any of them to stand still")
    void faulty() {
        List<PollingDispatcher> all = dispatchers(3);
        counting.throwsUp = true;
        all.forEach(PollingDispatcher::start);
        work();

        assertThat(counting.writes).containsExactly("3 together", "table 1", "table 2", "table 3");
        assertThat(all).allMatch(dispatcher -> dispatcher.checkpointTs() == 1_000);
    }

    @Test
    @DisplayName("What is written while the lease ends is not reported")
    void leaseEnds() {
        List<PollingDispatcher> all = dispatchers(2);
        whenTogether.add(() -> isHeld = false);
        all.forEach(PollingDispatcher::start);
        work();

        assertThat(counting.writes).containsExactly("2 together");
        assertThat(all.get(0).checkpointTs()).isEqualTo(CREATED - 1);
        assertThat(all.get(1).checkpointTs()).isEqualTo(CREATED);
    }

    @Test
    @DisplayName("One that is closed meanwhile counts what was written, and stops")
    void closing() {
        List<PollingDispatcher> all = dispatchers(2);
        whenTogether.add(all.get(0)::close);
        all.forEach(PollingDispatcher::start);
        work();

        assertThat(all.get(0).checkpointTs()).isEqualTo(1_000);
        assertThat(recorder.said).containsOnlyOnce("stopped");
    }

    @Test
    @DisplayName("One that has much to write does so by itself, after those that wait for others")
    void large() {
        node = nodeWith("{\"v\":\"" + "x".repeat(300_000) + "\"}");
        dispatchers(4).forEach(PollingDispatcher::start);
        work();

        assertThat(counting.writes).containsExactly("2 together", "table 3", "table 4");
    }
}
