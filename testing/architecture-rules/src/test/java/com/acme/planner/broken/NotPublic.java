package com.acme.planner.broken;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.util.SortedMap;

/** P12: nobody but its package can make it. */
final class NotPublic implements SchedulerProvider {
    @Override
    public SchedulerDescriptor descriptor() {
        return SchedulerDescriptor.named("broken").builtFor(SpiLevel.of(2)).describedAs("cannot be loaded");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        throw new IllegalStateException();
    }
}
