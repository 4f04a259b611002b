package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.Scheduler;
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

    /** A new planner with the configuration under test. */
    static Scheduler fresh(SchedulerContract contract) {
        return contract.provider().create(new TreeMap<>(contract.configuration()));
    }
}
