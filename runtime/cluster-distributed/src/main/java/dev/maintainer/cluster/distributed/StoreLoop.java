package dev.maintainer.cluster.distributed;

import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread on which everything happens that concerns the store: answers, renewals, the election. Nothing that runs here
 * may block. A task that fails ends the thread's use: what it left half done must not go on.
 */
final class StoreLoop implements Executor {
    private static final Logger LOG = LoggerFactory.getLogger(StoreLoop.class);

    private final ScheduledThreadPoolExecutor thread;
    private final Consumer<Throwable> failed;
    private final AtomicLong movedAt = new AtomicLong(System.nanoTime());

    /** @param failed hears of a task that has thrown; nothing runs any more then */
    StoreLoop(String name, Consumer<Throwable> failed) {
        this.failed = failed;
        this.thread = new ScheduledThreadPoolExecutor(1, task -> {
            Thread made = new Thread(task, name);
            made.setDaemon(true);
            return made;
        });
        thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs a task later; after the end it is dropped. */
    @Override
    public void execute(Runnable task) {
        try {
            thread.execute(() -> guarded(task));
        } catch (RejectedExecutionException e) {
            LOG.debug("a task for the store came after the end");
        }
    }

    void every(long millis, Runnable task) {
        Future<?> unused = thread.scheduleWithFixedDelay(() -> guarded(task), 0, millis, TimeUnit.MILLISECONDS);
    }

    private void guarded(Runnable task) {
        if (thread.isShutdown()) {
            return;
        }
        try {
            task.run();
            movedAt.set(System.nanoTime());
        } catch (RuntimeException | Error e) {
            LOG.error("the thread of the store has failed; this node ends", e);
            thread.shutdownNow();
            failed.accept(e);
        }
    }

    /** How long ago a task has ended well, in nanoseconds. */
    long idleNanos() {
        return System.nanoTime() - movedAt.get();
    }

    /** Runs nothing any more, and waits for what runs, two seconds at most. */
    void end() {
        thread.shutdown();
        boolean interrupted = false;
        try {
            if (!thread.awaitTermination(2, TimeUnit.SECONDS)) {
                LOG.warn("the thread of the store does not end");
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
