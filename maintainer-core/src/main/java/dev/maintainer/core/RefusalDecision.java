package dev.maintainer.core;

/** What a person decides about a block event that the sink has refused. */
public enum RefusalDecision {
    /** Execute it again: the cause is mended, or may be over. Harmless. */
    RETRY,
    /** Go on as if it had been executed: somebody has done by hand what it does, or it is not wanted. */
    SKIP
}
