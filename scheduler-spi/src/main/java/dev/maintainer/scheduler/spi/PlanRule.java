package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * The rules that a plan must obey, as {@link PlanCheck} applies them. The names are stable: counters use them.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public enum PlanRule {
    /** A decision, or the plan, lacks a part that must not be null. */
    MISSING_PART,
    /** The snapshot has no span with this dispatcher. */
    UNKNOWN_SPAN,
    /** An earlier decision of the same plan already decides on this span. */
    DECIDED_TWICE,
    /** An operator already drives this span. */
    IN_FLIGHT,
    /** The plan places a span that is bound to a node. */
    NOT_ABSENT,
    /** The plan moves a span that is bound to no node. */
    NOT_REPLICATING,
    /** The plan moves a span from a node where it does not run. */
    WRONG_ORIGIN,
    /** The plan moves a span to the node where it runs. */
    MOVE_TO_ITSELF,
    /** The plan splits a span at keys that are not inside it, or not ascending, or names another number of targets. */
    BAD_SPLIT,
    /** The plan merges spans that do not all run on that node, or are not adjacent and in order. */
    NOT_MERGEABLE,
    /** The snapshot has no such target node. */
    UNKNOWN_TARGET,
    /** The target may not get spans. */
    TARGET_NOT_ELIGIBLE,
    /**
     * A move is declared to restore a constraint, and the planner does not declare {@link Trait#RESTORES_CONSTRAINTS}.
     */
    UNCLAIMED_CONSTRAINT,
    /** More decisions than {@link Budget#maxDecisions()}. */
    OVER_MAX_DECISIONS,
    /** More moves than {@link Budget#maxMoves()}. */
    OVER_MAX_MOVES,
    /** More operators towards one node than {@link Budget#maxInFlightPerNode()}. */
    OVER_MAX_IN_FLIGHT_PER_NODE;

    /**
     * Whether this rule limits how much a plan starts, and not what it starts.
     *
     * @return true if the host cuts such a plan instead of refusing it
     */
    public boolean isLimit() {
        return this == OVER_MAX_DECISIONS || this == OVER_MAX_MOVES || this == OVER_MAX_IN_FLIGHT_PER_NODE;
    }
}
