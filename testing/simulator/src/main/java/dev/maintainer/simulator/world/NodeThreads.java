package dev.maintainer.simulator.world;

import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The dispatcher threads of a node in virtual time: what is to run runs a moment later, sometimes much later, not while the node
 * stands still, and not after it has died. What is wrong in a task ends the world, also if the task goes on.
 */
final class NodeThreads extends AbstractExecutorService implements ScheduledExecutorService {
    private static final int TURN_MILLIS = 40;
    private static final int STILL_MILLIS = 100;
    private static final int LEISURELY_MILLIS = 200;
    private static final double BUSY = 0.05;

    private final SimulatedNode node;
    private final Timeline timeline;
    private boolean down;
    /** How late the tasks are that are given just now. */
    private int late;

    private @Nullable Violation violated;

    NodeThreads(SimulatedNode node, Timeline timeline) {
        this.node = node;
        this.timeline = timeline;
    }

    /** Tasks that something gives run so much later. */
    void late(int millis, Runnable something) {
        late = millis;
        try {
            something.run();
        } finally {
            late = 0;
        }
    }

    /** Something is wrong: whatever the task does with the exception, the world ends. Returns what was wrong first. */
    Violation violated(Violation violation) {
        Violation first = violated == null ? violation : violated;
        violated = first;
        return first;
    }

    @Override
    public void execute(Runnable task) {
        if (down) {
            throw new RejectedExecutionException("node " + node.id() + " is down");
        }
        long busy = timeline.chance(BUSY) ? node.faults().lag() : 0;
        timeline.in(late + busy + timeline.below(TURN_MILLIS), () -> run(task));
    }

    private void run(Runnable task) {
        if (down) {
            return;
        }
        if (node.dispatchersStandStill()) {
            timeline.in(STILL_MILLIS, () -> run(task));
            return;
        }
        task.run();
        if (violated != null) {
            throw violated;
        }
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable command, long initialDelay, long delay, TimeUnit unit) {
        long millis = unit.toMillis(delay);
        timeline.in(unit.toMillis(initialDelay), () -> repeat(command, millis));
        return new Unending();
    }

    private void repeat(Runnable command, long delayMillis) {
        if (!down) {
            run(command);
            long idle = node.faults().isCalm() ? LEISURELY_MILLIS : 0;
            timeline.in(idle + delayMillis + timeline.below((int) delayMillis), () -> repeat(command, delayMillis));
        }
    }

    @Override
    public void shutdown() {
        down = true;
    }

    @Override
    public List<Runnable> shutdownNow() {
        down = true;
        return List.of();
    }

    @Override
    public boolean isShutdown() {
        return down;
    }

    @Override
    public boolean isTerminated() {
        return down;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) {
        return down;
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("no dispatcher needs it");
    }

    @Override
    public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
        throw new UnsupportedOperationException("no dispatcher needs it");
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(Runnable command, long initialDelay, long period, TimeUnit unit) {
        throw new UnsupportedOperationException("no dispatcher needs it");
    }

    /** Of what is repeated until the node goes down. */
    private static final class Unending implements ScheduledFuture<Object> {
        @Override
        public long getDelay(TimeUnit unit) {
            throw new UnsupportedOperationException("nobody asks when it is repeated");
        }

        @Override
        public int compareTo(Delayed other) {
            throw new UnsupportedOperationException("nobody asks what is repeated first");
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            throw new UnsupportedOperationException("nobody ends what is repeated");
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public Object get() {
            throw new UnsupportedOperationException("nobody waits for it");
        }

        @Override
        public Object get(long timeout, TimeUnit unit) {
            throw new UnsupportedOperationException("nobody waits for it");
        }
    }
}
