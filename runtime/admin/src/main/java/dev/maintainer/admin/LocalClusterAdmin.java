package dev.maintainer.admin;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.runtime.node.LocalCluster;
import dev.maintainer.runtime.node.Node;
import dev.maintainer.runtime.plugin.Schedulers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The admin interface of a cluster in this process: of its maintainers, its nodes and its coordinator. */
public final class LocalClusterAdmin extends LocalMaintainerAdmin implements ClusterAdmin {
    private final LocalCluster cluster;
    private final CoordinatorAdmin coordinator;

    /** For a cluster that has been started. */
    public LocalClusterAdmin(
            LocalCluster cluster, Schedulers schedulers, TableDirectory tables, SpanStatistics statistics) {
        this(cluster, schedulers, tables, statistics, AdminPatience.STANDARD);
    }

    /** The same, with another patience. */
    public LocalClusterAdmin(
            LocalCluster cluster,
            Schedulers schedulers,
            TableDirectory tables,
            SpanStatistics statistics,
            AdminPatience patience) {
        super(cluster, schedulers, tables, statistics, patience);
        this.cluster = cluster;
        this.coordinator = new CoordinatorAdmin(cluster, patience.answer());
    }

    @Override
    public List<ChangefeedRow> changefeeds() {
        return survey().changefeeds();
    }

    @Override
    public List<NodeRow> nodes() {
        Survey survey = survey();
        List<NodeRow> rows = new ArrayList<>();
        DrainView drain = cluster.drainView();
        for (NodeId id : cluster.liveNodes()) {
            int maintainers = 0;
            int spans = 0;
            for (ChangefeedRow each : survey.changefeeds()) {
                maintainers += each.node().equals(id) ? 1 : 0;
                spans += each.maintainer().dispatchersByNode().getOrDefault(id, 0);
            }
            rows.add(new NodeRow(
                    id,
                    cluster.isMember(id),
                    !survey.silent().contains(id),
                    maintainers,
                    spans,
                    cluster.node(id).map(Node::stuckPlanners).orElse(0),
                    drain.target().is(id) ? drain.state() : DrainView.State.NONE,
                    cluster.labels(id)));
        }
        return rows;
    }

    @Override
    public List<PlacementRow> placements() {
        return coordinator.placements();
    }

    @Override
    public DrainView draining() {
        return cluster.drainView();
    }

    @Override
    public PlacementRow pause(@Nullable String changefeed, boolean paused) {
        return coordinator.pause(changefeed, paused);
    }

    @Override
    public DrainView drain(NodeId node) {
        refuseUnknown(node);
        return coordinator.drain(node);
    }

    @Override
    public DrainView cancelDrain() {
        return coordinator.cancelDrain();
    }
}
