package dev.maintainer.coordinator;

import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.state.TransitionTable;
import org.jspecify.annotations.Nullable;

/** How far the placement of a changefeed is. One variable: an operation holds the slot by being in its phase. */
public enum PlacementPhase {
    /** Nobody owns it; waits for an epoch that nobody was added under, and for a node. */
    ABSENT,
    /** A node is being asked to host the maintainer. */
    ADD_TARGET,
    /** A maintainer owns it. */
    RUNNING,
    /** A move was asked for; the owner goes on until the next epoch is durable. */
    CLAIMING,
    /** The origin of a move is being asked to stop. */
    REMOVE_ORIGIN,
    /** The last owner has stopped; waits until its last checkpoint is durable, and for a node. */
    ORIGIN_STOPPED,
    /** The owner is being asked to close everything, for good. */
    REMOVING,
    /** The owner is being asked to close everything, for a while. */
    PAUSING,
    /** Nothing runs; the checkpoint is kept. */
    PAUSED,
    /** Nothing runs any more; the metadata is being deleted. */
    DELETING,
    /** Forgotten. */
    GONE;

    /** What moves a changefeed from phase to phase. */
    public enum Event {
        /** An unused epoch is durable and a node is chosen. */
        PLACED,
        /** The same, of a changefeed that is to be removed. */
        PLACED_FOR_REMOVAL,
        /** The same, of a changefeed that is to be paused: somebody has to see to it that nothing runs. */
        PLACED_FOR_PAUSE,
        /** The node that was asked runs the maintainer. */
        RUNS,
        /** Somebody asked for a move. */
        MOVE_ASKED,
        /** The epoch of the move is durable. */
        CLAIMED,
        /** The owner sent its final status, or died as the origin of a move. */
        ORIGIN_ENDED,
        /** The node that owns, or is asked to, has died or given up. */
        OWNER_LOST,
        /** The wish to remove is durable. */
        REMOVAL_ASKED,
        /** The wish to pause is durable. */
        PAUSE_ASKED,
        /** The wish that it shall not be paused any more is durable. */
        RESUMED,
        /** The owner has closed everything. */
        CLOSED,
        /** The metadata is gone. */
        DELETED
    }

    /** The life of a placement. A removal waits for a running move to pass its middle; nothing is lost by that. */
    public static final TransitionTable<PlacementPhase, Event, Void> TABLE =
            TransitionTable.<PlacementPhase, Event, Void>over(PlacementPhase.class, Event.class)
                    .startingAt(ABSENT)
                    .startingAt(RUNNING)
                    .startingAt(REMOVE_ORIGIN)
                    .on(ABSENT, Event.PLACED, ADD_TARGET)
                    .on(ABSENT, Event.PLACED_FOR_REMOVAL, REMOVING)
                    .on(ABSENT, Event.PLACED_FOR_PAUSE, PAUSING)
                    .ignore(ABSENT, Event.RUNS, Event.MOVE_ASKED, Event.CLAIMED, Event.ORIGIN_ENDED)
                    .ignore(ABSENT, Event.OWNER_LOST, Event.REMOVAL_ASKED, Event.PAUSE_ASKED, Event.RESUMED)
                    .ignore(ABSENT, Event.CLOSED, Event.DELETED)
                    .on(ADD_TARGET, Event.RUNS, RUNNING)
                    .on(ADD_TARGET, Event.OWNER_LOST, ABSENT)
                    .on(ADD_TARGET, Event.REMOVAL_ASKED, REMOVING)
                    .on(ADD_TARGET, Event.PAUSE_ASKED, PAUSING)
                    .ignore(
                            ADD_TARGET,
                            Event.PLACED,
                            Event.PLACED_FOR_REMOVAL,
                            Event.PLACED_FOR_PAUSE,
                            Event.MOVE_ASKED)
                    .on(ADD_TARGET, Event.ORIGIN_ENDED, ORIGIN_STOPPED)
                    .ignore(ADD_TARGET, Event.CLAIMED, Event.RESUMED, Event.CLOSED, Event.DELETED)
                    .on(RUNNING, Event.MOVE_ASKED, CLAIMING)
                    .on(RUNNING, Event.OWNER_LOST, ABSENT)
                    .on(RUNNING, Event.REMOVAL_ASKED, REMOVING)
                    .on(RUNNING, Event.PAUSE_ASKED, PAUSING)
                    .ignore(RUNNING, Event.PLACED, Event.PLACED_FOR_REMOVAL, Event.PLACED_FOR_PAUSE, Event.RUNS)
                    .on(RUNNING, Event.ORIGIN_ENDED, ORIGIN_STOPPED)
                    .ignore(RUNNING, Event.CLAIMED, Event.RESUMED, Event.CLOSED, Event.DELETED)
                    .on(CLAIMING, Event.CLAIMED, REMOVE_ORIGIN)
                    .on(CLAIMING, Event.ORIGIN_ENDED, ORIGIN_STOPPED)
                    .on(CLAIMING, Event.OWNER_LOST, ABSENT)
                    .ignore(CLAIMING, Event.PLACED, Event.PLACED_FOR_REMOVAL, Event.PLACED_FOR_PAUSE, Event.RUNS)
                    .ignore(CLAIMING, Event.MOVE_ASKED, Event.REMOVAL_ASKED, Event.PAUSE_ASKED)
                    .ignore(CLAIMING, Event.RESUMED, Event.CLOSED, Event.DELETED)
                    .on(REMOVE_ORIGIN, Event.ORIGIN_ENDED, ORIGIN_STOPPED)
                    .ignore(REMOVE_ORIGIN, Event.PLACED, Event.PLACED_FOR_REMOVAL, Event.PLACED_FOR_PAUSE, Event.RUNS)
                    .ignore(REMOVE_ORIGIN, Event.MOVE_ASKED, Event.CLAIMED, Event.OWNER_LOST, Event.REMOVAL_ASKED)
                    .ignore(REMOVE_ORIGIN, Event.PAUSE_ASKED, Event.RESUMED, Event.CLOSED, Event.DELETED)
                    .on(ORIGIN_STOPPED, Event.PLACED, ADD_TARGET)
                    .on(ORIGIN_STOPPED, Event.PLACED_FOR_REMOVAL, REMOVING)
                    .on(ORIGIN_STOPPED, Event.PLACED_FOR_PAUSE, PAUSING)
                    .ignore(ORIGIN_STOPPED, Event.RUNS, Event.MOVE_ASKED, Event.CLAIMED, Event.ORIGIN_ENDED)
                    .ignore(ORIGIN_STOPPED, Event.OWNER_LOST, Event.REMOVAL_ASKED, Event.PAUSE_ASKED, Event.RESUMED)
                    .ignore(ORIGIN_STOPPED, Event.CLOSED, Event.DELETED)
                    .on(REMOVING, Event.OWNER_LOST, ABSENT)
                    .on(REMOVING, Event.CLOSED, DELETING)
                    .ignore(REMOVING, Event.PLACED, Event.PLACED_FOR_REMOVAL, Event.PLACED_FOR_PAUSE, Event.RUNS)
                    .ignore(REMOVING, Event.MOVE_ASKED, Event.CLAIMED, Event.ORIGIN_ENDED, Event.REMOVAL_ASKED)
                    .ignore(REMOVING, Event.PAUSE_ASKED, Event.RESUMED, Event.DELETED)
                    .on(PAUSING, Event.OWNER_LOST, ABSENT)
                    .on(PAUSING, Event.REMOVAL_ASKED, REMOVING)
                    .on(PAUSING, Event.CLOSED, PAUSED)
                    .ignore(PAUSING, Event.PLACED, Event.PLACED_FOR_REMOVAL, Event.PLACED_FOR_PAUSE, Event.RUNS)
                    .ignore(PAUSING, Event.MOVE_ASKED, Event.CLAIMED, Event.ORIGIN_ENDED, Event.PAUSE_ASKED)
                    .ignore(PAUSING, Event.RESUMED, Event.DELETED)
                    .on(PAUSED, Event.RESUMED, ABSENT)
                    .ignore(PAUSED, Event.PLACED, Event.PLACED_FOR_REMOVAL, Event.PLACED_FOR_PAUSE, Event.RUNS)
                    .ignore(PAUSED, Event.MOVE_ASKED, Event.CLAIMED, Event.ORIGIN_ENDED, Event.OWNER_LOST)
                    .ignore(PAUSED, Event.REMOVAL_ASKED, Event.PAUSE_ASKED, Event.CLOSED, Event.DELETED)
                    .on(DELETING, Event.DELETED, GONE)
                    .ignore(DELETING, Event.PLACED, Event.PLACED_FOR_REMOVAL, Event.PLACED_FOR_PAUSE, Event.RUNS)
                    .ignore(DELETING, Event.MOVE_ASKED, Event.CLAIMED, Event.ORIGIN_ENDED, Event.OWNER_LOST)
                    .ignore(DELETING, Event.REMOVAL_ASKED, Event.PAUSE_ASKED, Event.RESUMED, Event.CLOSED)
                    .endingAt(GONE)
                    .build();

    /** Whether the owner is asked to close everything. */
    boolean isEnding() {
        return this == REMOVING || this == PAUSING;
    }

    /** What the owner is asked for in this phase; null if it is not asked to end. */
    @Nullable
    RemovalMode removal() {
        return switch (this) {
            case REMOVE_ORIGIN -> RemovalMode.HANDOFF;
            case PAUSING -> RemovalMode.CLOSE;
            case REMOVING -> RemovalMode.DROP;
            case ABSENT, ADD_TARGET, RUNNING, CLAIMING, ORIGIN_STOPPED, PAUSED, DELETING, GONE -> null;
        };
    }
}
