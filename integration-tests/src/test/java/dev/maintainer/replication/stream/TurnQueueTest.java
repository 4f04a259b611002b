package dev.maintainer.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.files.FileSink;
import dev.maintainer.connector.files.SinkDirectory;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TurnQueueTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final Frontier frontier = new Frontier(9);
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private @Nullable Runnable look;
    /** How many times from now on there is no room for another task. */
    private int fullHeaps;

    /** Does what waits when the test says so. */
    private final ScheduledThreadPoolExecutor threads = new ScheduledThreadPoolExecutor(0) {
        @Override
        public void execute(Runnable task) {
            if (fullHeaps > 0) {
                fullHeaps--;
                throw new OutOfMemoryError("Java heap space");
            }
            waiting.add(task);
        }

        @Override
        public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
            assertThat(look).as("one look for all").isNull();
            look = task;
            return super.schedule(() -> {}, 1, TimeUnit.DAYS);
        }
    };

    private final TurnQueue turns = new TurnQueue(threads, frontier::resolvedTs, WriteLease.UNLIMITED);

    @SuppressWarnings("NullAway.Init")
    private SinkDirectory directory;

    @BeforeEach
    void open() {
        directory = SinkDirectory.claim(temporary.resolve("sink"), "digest");
    }

    @AfterEach
    void close() {
        threads.shutdownNow();
        directory.close();
    }

    /** Notes its turns, and wants the next one when it is told. */
    private final class Scripted extends PollingDispatcher {
        private final Deque<Long> next = new ArrayDeque<>();
        private int taken;
        private boolean findsHeapFull;

        Scripted(Long... next) {
            super(
                    new DispatcherSpec(
                            FEED, E1, new DispatcherId(1, 1), TableSpan.whole(new TableId(1)), new SchemaId(1), 9),
                    new Ignored(),
                    new FileSink(directory, FEED)
                            .open(TableSpan.whole(new TableId(1)), new DispatcherId(1, 1), E1, () -> E1),
                    WriteLease.UNLIMITED,
                    turns);
            this.next.addAll(List.of(next));
        }

        @Override
        long turn(GroupCommit group) {
            taken++;
            if (findsHeapFull) {
                throw new OutOfMemoryError("Java heap space");
            }
            return next.isEmpty() ? NEVER : next.remove();
        }

        @Override
        public long checkpointTs() {
            return 9;
        }

        @Override
        public long resolvedTs() {
            return 9;
        }
    }

    private static final class Ignored implements DispatcherListener {
        private final List<String> said = new ArrayList<>();

        @Override
        public void working(DispatcherId dispatcher) {}

        @Override
        public void stopped(DispatcherId dispatcher) {
            said.add("stopped");
        }

        @Override
        public void failed(DispatcherId dispatcher, ErrorCode code, String message) {
            said.add("failed " + code);
        }

        @Override
        public void blocked(DispatcherId dispatcher, List<BlockStatus> unacknowledged) {}

        @Override
        public void persisted(DispatcherId dispatcher, RedoMeta meta) {}
    }

    private void work() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            task.run();
        }
    }

    private void look() {
        if (look != null) {
            look.run();
        }
        work();
    }

    @Test
    @DisplayName("an idle dispatcher has no turns before the frontier reaches what it waits for")
    void idle() {
        Scripted dispatcher = new Scripted(50L);
        dispatcher.start();
        work();
        assertThat(dispatcher.taken).isEqualTo(1);
        for (int ts = 10; ts < 50; ts++) {
            frontier.advanceTo(ts);
            look();
        }
        assertThat(dispatcher.taken).isEqualTo(1);
        frontier.advanceTo(50);
        look();
        assertThat(dispatcher.taken).isEqualTo(2);
        frontier.advanceTo(1_000);
        look();
        assertThat(dispatcher.taken).isEqualTo(2);
    }

    @Test
    @DisplayName(
            "one that has more to write takes its next turn after those of others, one that waits with the next look")
    void moreToDo() {
        Scripted busy = new Scripted(PollingDispatcher.NOW, PollingDispatcher.NOW, PollingDispatcher.SOON);
        Scripted other = new Scripted();
        busy.start();
        other.start();
        Runnable first = waiting.remove();
        first.run();
        waiting.remove().run();
        assertThat(other.taken).isEqualTo(1);
        work();
        assertThat(busy.taken).isEqualTo(3);
        look();
        assertThat(busy.taken).isEqualTo(4);
    }

    @Test
    @DisplayName("a close is heard at once by one that waits, and by one that was never started")
    void closing() {
        Scripted waits = new Scripted(Long.MAX_VALUE - 1);
        waits.start();
        work();
        waits.close();
        work();
        assertThat(((Ignored) waits.listener).said).containsExactly("stopped");

        Scripted never = new Scripted();
        never.close();
        work();
        assertThat(((Ignored) never.listener).said).containsExactly("stopped");
        assertThat(never.taken).isZero();
    }

    @Test
    @DisplayName("a full heap while dispatchers are woken costs none of them its turn, nor those that come later")
    void fullWhileWaking() {
        Scripted one = new Scripted(50L, 60L);
        Scripted other = new Scripted(50L);
        one.start();
        other.start();
        work();

        frontier.advanceTo(50);
        fullHeaps = 3;
        look();
        assertThat(one.taken + other.taken).isEqualTo(2);
        assertThatThrownBy(this::look).as("the node judges it").isInstanceOf(OutOfMemoryError.class);

        look();
        assertThat(one.taken).isEqualTo(2);
        assertThat(other.taken).isEqualTo(2);

        frontier.advanceTo(60);
        look();
        assertThat(one.taken).isEqualTo(3);
    }

    @Test
    @DisplayName("a dispatcher that finds the heap full in its turn has one more, in which it ends")
    void fullInTurn() {
        Scripted dispatcher = new Scripted();
        dispatcher.findsHeapFull = true;
        dispatcher.start();
        assertThatThrownBy(this::work).as("the node judges it").isInstanceOf(OutOfMemoryError.class);

        look();

        assertThat(((Ignored) dispatcher.listener).said).containsExactly("failed DISPATCHER_FAILED", "stopped");
        assertThat(dispatcher.taken).isEqualTo(1);
    }
}
