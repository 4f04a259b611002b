package dev.maintainer.api.operator;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import java.util.List;

/**
 * What an operator is waiting for a node to do; repeated by the controller until the operator's state changes.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface OperatorCommand {
    /** {@return the node that has to do it} */
    NodeId node();

    /**
     * Create the dispatcher.
     *
     * @param node where
     */
    record Create(NodeId node) implements OperatorCommand {}

    /**
     * Remove the dispatcher.
     *
     * @param node where
     */
    record Remove(NodeId node) implements OperatorCommand {}

    /**
     * Merge dispatchers that run there into one.
     *
     * @param node where they run
     * @param sources in the order of their ranges; at least two
     */
    record Merge(NodeId node, List<DispatcherId> sources) implements OperatorCommand {
        /**
         * Copies the list.
         *
         * @param node where they run
         * @param sources in the order of their ranges; at least two
         */
        public Merge {
            sources = List.copyOf(sources);
        }
    }
}
