package dev.maintainer.core.planning;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;

/** Makes planners, with the configuration that belongs to each. */
@FunctionalInterface
public interface PlannerSource {
    /**
     * A new planner.
     *
     * @throws MaintainerException if there is none of this name, or it cannot be made
     */
    Scheduler create(String name) throws MaintainerException;
}
