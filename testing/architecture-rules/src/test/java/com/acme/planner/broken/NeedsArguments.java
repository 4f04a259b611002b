package com.acme.planner.broken;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.util.SortedMap;

/** P12: a constructor that ServiceLoader cannot call. */
public final class NeedsArguments implements SchedulerProvider {
    private final Scheduler planner;

    /** Needs a planner. */
    public NeedsArguments(Scheduler planner) {
        this.planner = planner;
    }

    @Override
    public SchedulerDescriptor descriptor() {
        return SchedulerDescriptor.named("broken").builtFor(SpiLevel.of(2)).describedAs("cannot be loaded");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        return planner;
    }
}
