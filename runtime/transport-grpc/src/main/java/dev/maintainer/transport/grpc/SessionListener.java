package dev.maintainer.transport.grpc;

import dev.maintainer.api.model.NodeId;

/**
 * Is told what peers say about nodes of this process. May be called by any thread, and must not block.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface SessionListener {
    /** Nobody listens. */
    SessionListener NONE = (self, peer, rosterVersion) -> {};

    /**
     * A peer knows a roster in which a node of this process is not. If it is newer than the one that is known here, the node
     * has been removed, and cannot hear of it in the usual way.
     *
     * @param self the node of this process
     * @param peer who says so
     * @param rosterVersion the roster that the peer knows
     */
    void notAMember(NodeId self, NodeId peer, long rosterVersion);
}
