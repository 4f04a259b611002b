package dev.maintainer.api.operator;

import dev.maintainer.api.annotation.Stability;

/**
 * The intent behind an operator. It travels with each command, so that a later owner can rebuild the intent.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum OperatorType {
    /** Place an absent span. */
    ADD,
    /** Stop a dispatcher. */
    REMOVE,
    /** Relocate a running span. */
    MOVE,
    /** Replace a running span by several that together cover the same range. */
    SPLIT,
    /** Replace several adjacent spans that run on one node by one. */
    MERGE
}
