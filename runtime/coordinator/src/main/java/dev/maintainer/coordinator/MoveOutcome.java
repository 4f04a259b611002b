package dev.maintainer.coordinator;

/** How a move of a maintainer ended. */
public enum MoveOutcome {
    /** The maintainer runs on the node that was asked for. */
    COMPLETED,
    /** The target died before it was asked; the maintainer runs on its origin again. */
    RETURNED,
    /** The maintainer runs on a third node. */
    ELSEWHERE
}
