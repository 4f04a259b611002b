package dev.maintainer.api.operator;

import dev.maintainer.api.model.NodeId;

/** What an operator asks of its controller, in order. */
public sealed interface OperatorEffect {
    /** Bind the span to a node; it is then being scheduled there. */
    record Bind(NodeId node) implements OperatorEffect {}

    /** The span is being changed; its binding stays. */
    record MarkScheduling() implements OperatorEffect {}

    /** The span runs on the node that it is bound to, provided that this node is still alive. */
    record MarkReplicating() implements OperatorEffect {}

    /** Nobody runs the span; it waits for placement. */
    record MarkAbsent() implements OperatorEffect {}

    /** Tell a node to create the dispatcher, and repeat it until the state changes. */
    record SendCreate(NodeId node) implements OperatorEffect {}

    /** Tell a node to remove the dispatcher, and repeat it until the state changes. */
    record SendRemove(NodeId node) implements OperatorEffect {}

    /** The removal was confirmed: run what the creator of the operator attached to it. */
    record Confirmed() implements OperatorEffect {}
}
