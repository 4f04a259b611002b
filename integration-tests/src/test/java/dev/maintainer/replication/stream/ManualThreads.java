package dev.maintainer.replication.stream;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads on which nothing runs by itself: tests take the turns. */
final class ManualThreads extends ScheduledThreadPoolExecutor {
    ManualThreads() {
        super(0);
    }

    @Override
    public void execute(Runnable task) {}

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(Runnable task, long initial, long delay, TimeUnit unit) {
        return super.schedule(() -> {}, 1, TimeUnit.DAYS);
    }
}
