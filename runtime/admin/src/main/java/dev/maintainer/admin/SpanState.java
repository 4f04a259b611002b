package dev.maintainer.admin;

/** Where a span is in its life. */
public enum SpanState {
    /** It has no node, and nothing is under way. */
    ABSENT,
    /** An operator drives it. */
    SCHEDULING,
    /** It is bound to a node, and nothing is under way. */
    REPLICATING
}
