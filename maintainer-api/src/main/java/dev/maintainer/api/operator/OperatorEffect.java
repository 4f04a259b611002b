package dev.maintainer.api.operator;

import dev.maintainer.api.model.NodeId;

/** What an operator does to its span, in order. */
public sealed interface OperatorEffect {
    /** Bind the span to a node; it is then being scheduled there. */
    record Bind(NodeId node) implements OperatorEffect {}

    /** The span is being changed; its binding stays. */
    record MarkScheduling() implements OperatorEffect {}

    /** The span runs on the node that it is bound to; absent instead if that node is no longer alive. */
    record MarkReplicating() implements OperatorEffect {}

    /** Nobody runs the span; it waits for placement. */
    record MarkAbsent() implements OperatorEffect {}
}
