package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.util.EnumSet;
import java.util.Set;

class TargetPlannerTest implements SchedulerContract {
    @Override
    public SchedulerProvider provider() {
        return new PlannersWithFaults();
    }

    @Override
    public Set<Trait> traits() {
        return EnumSet.allOf(Trait.class);
    }
}
