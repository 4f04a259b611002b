package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Reason;

/** The codes of all reasons that the built-in planners give. Stable: counters and alerts use them. */
public enum ReasonCode {
    /** Decision: an absent span gets a node. */
    PLACE_ABSENT,
    /** Decision: a span leaves a node that has more than its share. */
    MOVE_SURPLUS,
    /** Decision: a span leaves a node that may not keep spans. */
    EVACUATE,
    /** Plan: places spans. */
    PLACING,
    /** Plan: evens out the nodes. */
    BALANCING,
    /** Plan: empties nodes that may not keep spans. */
    EVACUATING,
    /** Nothing to do: no span waits for placement. */
    NOTHING_ABSENT,
    /** Nothing to do: no node has more than its share. */
    BALANCED,
    /** Blocked: no node may get spans. */
    NO_ELIGIBLE_NODE,
    /** Blocked: every node that could get a span has as many operators under way as it may. */
    NO_SLOT,
    /** Blocked: the budget allows no decision of the kind that is needed. */
    NO_BUDGET,
    /** Blocked: operators drive all spans that could be placed or moved. */
    SPANS_IN_FLIGHT,
    /** Left for one round: the decision on this span was refused in the last round, and others come first. */
    REFUSED_LAST_ROUND,
    /** Blocked for good: the last plan was refused with a terminal reason. */
    TERMINALLY_REFUSED;

    Reason because(String text) {
        return new Reason(name(), text);
    }
}
