package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.SchedulerProvider;

class TargetPlannerTest implements SchedulerContract {
    @Override
    public SchedulerProvider provider() {
        return new PlannersWithFaults();
    }
}
