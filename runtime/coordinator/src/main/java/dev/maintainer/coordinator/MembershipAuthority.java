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

    /**
     * The coordinator hears too few members to judge the others: it is rather itself that is cut off. It shall lead no more,
     * and let others try first for a while. Where nobody else could lead, nothing changes.
     *
     * @param reason for people
     */
    default void resign(String reason) {}
}
