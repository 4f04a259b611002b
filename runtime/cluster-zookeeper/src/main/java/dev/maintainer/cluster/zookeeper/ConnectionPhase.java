package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.state.TransitionTable;

/** How far a connection is with its present handle. */
enum ConnectionPhase {
    /** There is no handle; the next one is opened soon. */
    WAITING,
    /** A handle looks for a server. */
    CONNECTING,
    /** The handle has a session; whether the store belongs to this cluster is not known yet, or it does not. */
    RECOGNISING,
    /** The listener has the session. */
    SERVING,
    /** Nothing is done any more. */
    CLOSED;

    /** What moves a connection from phase to phase. */
    enum Event {
        /** There is a handle. */
        OPENED,
        /** The handle has reached a server. */
        CONNECTED,
        /** The store belongs to this cluster. */
        RECOGNISED,
        /** The handle is of no use any more. */
        ENDED,
        /** Nobody needs the connection any more. */
        CLOSE
    }

    /** The life of a connection. */
    static final TransitionTable<ConnectionPhase, Event, Void> TABLE =
            TransitionTable.<ConnectionPhase, Event, Void>over(ConnectionPhase.class, Event.class)
                    .startingAt(WAITING)
                    .on(WAITING, Event.OPENED, CONNECTING)
                    .on(WAITING, Event.CLOSE, CLOSED)
                    .ignore(WAITING, Event.CONNECTED, Event.RECOGNISED, Event.ENDED)
                    .on(CONNECTING, Event.CONNECTED, RECOGNISING)
                    .on(CONNECTING, Event.ENDED, WAITING)
                    .on(CONNECTING, Event.CLOSE, CLOSED)
                    .ignore(CONNECTING, Event.OPENED, Event.RECOGNISED)
                    .on(RECOGNISING, Event.RECOGNISED, SERVING)
                    .on(RECOGNISING, Event.ENDED, WAITING)
                    .on(RECOGNISING, Event.CLOSE, CLOSED)
                    .ignore(RECOGNISING, Event.OPENED, Event.CONNECTED)
                    .on(SERVING, Event.ENDED, WAITING)
                    .on(SERVING, Event.CLOSE, CLOSED)
                    .ignore(SERVING, Event.OPENED, Event.CONNECTED, Event.RECOGNISED)
                    .endingAt(CLOSED)
                    .build();
}
