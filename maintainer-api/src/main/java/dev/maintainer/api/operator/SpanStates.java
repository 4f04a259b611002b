package dev.maintainer.api.operator;

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
 */
public interface SpanStates {
    /** The range of a registered span; null if there is none with this id. */
    @Nullable
    TableSpan span(DispatcherId id);

    /** The node that a registered span is bound to; null if it is absent or not registered. */
    @Nullable
    NodeId boundTo(DispatcherId id);

    /** The checkpoint of a registered span; a TSO, or 0 if it is not registered. */
    long checkpointTs(DispatcherId id);

    /** Whether a registered span waits for placement. */
    boolean isAbsent(DispatcherId id);

    /** Whether a registered span runs. */
    boolean isReplicating(DispatcherId id);

    /** Whether the dispatcher of a registered span has said its last word. */
    boolean hasEnded(DispatcherId id);

    /** Binds to a node, scheduling. */
    boolean bind(DispatcherId id, NodeId node);

    /** Scheduling, with the present binding. */
    boolean markScheduling(DispatcherId id);

    /** Replicating, with the present binding; not applied if there is none. */
    boolean markReplicating(DispatcherId id);

    /** Absent, unbound. */
    boolean markAbsent(DispatcherId id);

    /** Replaces a span by its parts, absent, at its checkpoint and in its schema, in one step. */
    boolean divide(DispatcherId id, List<SpanPart> parts);

    /**
     * Replaces adjacent spans by one that runs on a node, at the lowest of their checkpoints, in one step.
     *
     * @param request the number of the request that made its dispatcher
     */
    boolean unite(DispatcherId target, List<DispatcherId> sources, NodeId node, long request);
}
