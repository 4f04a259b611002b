package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.Scheduler;
import java.util.TreeMap;

/** Makes the planners under test. */
final class Planners {
    private Planners() {}

    /** A new planner with the configuration under test. */
    static Scheduler fresh(SchedulerContract contract) {
        return contract.provider().create(new TreeMap<>(contract.configuration()));
    }
}
