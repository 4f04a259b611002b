package dev.maintainer.cluster.distributed;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.StoreValue.Roster;
import java.time.Instant;
import java.util.SortedSet;

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

    /**
     * The process does not lead any more.
     *
     * @param reason for people
     */
    default void deposed(String reason) {}

    /**
     * The store has not answered for half a lease; told once an outage, and once a minute at most.
     *
     * @param leaseEnds until when this process may write if it does not answer before, by the wall clock
     */
    default void storeSilent(StoreSilence silence, Instant leaseEnds) {}

    /** The lease has ended, so writes are held; told once an outage, and once a minute at most. */
    default void writesHeld(HeldWrites held) {}

    /** The store answers again, and writes are allowed; told if one of the two before was. */
    default void storeAnswers(StoreOutage outage) {}

    /**
     * The lease was renewed; told before that allows anything.
     *
     * @param deadlineNanos until when the process may write, by its monotonic clock
     * @param lastWriteNanos when it last allowed a write, which the lease until now must cover; 0 for never
     */
    default void renewing(long deadlineNanos, long lastWriteNanos) {}

    /**
     * This process, which leads, has removed members.
     *
     * @param sentNanos the monotonic time when it sent the transaction, which is before that took effect
     */
    default void removed(SortedSet<NodeId> members, long sentNanos) {}

    /**
     * The process is not a member any more, for good.
     *
     * @param lastWriteNanos when it last allowed a write; 0 for never
     */
    default void lost(String reason, long lastWriteNanos) {}

    /** The thread of the store has died of a bug. */
    default void failed(Throwable cause) {}
}
