package dev.maintainer.api.lifecycle;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.state.TransitionTable;

/**
 * The lifecycle phase of a maintainer.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum LifecyclePhase {
    /** Rebuilds its state from what the workers report. */
    BOOTSTRAPPING,
    /** Places spans, repairs deviations, and reports. */
    RUNNING,
    /** Only closes: its DDL trigger dispatcher, or all dispatchers; see {@link RemovalMode}. */
    REMOVING,
    /** Has closed; its final status is repeated until it is acknowledged. */
    CLOSED;

    /** What moves a maintainer from phase to phase. */
    public enum Event {
        /** All nodes have answered and the state is complete. */
        BOOTSTRAPPED,
        /** A removal was requested that leaves the dispatchers to another node. */
        HANDOFF_REQUESTED,
        /** A removal was requested that closes all dispatchers. */
        CLOSE_REQUESTED,
        /** Everything that had to be closed is closed. */
        CLOSE_CONFIRMED,
        /** A worker answered that a newer owner exists. */
        FENCED
    }

    /** The life cycle as a table. A handoff request before bootstrap has ended is ignored: it could never complete. */
    public static final TransitionTable<LifecyclePhase, Event, Void> TABLE =
            TransitionTable.<LifecyclePhase, Event, Void>over(LifecyclePhase.class, Event.class)
                    .startingAt(BOOTSTRAPPING)
                    .on(BOOTSTRAPPING, Event.BOOTSTRAPPED, RUNNING)
                    .ignore(BOOTSTRAPPING, Event.HANDOFF_REQUESTED, Event.CLOSE_CONFIRMED)
                    .on(BOOTSTRAPPING, Event.CLOSE_REQUESTED, REMOVING)
                    .on(BOOTSTRAPPING, Event.FENCED, CLOSED)
                    .ignore(RUNNING, Event.BOOTSTRAPPED, Event.CLOSE_CONFIRMED)
                    .on(RUNNING, Event.HANDOFF_REQUESTED, REMOVING)
                    .on(RUNNING, Event.CLOSE_REQUESTED, REMOVING)
                    .on(RUNNING, Event.FENCED, CLOSED)
                    .ignore(REMOVING, Event.BOOTSTRAPPED, Event.HANDOFF_REQUESTED, Event.CLOSE_REQUESTED)
                    .on(REMOVING, Event.CLOSE_CONFIRMED, CLOSED)
                    .on(REMOVING, Event.FENCED, CLOSED)
                    .endingAt(CLOSED)
                    .build();
}
