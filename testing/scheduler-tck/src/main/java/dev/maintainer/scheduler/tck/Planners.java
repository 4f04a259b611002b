package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.SortedSet;
import java.util.TreeMap;

/** Makes the planners under test. */
final class Planners {
    private Planners() {}

    /** What the planner claims. */
    static SortedSet<Trait> traits(SchedulerContract contract) {
        return contract.provider().descriptor().traits();
    }

    /** The level that the planner was built for. */
    static SpiLevel level(SchedulerContract contract) {
        return contract.provider().descriptor().level();
    }

    /** A new planner with the configuration under test. */
    static Scheduler fresh(SchedulerContract contract) {
        return contract.provider().create(new TreeMap<>(contract.configuration()));
    }
}
