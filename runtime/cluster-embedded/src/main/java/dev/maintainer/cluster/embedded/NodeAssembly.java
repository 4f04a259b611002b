package dev.maintainer.cluster.embedded;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.node.NodePorts;

/** Adds to a node of an embedded cluster the ports that are not the cluster's: schemas, dispatchers, planners, and so on. */
@FunctionalInterface
public interface NodeAssembly {
    /**
     * Makes the ports of a node.
     *
     * @param node the node that is about to join
     * @param ports has the network and the membership
     */
    NodePorts assemble(NodeId node, NodePorts.Builder ports);
}
