package dev.maintainer.api.operator;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a span registry that operators need. Every transition is conditional and says whether it was applied: on
 * a span that is not registered it changes nothing, so nothing can bring a deleted span back.
 *
 * <p>Called on the thread that owns the registry, and only there.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public interface SpanStates {
    /**
     * {@return the range of a registered span; null if there is none with this id}
     *
     * @param id the dispatcher of the span
     */
    @Nullable
    TableSpan span(DispatcherId id);

    /**
     * {@return the node that a registered span is bound to; null if it is absent or not registered}
     *
     * @param id the dispatcher of the span
     */
    @Nullable
    NodeId boundTo(DispatcherId id);

    /**
     * {@return the checkpoint of a registered span; a TSO, or 0 if it is not registered}
     *
     * @param id the dispatcher of the span
     */
    long checkpointTs(DispatcherId id);

    /**
     * {@return whether a registered span waits for placement; false if it is not registered}
     *
     * @param id the dispatcher of the span
     */
    boolean isAbsent(DispatcherId id);

    /**
     * {@return whether a registered span runs; false if it is not registered}
     *
     * @param id the dispatcher of the span
     */
    boolean isReplicating(DispatcherId id);

    /**
     * {@return whether the dispatcher of a registered span has said its last word; false if it is not registered}
     *
     * @param id the dispatcher of the span
     */
    boolean hasEnded(DispatcherId id);

    /**
     * Binds a span to a node, where it is then being scheduled.
     *
     * @param id the dispatcher of the span
     * @param node where it shall run
     * @return whether it was applied
     */
    boolean bind(DispatcherId id, NodeId node);

    /**
     * Marks a span as being scheduled; its binding stays as it is.
     *
     * @param id the dispatcher of the span
     * @return whether it was applied
     */
    boolean markScheduling(DispatcherId id);

    /**
     * Marks a span as replicating where it is bound to.
     *
     * @param id the dispatcher of the span
     * @return whether it was applied; false if it is bound to no node
     */
    boolean markReplicating(DispatcherId id);

    /**
     * Marks a span as absent, and takes its binding away.
     *
     * @param id the dispatcher of the span
     * @return whether it was applied
     */
    boolean markAbsent(DispatcherId id);

    /**
     * Replaces a span by its parts, absent, at its checkpoint and in its schema, in one step.
     *
     * @param id the dispatcher of the span that is replaced
     * @param parts what is there instead; together they cover it
     * @return whether it was applied
     */
    boolean divide(DispatcherId id, List<SpanPart> parts);

    /**
     * Replaces adjacent spans by one that runs on a node, at the lowest of their checkpoints, in one step.
     *
     * @param target the dispatcher of the one span
     * @param sources in the order of their ranges; at least two
     * @param node where it runs
     * @param request the number of the request that made its dispatcher
     * @return whether it was applied
     */
    boolean unite(DispatcherId target, List<DispatcherId> sources, NodeId node, long request);
}
