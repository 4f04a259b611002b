package dev.maintainer.api.operator;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import java.util.List;

/**
 * What an operator does to its spans, in order. A merge has several spans, any other operator has one.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface OperatorEffect {
    /**
     * Bind a single span to a node; it is then being scheduled there.
     *
     * @param node the node to bind it to
     */
    record Bind(NodeId node) implements OperatorEffect {}

    /** The spans are being changed; their bindings stay. */
    record MarkScheduling() implements OperatorEffect {}

    /**
     * Each span runs on the node that it is bound to; absent instead if that node is no longer alive, or if its
     * dispatcher has ended.
     */
    record MarkReplicating() implements OperatorEffect {}

    /** No node runs the spans; they are waiting for placement. */
    record MarkAbsent() implements OperatorEffect {}

    /**
     * In one step: the span is gone, its parts are there instead, absent, at its checkpoint.
     *
     * @param parts what is there instead; together they cover the span
     */
    record Divide(List<SpanPart> parts) implements OperatorEffect {
        /**
         * Copies the list.
         *
         * @param parts what is there instead; together they cover the span
         */
        public Divide {
            parts = List.copyOf(parts);
        }
    }

    /**
     * In one step, the sources are replaced by one span that covers their ranges and runs on their node; absent instead
     * if that node is no longer alive.
     *
     * @param target the dispatcher of the one span
     * @param sources in the order of their ranges; at least two
     */
    record Unite(DispatcherId target, List<DispatcherId> sources) implements OperatorEffect {
        /**
         * Copies the list.
         *
         * @param target the dispatcher of the one span
         * @param sources in the order of their ranges; at least two
         */
        public Unite {
            sources = List.copyOf(sources);
        }
    }
}
