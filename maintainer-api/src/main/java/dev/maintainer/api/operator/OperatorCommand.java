package dev.maintainer.api.operator;

import dev.maintainer.api.model.NodeId;

/** What an operator waits for a node to do; repeated by the controller until the operator's state changes. */
public sealed interface OperatorCommand {
    /** The node that has to do it. */
    NodeId node();

    /** Create the dispatcher. */
    record Create(NodeId node) implements OperatorCommand {}

    /** Remove the dispatcher. */
    record Remove(NodeId node) implements OperatorCommand {}
}
