package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.SpanPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a span registry that operators need. Every transition is conditional and says whether it was applied: a
 * span that is no longer registered is not changed, so nothing can bring a deleted span back.
 *
 * <p>Called on the thread that owns the registry, and only there, with spans that this registry has returned.
 */
public interface SpanStates {
    /**
     * {@return a registered span; null if there is none with this id}
     *
     * @param id the dispatcher of the span
     */
    @Nullable
    DrivenSpan get(DispatcherId id);

    /**
     * Binds a span to a node, where it is then being scheduled.
     *
     * @param span which one
     * @param node where it shall run
     * @return whether it was applied
     */
    boolean bind(DrivenSpan span, NodeId node);

    /**
     * Marks a span as being scheduled; its binding stays as it is.
     *
     * @param span which one
     * @return whether it was applied; false if it is bound to no node
     */
    boolean markScheduling(DrivenSpan span);

    /**
     * Marks a span as replicating where it is bound to.
     *
     * @param span which one
     * @return whether it was applied; false if it is bound to no node
     */
    boolean markReplicating(DrivenSpan span);

    /**
     * Marks a span as absent, and takes its binding away.
     *
     * @param span which one
     * @return whether it was applied
     */
    boolean markAbsent(DrivenSpan span);

    /**
     * Replaces a span by its parts, absent, at its checkpoint and in its schema, in one step.
     *
     * @param whole the span that is replaced
     * @param parts what is there instead; together they cover it
     * @return whether it was applied
     */
    boolean divide(DrivenSpan whole, List<SpanPart> parts);

    /**
     * Replaces adjacent spans by one that runs on a node, at the lowest of their checkpoints, in one step.
     *
     * @param target the dispatcher of the one span
     * @param sources in the order of their ranges; at least two
     * @param node where it runs
     * @param request the number of the request that made its dispatcher
     * @return the one span; null if it was not applied, because a source is no longer registered
     */
    @Nullable
    DrivenSpan unite(DispatcherId target, List<? extends DrivenSpan> sources, NodeId node, long request);
}
