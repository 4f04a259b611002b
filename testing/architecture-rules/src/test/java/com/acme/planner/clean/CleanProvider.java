package com.acme.planner.clean;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.util.SortedMap;

/** Can be loaded. */
public final class CleanProvider implements SchedulerProvider {
    @Override
    public SchedulerDescriptor descriptor() {
        return new SchedulerDescriptor("clean", SchedulerDescriptor.CURRENT_LEVEL, "keeps all rules");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        return new CleanPlanner();
    }
}
