package dev.maintainer.coordinator;

import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;

/** A node, and the epoch that it was given. */
record Owner(NodeId node, MaintainerEpoch epoch) {
    boolean is(NodeId someNode, MaintainerEpoch someEpoch) {
        return node.equals(someNode) && epoch.equals(someEpoch);
    }
}
