package dev.maintainer.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.model.BlockEvent;
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
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Dispatchers of small tables that wait for the same thread. */
class GroupCommitTest {
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final NodeId NODE = new NodeId("n1");
    private static final int TABLES = 70;
    private static final long CREATED = 200;
    private static final BlockReader NEVER_THERE = new BlockReader() {
        @Override
        public long nextTs() {
            return CREATED - 5;
        }

        @Override
        public @Nullable BlockEvent poll(long upToTs) {
            return null;
        }
    };

    private final Frontier frontier = new Frontier(1_000);
    private final RecordingListener recorder = new RecordingListener();
    private final Deque<Runnable> tasks = new ArrayDeque<>();
    private final ScheduledThreadPoolExecutor oneThread = new ScheduledThreadPoolExecutor(0) {
        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
            fillHeap(heapIsFullWhenAsked);
            look = task;
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }
    };
    private @Nullable Runnable look;
    private final AtomicBoolean heapIsFullWhenAsked = new AtomicBoolean();
    private final AtomicBoolean heapIsFullWhenWritten = new AtomicBoolean();
    private final Counting counting = new Counting();
    private final List<Runnable> whenTogether = new ArrayList<>();
    private boolean isHeld = true;
    private boolean restless;
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
                public void complete(long ts) {
                    fillHeap(heapIsFullWhenWritten);
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

    private static void fillHeap(AtomicBoolean full) {
        if (full.getAndSet(false)) {
            throw new OutOfMemoryError("Java heap space");
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
                sourceOf(log),
                counting,
                null,
                new WrittenWork().of(NODE),
                new NodeContext(NODE, () -> isHeld, oneThread));
    }

    /** An event of the second table comes, and never is there, if that is wanted. */
    private Source sourceOf(ChangeLogBuilder log) {
        Source source = new ChangeLogSource(log.build("digest"), frontier);
        InvocationHandler handler = (self, method, arguments) -> {
            boolean isEvents = method.getName().equals("blocks")
                    && arguments[0] instanceof TableSpan span
                    && span.table().value() == 2;
            return restless && isEvents ? NEVER_THERE : method.invoke(source, arguments);
        };
        return (Source) Proxy.newProxyInstance(Source.class.getClassLoader(), new Class<?>[] {Source.class}, handler);
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

    /** Goes on where the heap was full. */
    private void workOn() {
        for (int i = 0; i < 3; i++) {
            while (!tasks.isEmpty()) {
                try {
                    work();
                } catch (OutOfMemoryError e) {
                    // The node judges it.
                }
            }
            Runnable present = look;
            if (present != null) {
                present.run();
            }
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

    @Test
    @DisplayName("A full heap when one of them goes on does not make the others write again what is durable")
    void fullWhenWritten() {
        List<PollingDispatcher> all = dispatchers(3);
        whenTogether.add(() -> heapIsFullWhenWritten.set(true));
        all.forEach(PollingDispatcher::start);
        workOn();

        assertThat(counting.writes).containsExactly("3 together");
        assertThat(all.subList(1, 3)).allMatch(dispatcher -> dispatcher.checkpointTs() == 1_000);
    }

    @Test
    @DisplayName("A full heap when they write, and when they ask for their next turn, costs none of them its end")
    void fullWhenAsked() {
        List<PollingDispatcher> all = dispatchers(4);
        whenTogether.add(() -> {
            heapIsFullWhenAsked.set(true);
            throw new OutOfMemoryError("Java heap space");
        });
        all.forEach(PollingDispatcher::start);
        workOn();
        all.forEach(PollingDispatcher::close);
        workOn();

        assertThat(recorder.said.stream().filter("stopped"::equals)).hasSize(4);
    }

    @Test
    @DisplayName("A DDL, which may take long, lets those write first who wait for others")
    void ddl() {
        List<PollingDispatcher> all = dispatchers(3);
        DdlTriggerDispatcher trigger = (DdlTriggerDispatcher) node.createTrigger(
                new DispatcherSpec(
                        new ChangefeedId("feed"), E1, new DispatcherId(0, 1), TableSpan.DDL, SchemaId.DDL, 90),
                recorder);
        trigger.begin();
        all.get(0).start();
        all.get(1).start();
        trigger.start();
        all.get(2).start();
        work();

        assertThat(counting.writes).startsWith("2 together");
    }

    @Test
    @DisplayName("One that wants a turn again and again does not keep those from writing who wait for others")
    void restless() {
        restless = true;
        List<PollingDispatcher> all = dispatchers(2);
        all.forEach(PollingDispatcher::start);
        Runnable first = tasks.remove();
        first.run();

        assertThat(all.get(0).checkpointTs()).isEqualTo(1_000);
        assertThat(tasks).as("and there is something left to do").isNotEmpty();
    }
}
