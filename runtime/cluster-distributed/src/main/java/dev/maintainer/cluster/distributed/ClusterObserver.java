package dev.maintainer.cluster.distributed;

import dev.maintainer.membership.store.StoreValue.Roster;

/** Hears what happens between a process and its cluster; on the thread of the store, so it must not block. */
public interface ClusterObserver {
    /** Nobody. */
    ClusterObserver NONE = new ClusterObserver() {};

    /** There is a session with the store. */
    default void sessionBegun(long session) {}

    /** The session has ended; another one is sought. */
    default void sessionEnded() {}

    /** The store is not that of this cluster; repeated while it is so. */
    default void foreignStore(String reason) {}

    /** The process is a member, of this roster, and this protocol is the active one. */
    default void roster(Roster roster, int protocol) {}

    /** The process leads. */
    default void elected(long leaderEpoch) {}

    /** The process does not lead any more. */
    default void deposed() {}

    /** The process is not a member any more, for good. */
    default void lost(String reason) {}

    /** The thread of the store has died of a bug. */
    default void failed(Throwable cause) {}
}
