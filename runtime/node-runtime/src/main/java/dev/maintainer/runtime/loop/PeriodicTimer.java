package dev.maintainer.runtime.loop;

import dev.maintainer.runtime.process.OutOfMemory;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread that runs tasks periodically. A task that fails once is run again the next time. */
public final class PeriodicTimer {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicTimer.class);

    /** How many times in a row a task may find the heap full. */
    private static final int MOST_FULL = 3;

    private final ScheduledExecutorService thread;
    private int full;
    private volatile long movedAt = System.nanoTime();

    /** A timer without tasks. */
    public PeriodicTimer(String name) {
        this.thread = Executors.newSingleThreadScheduledExecutor(DaemonThreads.named(name));
    }

    /** Does a task at once and then repeatedly; in milliseconds, at least 1. */
    public void every(long millis, Runnable task) {
        Future<?> unused = thread.scheduleAtFixedRate(
                () -> {
                    try {
                        task.run();
                        full = 0;
                        movedAt = System.nanoTime();
                    } catch (RuntimeException | Error e) {
                        note(e);
                    }
                },
                0,
                millis,
                TimeUnit.MILLISECONDS);
    }

    /**
     * A planner that fills the heap for a moment must not end the renewals of a lease; a heap that stays full ends the process.
     * Telling may need memory that there is not.
     */
    private void note(Throwable failure) {
        full = failure instanceof OutOfMemoryError ? full + 1 : 0;
        if (full >= MOST_FULL) {
            OutOfMemory.check(failure);
        }
        try {
            LOG.error("a periodic task failed", failure);
        } catch (OutOfMemoryError e) {
            // The next failure of the kind is told when there is room again.
        }
    }

    /** How long ago a task has ended well, in nanoseconds; counts from the making of the timer before the first. */
    public long idleNanos() {
        return System.nanoTime() - movedAt;
    }

    /** Ends at once; a task that runs is interrupted. Does not wait. */
    public void cancel() {
        thread.shutdownNow();
    }

    /** Ends at once and waits for it, at most two seconds; returns whether it has. */
    public boolean stop() throws InterruptedException {
        cancel();
        return thread.awaitTermination(2, TimeUnit.SECONDS);
    }
}
