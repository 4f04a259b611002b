package dev.maintainer.scheduler.tck;

/**
 * What a planner does besides placing absent spans. A claim is tested in both directions: who claims a trait must keep
 * its rules, and who does not claim it must not do it.
 */
public enum Trait {
    /** Moves spans between nodes that may keep them, to even out the loads. */
    BALANCES,
    /** Moves spans off nodes that may not keep them. */
    DRAINS
}
