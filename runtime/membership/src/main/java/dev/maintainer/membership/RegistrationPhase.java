package dev.maintainer.membership;

import dev.maintainer.api.state.TransitionTable;

/** How far the registration of a node is. */
public enum RegistrationPhase {
    /** There is no session. A member may write until its lease has run out. */
    WAITING,
    /** Reads what the store knows of this node. */
    INSPECTING,
    /** Writes its records. */
    REGISTERING,
    /** Its records are there, with a lease that it renews; it waits to see itself in the roster. */
    JOINING,
    /** It is in the roster. */
    MEMBER,
    /** It has stopped everything, and gives its lease back. */
    LEAVING,
    /** It has given its lease back. */
    LEFT,
    /** It is not a member, and never will be under this id. */
    LOST;

    /** What moves a registration from phase to phase. */
    enum Event {
        /** There is a new session. */
        SESSION_BEGUN,
        /** The session has ended. */
        SESSION_ENDED,
        /** The records of this session are not there. */
        NOT_REGISTERED,
        /** The records of this session are there. */
        REGISTERED,
        /** What is there is not what was expected, or nobody knows. */
        UNCERTAIN,
        /** The node is in the roster. */
        ADMITTED,
        /** The leader has refused, revoked or removed the node. */
        DENIED,
        /** The node has stopped everything. */
        STOPPED,
        /** The lease is given back. */
        GIVEN_BACK
    }

    /** The life of a registration. */
    static final TransitionTable<RegistrationPhase, Event, Void> TABLE =
            TransitionTable.<RegistrationPhase, Event, Void>over(RegistrationPhase.class, Event.class)
                    .startingAt(WAITING)
                    .on(WAITING, Event.SESSION_BEGUN, INSPECTING)
                    .on(WAITING, Event.DENIED, LOST)
                    .on(WAITING, Event.STOPPED, LEAVING)
                    .ignore(WAITING, Event.SESSION_ENDED, Event.NOT_REGISTERED, Event.REGISTERED, Event.UNCERTAIN)
                    .ignore(WAITING, Event.ADMITTED, Event.GIVEN_BACK)
                    .on(INSPECTING, Event.SESSION_ENDED, WAITING)
                    .on(INSPECTING, Event.NOT_REGISTERED, REGISTERING)
                    .on(INSPECTING, Event.REGISTERED, JOINING)
                    .on(INSPECTING, Event.UNCERTAIN, INSPECTING)
                    .on(INSPECTING, Event.DENIED, LOST)
                    .on(INSPECTING, Event.STOPPED, LEAVING)
                    .ignore(INSPECTING, Event.SESSION_BEGUN, Event.ADMITTED, Event.GIVEN_BACK)
                    .on(REGISTERING, Event.SESSION_ENDED, WAITING)
                    .on(REGISTERING, Event.REGISTERED, JOINING)
                    .on(REGISTERING, Event.UNCERTAIN, INSPECTING)
                    .on(REGISTERING, Event.DENIED, LOST)
                    .on(REGISTERING, Event.STOPPED, LEAVING)
                    .ignore(REGISTERING, Event.SESSION_BEGUN, Event.NOT_REGISTERED, Event.ADMITTED, Event.GIVEN_BACK)
                    .on(JOINING, Event.SESSION_ENDED, WAITING)
                    .on(JOINING, Event.UNCERTAIN, INSPECTING)
                    .on(JOINING, Event.ADMITTED, MEMBER)
                    .on(JOINING, Event.DENIED, LOST)
                    .on(JOINING, Event.STOPPED, LEAVING)
                    .ignore(JOINING, Event.SESSION_BEGUN, Event.NOT_REGISTERED, Event.REGISTERED, Event.GIVEN_BACK)
                    .on(MEMBER, Event.SESSION_ENDED, WAITING)
                    .on(MEMBER, Event.UNCERTAIN, INSPECTING)
                    .on(MEMBER, Event.DENIED, LOST)
                    .on(MEMBER, Event.STOPPED, LEAVING)
                    .ignore(MEMBER, Event.SESSION_BEGUN, Event.NOT_REGISTERED, Event.REGISTERED, Event.ADMITTED)
                    .ignore(MEMBER, Event.GIVEN_BACK)
                    .on(LEAVING, Event.GIVEN_BACK, LEFT)
                    .ignore(LEAVING, Event.SESSION_BEGUN, Event.SESSION_ENDED, Event.NOT_REGISTERED, Event.REGISTERED)
                    .ignore(LEAVING, Event.UNCERTAIN, Event.ADMITTED, Event.DENIED, Event.STOPPED)
                    .endingAt(LEFT)
                    .endingAt(LOST)
                    .build();
}
