package dev.maintainer.runtime.peer;

import dev.maintainer.api.model.NodeId;

/**
 * Is told what peers say about nodes of this process. May be called by any thread, and must not block.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface PeerListener {
    /** Nobody listens. */
    PeerListener NONE = (self, peer, rosterVersion) -> {};

    /**
     * A peer has refused a node of this process, because the node is not in the roster that the peer knows, and that roster
     * is newer than the one of the {@link PeerDirectory}: the node was removed, and has not heard of it in the usual way. It
     * may be told several times, by several peers.
     *
     * @param self the node of this process, which is in the roster that is known here
     * @param peer who says so
     * @param rosterVersion the version of the peer's roster
     */
    void notMember(NodeId self, NodeId peer, long rosterVersion);

    /**
     * A peer has said what it knows, which it does each second.
     *
     * @param self the node of this process
     * @param peer who says so
     * @param rosterVersion the version of the peer's roster
     * @param leaderEpoch of the latest leader that the peer knows; 0 if it says nothing of one
     */
    default void heard(NodeId self, NodeId peer, long rosterVersion, long leaderEpoch) {}
}
