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
    /** Decision: a span is too much work for one node. */
    SPLIT_HOT,
    /** Decision: adjacent parts are little work. */
    MERGE_COLD,
    /** Decision: a part goes to where its neighbour is, so that they can be merged. */
    GATHER_COLD,
    /** Decision: a part leaves a node that has more work than others. */
    MOVE_WORK,
    /** Left: a span is too much work, and cannot be cut. */
    NO_CUT,
    /** Left: the parts of a table do not cover it. */
    NOT_COVERED,
    /** Plan: splits, merges, or moves parts. */
    DIVIDING,
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
    /** Nothing to do: the host wants nodes left as they are. */
    CALM,
    /** Blocked: no node may get spans. */
    NO_ELIGIBLE_NODE,
    /** Blocked: every node that could get a span has as many operators in progress as it may. */
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
