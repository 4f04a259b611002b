package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * What a planner does besides placing absent spans. Traits are tested in both directions: the conformance kit fails a
 * planner that does less, and one that does more.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public enum Trait {
    /** Moves spans between eligible nodes until their loads are even. */
    BALANCES,
    /** Gives eligible nodes spans in proportion to {@link NodeView#weight()}. Since level 3. */
    WEIGHS,
    /** Moves spans off nodes that are present but not eligible. */
    DRAINS,
    /** Splits spans with too much load for one node, and merges parts with little load. Since level 3. */
    SPLITS,
    /**
     * Brings spans back to where the administrator of the cluster wants them, such as a table to the node that it is
     * pinned to, with moves that are marked so ({@link Decision.Move#restoringConstraint()}). Such moves are admitted
     * while rebalancing is suspended. Since level 4.
     */
    RESTORES_CONSTRAINTS
}
