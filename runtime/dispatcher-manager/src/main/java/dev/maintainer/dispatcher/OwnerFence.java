package dev.maintainer.dispatcher;

import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;

/** Who may command a changefeed on this node: one node under one epoch. The epoch never decreases. */
final class OwnerFence {
    /** How a sender and its epoch relate to the owner. */
    enum Standing {
        /** The owner itself. */
        OWNER,
        /** A successor: may take over, and only by bootstrap or by a take-over close. */
        SUCCESSOR,
        /** A former owner, or somebody who claims the owner's epoch from another node. */
        STALE
    }

    private NodeId owner;
    private MaintainerEpoch epoch;

    OwnerFence(NodeId owner, MaintainerEpoch epoch) {
        this.owner = owner;
        this.epoch = epoch;
    }

    Standing standingOf(NodeId sender, MaintainerEpoch senderEpoch) {
        if (senderEpoch.isNewerThan(epoch)) {
            return Standing.SUCCESSOR;
        }
        return senderEpoch.equals(epoch) && sender.equals(owner) ? Standing.OWNER : Standing.STALE;
    }

    void passTo(NodeId successor, MaintainerEpoch newEpoch) {
        if (!newEpoch.isNewerThan(epoch)) {
            throw new IllegalStateException("ownership cannot pass from epoch " + epoch + " to " + newEpoch);
        }
        owner = successor;
        epoch = newEpoch;
    }

    NodeId owner() {
        return owner;
    }

    MaintainerEpoch epoch() {
        return epoch;
    }
}
