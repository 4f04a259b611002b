package dev.maintainer.node.server;

/** Why a node ends, as the exit status of its process. */
public enum ServerExit {
    /** It was asked to, and has left in order. */
    STOPPED(0),
    /** Its configuration cannot be used. */
    MISCONFIGURED(2),
    /** ZooKeeper was not reached in time, or there is no such cluster. */
    NO_STORE(4),
    /** The cluster does not admit it. */
    REFUSED(5),
    /** A port or a directory cannot be used. */
    OCCUPIED(6),
    /** It is not a member any more. */
    FENCED(10),
    /** A thread of its own has died. */
    BROKEN(11),
    /** The store is not that of its cluster any more. */
    OTHER_STORE(12),
    /** It was asked a second time. */
    HURRIED(143);

    private final int status;

    ServerExit(int status) {
        this.status = status;
    }

    /** {@return the exit status of the process} */
    public int status() {
        return status;
    }
}
