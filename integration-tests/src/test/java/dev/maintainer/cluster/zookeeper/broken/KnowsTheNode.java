package dev.maintainer.cluster.zookeeper.broken;

import dev.maintainer.runtime.node.Node;

/** A store that knows the node that uses it. */
public record KnowsTheNode(Node used) {}
