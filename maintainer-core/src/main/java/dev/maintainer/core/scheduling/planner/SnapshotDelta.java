package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.List;

/**
 * What has changed for a planner since the last time it was asked, so that asking costs what has changed. Immutable.
 *
 * @param version of the state after this change; rises by one with each
 * @param complete whether this is the whole state: what was there before is void
 * @param round counts how often plans were asked for
 * @param seed chance for planners
 * @param calm whether nodes are left as they are, but for what has to be
 * @param nodes all nodes that are members or have spans, by id
 * @param changed spans as they are now, in the order of their first change
 * @param removed dispatchers whose spans were removed before the changes came
 * @param refused what became of the last plan, where it was refused
 * @param inFlight how many operators are under way
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
     * @param inFlight whether an operator drives it
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
