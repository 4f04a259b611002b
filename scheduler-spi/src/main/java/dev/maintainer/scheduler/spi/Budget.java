package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * How much a plan may start. A limit on speed, never on the goal: a planner decides on the whole target and returns the
 * first steps towards it.
 *
 * @param maxDecisions decisions of all kinds in this plan
 * @param maxMoves moves, splits and merges in this plan, a part of {@code maxDecisions}
 * @param maxInFlightPerNode operators that may be in progress towards one node, including those of earlier plans
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.EITHER)
public record Budget(int maxDecisions, int maxMoves, int maxInFlightPerNode) {
    /**
     * Refuses negative limits.
     *
     * @param maxDecisions decisions of all kinds in this plan
     * @param maxMoves moves, splits and merges in this plan, a part of {@code maxDecisions}
     * @param maxInFlightPerNode operators that may be in progress towards one node, including those of earlier plans
     * @throws IllegalArgumentException if a limit is negative
     */
    public Budget {
        if (maxDecisions < 0 || maxMoves < 0 || maxInFlightPerNode < 0) {
            throw new IllegalArgumentException(
                    "negative budget: " + maxDecisions + ", " + maxMoves + ", " + maxInFlightPerNode);
        }
    }
}
