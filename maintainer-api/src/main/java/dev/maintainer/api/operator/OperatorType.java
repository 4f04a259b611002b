package dev.maintainer.api.operator;

/** The intent behind an operator. It travels with each command, so that a later owner can rebuild the intent. */
public enum OperatorType {
    /** Place an absent span. */
    ADD,
    /** Stop a dispatcher. */
    REMOVE,
    /** Relocate a running span. */
    MOVE
}
