package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.List;

/**
 * What has changed for a planner since it was last asked, so that the cost of asking is proportional to the changes.
 * Immutable.
 *
 * @param version of the state after this change; rises by one with each
 * @param complete whether this is the whole state, which replaces everything before
 * @param round counts the requested plans
 * @param seed for random choices of planners
 * @param calm whether rebalancing is suspended
 * @param nodes all nodes that are members or have spans, by id
 * @param changed spans as they are now, in the order of their first change
 * @param removed dispatchers whose spans were removed before the changes came
 * @param refused the decisions of the last plan that were refused
 * @param inFlight how many operators are in progress
 */
public record SnapshotDelta(
        long version,
        boolean complete,
        long round,
        long seed,
        boolean calm,
        List<NodeView> nodes,
        List<Change> changed,
        List<DispatcherId> removed,
        List<RefusedDecision> refused,
        int inFlight) {
    /**
     * A span as it is now.
     *
     * @param running whether its dispatcher has reported that it works
     * @param inFlight whether an operator drives it, or it waits before it is placed again: then nothing is to be decided on it
     */
    public record Change(SpanView span, boolean running, boolean inFlight) {}

    /** Copies the lists. */
    public SnapshotDelta {
        nodes = List.copyOf(nodes);
        changed = List.copyOf(changed);
        removed = List.copyOf(removed);
        refused = List.copyOf(refused);
    }
}
