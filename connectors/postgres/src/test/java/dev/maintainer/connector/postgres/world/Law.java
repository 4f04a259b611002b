package dev.maintainer.connector.postgres.world;

/** What holds in every world. */
enum Law {
    /** In the end the sink has exactly what the source has. */
    EQUAL,
    /** So it has at a DDL, when nobody is beyond it. */
    EQUAL_AT_DDL,
    /** So it has at a sync point that it notes, of all tables, those that are copied included. */
    EQUAL_AT_SYNC_POINT,
    /** A sync point that one process has met is met by those after it. */
    SYNC_POINTS_STAY,
    /** A dispatcher gets no more changes of a transaction than it has, and in the order of commits. */
    ONCE,
    /** A row never gets an older value, but within the window of a copy. */
    NEVER_BACK,
    /** What a session commits that has not seen a fence is committed before the fence. */
    FENCED,
    /** A source is told to forget only what is behind a durable checkpoint. */
    CONFIRMED_IS_DURABLE,
    /** What is resolved is on the disk. */
    RESOLVED_IS_DURABLE,
    /** Of a source that has not what comes next somebody hears. */
    LOSS_IS_TOLD,
    /** Nothing else is said than what a server may be the reason for. */
    NO_FAULT,
    /** When nothing fails any more, everything comes. */
    SETTLES
}
