package dev.maintainer.membership;

import dev.maintainer.api.state.TransitionTable;

/** How far a candidacy is. */
public enum ElectionPhase {
    /** Watches whether somebody leads. */
    FOLLOWING,
    /** Tries to become the leader. */
    CAMPAIGNING,
    /** Has tried, and does not know what became of it. */
    UNCERTAIN,
    /** Leads. */
    LEADING,
    /** Takes back what it has written as a leader. */
    RESIGNING;

    /** What moves a candidacy from phase to phase. */
    enum Event {
        /** Nobody leads, and it is this node's turn. */
        VACANT,
        /** The transaction of the candidacy is durable. */
        WON,
        /** Somebody else was faster, or the transaction has not happened. */
        NOT_WON,
        /** Nobody knows. */
        UNKNOWN,
        /** There is another leader, or none. */
        DEPOSED,
        /** It is not to lead; or a record of an earlier leadership in this session is still there. */
        RESIGN,
        /** The record is gone, or nobody knows. */
        RELEASED,
        /** The session has ended, and the leader's record with it. */
        SESSION_ENDED
    }

    /** The life of a candidacy; it has no end. */
    static final TransitionTable<ElectionPhase, Event, Void> TABLE = TransitionTable.<ElectionPhase, Event, Void>over(
                    ElectionPhase.class, Event.class)
            .startingAt(FOLLOWING)
            .on(FOLLOWING, Event.VACANT, CAMPAIGNING)
            .on(FOLLOWING, Event.RESIGN, RESIGNING)
            .ignore(FOLLOWING, Event.WON, Event.NOT_WON, Event.UNKNOWN, Event.DEPOSED, Event.RELEASED)
            .ignore(FOLLOWING, Event.SESSION_ENDED)
            .on(CAMPAIGNING, Event.WON, LEADING)
            .on(CAMPAIGNING, Event.NOT_WON, FOLLOWING)
            .on(CAMPAIGNING, Event.UNKNOWN, UNCERTAIN)
            .on(CAMPAIGNING, Event.SESSION_ENDED, FOLLOWING)
            .ignore(CAMPAIGNING, Event.VACANT, Event.DEPOSED, Event.RESIGN, Event.RELEASED)
            .on(UNCERTAIN, Event.WON, LEADING)
            .on(UNCERTAIN, Event.NOT_WON, FOLLOWING)
            .on(UNCERTAIN, Event.SESSION_ENDED, FOLLOWING)
            .ignore(UNCERTAIN, Event.VACANT, Event.UNKNOWN, Event.DEPOSED, Event.RESIGN, Event.RELEASED)
            .on(LEADING, Event.DEPOSED, FOLLOWING)
            .on(LEADING, Event.RESIGN, RESIGNING)
            .on(LEADING, Event.SESSION_ENDED, FOLLOWING)
            .ignore(LEADING, Event.VACANT, Event.WON, Event.NOT_WON, Event.UNKNOWN, Event.RELEASED)
            .on(RESIGNING, Event.RELEASED, FOLLOWING)
            .on(RESIGNING, Event.SESSION_ENDED, FOLLOWING)
            .ignore(RESIGNING, Event.VACANT, Event.WON, Event.NOT_WON, Event.UNKNOWN, Event.DEPOSED)
            .ignore(RESIGNING, Event.RESIGN)
            .build();
}
