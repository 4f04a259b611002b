package com.acme.planner.clean;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.util.SortedMap;

/** Can be loaded. */
public final class CleanProvider implements SchedulerProvider {
    @Override
    public SchedulerDescriptor descriptor() {
        return SchedulerDescriptor.named("clean").builtFor(SpiLevel.of(2)).describedAs("keeps all rules");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        return new CleanPlanner();
    }
}
