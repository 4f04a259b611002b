package dev.maintainer.simulator.incident;

/** What may go wrong at any moment, with a probability per message, operation or turn. */
public enum FaultKind {
    /** A message is lost. */
    LOSS,
    /** A message arrives twice. */
    DUPLICATION,
    /** A message takes up to 400 ms, and one in ten of those up to four seconds. */
    SLOWNESS,
    /** A dispatcher fails at a turn. */
    DISPATCHER_FAILURE,
    /** The metadata store does not answer; the write may or may not have happened. */
    STORE_FAILURE,
    /** The coordinator dies with a write under way. */
    STORE_CRASH,
    /** The sink refuses a DDL or a sync point until it is asked again. */
    DDL_REFUSAL,
    /** A dispatcher cannot be created, or the sink cannot be fenced. */
    REFUSAL,
    /** A plan moves spans to and fro. */
    RESTLESSNESS,
    /** A planner throws or returns nonsense; half as often it is late, and a quarter as often it hangs. */
    PLANNER_FAULT,
    /** A plan splits spans, merges adjacent ones, and brings others together to be merged. */
    DIVISION,
    /** A planner's session is lost before a request. */
    LOST_SESSION
}
