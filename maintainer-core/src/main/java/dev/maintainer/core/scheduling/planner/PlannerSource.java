package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.Trait;
import java.util.Set;

/** Creates planners, with the configuration that belongs to each. */
@FunctionalInterface
public interface PlannerSource {
    /**
     * A new planner.
     *
     * @throws MaintainerException if there is none of this name, or it cannot be created
     */
    Scheduler create(String name) throws MaintainerException;

    /** What the planner of this name claims to do; nothing unless overridden, so that its plans are held to that. */
    default Set<Trait> traits(String name) {
        return Set.of();
    }
}
