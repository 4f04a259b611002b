package com.acme.planner.broken;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.util.SortedMap;

/** P12: nobody but its package can make it. */
final class NotPublic implements SchedulerProvider {
    @Override
    public SchedulerDescriptor descriptor() {
        return new SchedulerDescriptor("broken", SchedulerDescriptor.CURRENT_LEVEL, "cannot be loaded");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        throw new IllegalStateException();
    }
}
