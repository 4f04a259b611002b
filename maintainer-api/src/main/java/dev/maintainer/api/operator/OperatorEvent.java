package dev.maintainer.api.operator;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;

/**
 * An event that an operator reacts to.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface OperatorEvent {
    /**
     * A node reported the state of one of the operator's dispatchers.
     *
     * @param from the node that has reported
     * @param dispatcher the one that is reported
     * @param state what it says about itself
     */
    record Reported(NodeId from, DispatcherId dispatcher, ComponentState state) implements OperatorEvent {}

    /**
     * A node left the membership.
     *
     * @param node the one that left
     */
    record NodeDied(NodeId node) implements OperatorEvent {}

    /**
     * The operator is cancelled: it does not continue, and ends when nothing that it has started can be running. An
     * operator that cannot be reverted ignores this.
     */
    record Cancelled() implements OperatorEvent {}

    /** The span is removed by a DDL: the operator gives up at once, in favour of a removal. */
    record TaskRemoved() implements OperatorEvent {}
}
