package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.SnapshotDelta;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Tells the planners' side what has changed in the registry. On the maintainer's thread. */
public final class SnapshotFeed {
    private final SpanRegistry registry;
    private final PlacementRetries retries;
    private final OperatorController operators;
    private final Members members;
    private final Eligibility eligibility;
    private final PlanningConfig config;
    private long version;
    private boolean complete = true;

    /** Nobody was told anything yet. */
    public SnapshotFeed(
            SpanRegistry registry,
            PlacementRetries retries,
            OperatorController operators,
            Members members,
            Eligibility eligibility,
            PlanningConfig config) {
        this.registry = registry;
        this.retries = retries;
        this.operators = operators;
        this.members = members;
        this.eligibility = eligibility;
        this.config = config;
    }

    /** Whoever listened has gone: the next delta is the whole state. */
    public void restart() {
        complete = true;
    }

    /** What has changed since the last call. Costs that and the number of nodes; the whole state costs all spans. */
    public SnapshotDelta next(long round, long seed, boolean calm, List<RefusedDecision> refused) {
        if (complete) {
            registry.touchAll();
        }
        SpanRegistry.Changes changes = registry.takeChanges();
        List<SnapshotDelta.Change> changed = new ArrayList<>(changes.touched().size());
        for (SpanReplica replica : changes.touched()) {
            if (replica.isRegistered()) {
                changed.add(change(replica));
            }
        }
        SnapshotDelta delta = new SnapshotDelta(
                ++version, complete, round, seed, calm, nodes(), changed, changes.removed(), refused, operators.size());
        complete = false;
        return delta;
    }

    private SnapshotDelta.Change change(SpanReplica replica) {
        SpanView view = new SpanView(
                replica.id(), replica.span(), replica.schema(), replica.name(), replica.group(), replica.node());
        // What is being scheduled has an operator, so there is nothing to look up. What waits is nothing to decide
        // about either.
        boolean inFlight = replica.state() == SpanReplica.State.SCHEDULING
                || operators.isInFlight(replica.id())
                || (replica.isAbsent() && retries.isHeld(replica.id()));
        return new SnapshotDelta.Change(view, replica.state() == SpanReplica.State.REPLICATING, inFlight);
    }

    private List<NodeView> nodes() {
        TreeSet<NodeId> ids = new TreeSet<>(members.alive());
        ids.addAll(registry.boundNodes());
        List<NodeView> views = new ArrayList<>(ids.size());
        for (NodeId id : ids) {
            int load = registry.boundCount(id)
                    + operators.traffic().arriving(id)
                    - operators.traffic().departing(id);
            int moves = operators.traffic().movesTowards(id);
            views.add(new NodeView(
                    id,
                    eligibility.obstacles(id),
                    load,
                    operators.traffic().towards(id) - moves,
                    moves,
                    config.nodeLabels().getOrDefault(id, members.labels(id))));
        }
        return views;
    }
}
