package dev.maintainer.scheduler.spi;

/** A planner. Pure: the same snapshot and budget give an equal plan, in this process and in any other. */
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public interface Scheduler {
    /**
     * Proposes changes. Must not block, must not keep the snapshot, must not throw. Returns {@link Plan#keep} if there
     * is nothing to do, never null. The order of the decisions is their priority.
     */
    Plan plan(SchedulingSnapshot snapshot, Budget budget);
}
