package dev.maintainer.coordinator;

import dev.maintainer.api.model.NodeId;

/** Whoever grants the leases by which nodes are members. Must return at once. */
public interface MembershipAuthority {
    /** One that expels nobody. */
    MembershipAuthority NONE = node -> {};

    /**
     * Renews the lease of a node no more. The node is a member until its lease has ended, and has stopped all by then, as
     * if it could not reach whoever grants leases: so nothing of it runs when the others hear that it is gone.
     *
     * @param node the node; one that is no member changes nothing
     */
    void expel(NodeId node);
}
