package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * A planner, which is a pure function: the same snapshot and budget give an equal plan, in this process and in any
 * other.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public interface Scheduler {
    /**
     * Proposes changes. Must not block, keep the snapshot, or throw.
     *
     * @param snapshot the changefeed at this moment; valid during the call only
     * @param budget how much the plan may start
     * @return decisions in order of priority; {@link Plan#keep} if there is nothing to do, never null
     */
    Plan plan(SchedulingSnapshot snapshot, Budget budget);
}
