package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.state.TransitionTable;

/** Whether a scheduler works properly. */
public enum SchedulerCondition {
    /** Its last round was good, or it has not had one. */
    HEALTHY,
    /** Its last round failed: nothing was started, and it is asked again after a pause. */
    FAILING,
    /**
     * It has failed too often in a row: the built-in placement places absent spans, nothing is moved, and the scheduler
     * is tried now and then.
     */
    DEGRADED;

    /** What happens to it. */
    public enum Event {
        /** A round was good. */
        PLANNED,
        /** A round failed. */
        FAULT,
        /** A round failed that was one too many. */
        ONE_TOO_MANY,
        /** Another scheduler has taken its place. */
        REPLACED
    }

    /** Where each event leads. */
    public static final TransitionTable<SchedulerCondition, Event, Void> TABLE =
            TransitionTable.<SchedulerCondition, Event, Void>over(SchedulerCondition.class, Event.class)
                    .startingAt(HEALTHY)
                    .on(HEALTHY, Event.PLANNED, HEALTHY)
                    .on(HEALTHY, Event.FAULT, FAILING)
                    .on(HEALTHY, Event.ONE_TOO_MANY, DEGRADED)
                    .on(HEALTHY, Event.REPLACED, HEALTHY)
                    .on(FAILING, Event.PLANNED, HEALTHY)
                    .on(FAILING, Event.FAULT, FAILING)
                    .on(FAILING, Event.ONE_TOO_MANY, DEGRADED)
                    .on(FAILING, Event.REPLACED, HEALTHY)
                    .on(DEGRADED, Event.PLANNED, HEALTHY)
                    .on(DEGRADED, Event.FAULT, DEGRADED)
                    .on(DEGRADED, Event.ONE_TOO_MANY, DEGRADED)
                    .on(DEGRADED, Event.REPLACED, HEALTHY)
                    .build();

    /** Where an event leads from here. */
    public SchedulerCondition on(Event event) {
        return TABLE.on(this, event)
                .orElseThrow(() -> new IllegalStateException(event + " means nothing to " + this))
                .next();
    }
}
