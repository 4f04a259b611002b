package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * What a planner does besides placing absent spans. A claim is taken at its word in both directions: the conformance
 * kit fails a planner that does less, and one that does more.
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
    /** Moves spans off nodes that are there but not eligible. */
    DRAINS,
    /** Splits spans that are too much work for one node, and merges parts that are little work. Since level 3. */
    SPLITS,
    /**
     * Brings spans back to where a rule of the operator of the cluster wants them, such as a table to the node that it is
     * pinned to, with moves that say so ({@link Decision.Move#restoringConstraint()}). Such moves are admitted while the
     * host wants calm. Since level 4.
     */
    RESTORES_CONSTRAINTS
}
