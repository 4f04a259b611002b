package dev.maintainer.simulator.incident;

/** What can happen at some moment. Numbers of nodes are taken modulo the members of that moment. */
public enum IncidentKind {
    /** {@code first} tables are created, one DDL each. */
    CREATE_TABLES,
    /** {@code first} tables are dropped, one DDL each. */
    DROP_TABLES,
    /** One DDL of any kind: create, drop, drop and create, drop of a schema. */
    CHANGE_SCHEMA,
    /** All dispatchers have to stop at this moment. */
    SYNC_POINT,
    /** The maintainer is wanted on node {@code first}. */
    MOVE,
    /** The maintainer is wanted on node {@code first}, and {@code millis} later back where it was. */
    MOVE_AND_BACK,
    /** Node {@code first} stands still for {@code millis}; with an odd {@code second} its dispatchers go on. */
    PAUSE,
    /** The same for the node of the maintainer. */
    PAUSE_OWNER,
    /** The owner stands still, and the maintainer is wanted on node {@code first}. */
    PAUSE_OWNER_IN_HANDOFF,
    /** Node {@code first} dies without a word. */
    KILL,
    /** The node of the maintainer dies without a word. */
    KILL_OWNER,
    /** Node {@code first} dies, and {@code millis} later one comes under a new name, mostly knowing whom it follows. */
    RESTART,
    /** The lease of node {@code first} ends while it lives. */
    EXPIRE,
    /** The lease of the node of the maintainer ends while it lives. */
    EXPIRE_OWNER,
    /** A node joins. */
    JOIN,
    /** The coordinator is gone; {@code millis} later another leads. */
    REPLACE_COORDINATOR,
    /** Another coordinator leads; the former goes on for {@code millis}. */
    OVERLAPPING_COORDINATORS,
    /** A move to node {@code first}; the coordinator dies at its message or write number {@code second}. */
    COORDINATOR_DIES_IN_HANDOFF,
    /** A move to node {@code first}; the owner dies at its message number {@code second}. */
    OWNER_DIES_IN_HANDOFF,
    /** A move to node {@code first}; that node dies at its message number {@code second}. */
    TARGET_DIES_IN_HANDOFF,
    /**
     * A move to node {@code first}, which cannot reach node {@code second} for {@code millis}, so that it cannot end its
     * bootstrap; another coordinator leads meanwhile, and the maintainer is wanted on node {@code second}.
     */
    MOVE_DURING_BOOTSTRAP,
    /** A move to node {@code first}; another coordinator leads in the middle of it, and the former goes on for {@code millis}. */
    OVERLAP_IN_HANDOFF,
    /** The owner and the coordinator die at once, and what only they had heard is lost; another leads after {@code millis}. */
    OWNER_AND_COORDINATOR_DIE,
    /** For {@code millis} the metadata store fails every request. */
    STORE_DOWN,
    /** Somebody moves {@code second} tables to node {@code first}, one by one and by hand. */
    MOVE_BY_HAND,
    /** For {@code millis} nothing gets from node {@code first} to node {@code second}. */
    CUT,
    /** For {@code millis} nothing gets between nodes {@code first} and {@code second}. */
    PARTITION,
    /** For {@code millis} nothing gets to node {@code first}, or, with an odd {@code second}, from it. */
    ISOLATE,
    /** For {@code millis} nothing gets to the leader, or, with an odd {@code second}, from it; whoever leads next is reached. */
    ISOLATE_COORDINATOR,
    /** For {@code millis} messages from node {@code first} to node {@code second} take up to two seconds. */
    SLOW_LINK,
    /** Another scheduler is selected; which one depends on {@code first}, or, with an odd {@code second}, balance-splits. */
    SELECT_SCHEDULER,
    /** A shadow is compared from now on, or none any more; depends on {@code first}. */
    SHADOW_SCHEDULER,
    /** A plan is made to be looked at, and applied {@code millis} later. */
    PROPOSE_PLAN,
    /**
     * Node {@code first}, or with an odd {@code second} that of the maintainer, is to be emptied; if it gets empty it is
     * stopped {@code millis} later, or with an odd {@code millis} left as it is.
     */
    DRAIN,
    /** The operator that comes {@code first} is retried, or, with {@code second} not divisible by three, cancelled. */
    INTERVENE,
    /** No node is to be emptied any more. */
    CANCEL_DRAIN,
    /** The changefeed is paused, and {@code millis} later, unless that is odd, it goes on. */
    PAUSE_CHANGEFEED,
    /** The changefeed is not wanted any more. */
    REMOVE_CHANGEFEED,
    /** The changefeed is not wanted, and {@code millis} later it is again. */
    RECREATE_CHANGEFEED,
    /** For {@code millis} node {@code first}, or with an odd {@code second} the leader, does not reach the store. */
    CUT_FROM_STORE,
    /** The process of node {@code first}, or with an odd {@code second} the leader's, stands still for {@code millis}. */
    STAND_STILL,
    /** The same, and the monotonic clock of the process stands still as well. */
    SUSPEND_MACHINE,
    /**
     * The store ends the session of node {@code first}, or with an odd {@code second} of the leader, too early; and again
     * {@code millis} later.
     */
    END_SESSION,
    /**
     * The session of node {@code first} ends. It is registered again while the leader reads who is there, or with an odd
     * {@code second} after that; then the leader stands still for {@code millis}, and before it goes on, the node is gone
     * again.
     */
    BACK_AND_GONE,
    /** For {@code millis} every other answer of the store to node {@code first}, or the leader, is lost. */
    LOSE_ANSWERS,
    /** Node {@code first}, or with an odd {@code second} the leader, is to be expelled. */
    EXPEL,
    /** Node {@code first}, or with an odd {@code second} the leader, stops everything and leaves. */
    LEAVE,
    /**
     * The log that node {@code first} reads ends, or with {@code second} divisible by three those of all nodes; each is mended,
     * and for {@code millis} it may be missing, or be another one, as {@code second} says.
     */
    END_SOURCE,
    /** For {@code millis} nothing goes wrong in the background, and nobody hurries. */
    CALM
}
