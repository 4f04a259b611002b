package com.acme.planner.broken;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
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
        return new SchedulerDescriptor("broken", SchedulerDescriptor.CURRENT_LEVEL, "cannot be loaded");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        return planner;
    }
}
