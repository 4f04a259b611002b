package dev.maintainer.runtime.loop;

import dev.maintainer.runtime.process.OutOfMemory;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which the dispatchers of a node work. If one of them finds the heap full, {@link OutOfMemory} handles
 * it.
 */
public final class DispatcherThreads extends ScheduledThreadPoolExecutor {
    /**
     * Threads.
     *
     * @param count how many; at least 1
     */
    public DispatcherThreads(String name, int count) {
        super(count, DaemonThreads.named(name));
    }

    @Override
    protected void afterExecute(Runnable task, @Nullable Throwable thrown) {
        super.afterExecute(task, thrown);
        Throwable failure = thrown;
        if (failure == null && task instanceof Future<?> done && done.isDone()) {
            try {
                done.get();
            } catch (ExecutionException e) {
                failure = e.getCause();
            } catch (CancellationException e) {
                return;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        OutOfMemory.check(failure);
    }
}
