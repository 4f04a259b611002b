package dev.maintainer.node.server;

import dev.maintainer.admin.cluster.ClusterAdminServer;
import dev.maintainer.admin.cluster.ClusterNode;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.cluster.distributed.ClusterProcess;
import dev.maintainer.cluster.distributed.ClusterStatistics;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.node.metrics.MeasuredNode;
import dev.maintainer.node.metrics.NodeActivity;
import dev.maintainer.runtime.node.NetworkProvider.OwnNetwork;
import dev.maintainer.runtime.node.Node;
import dev.maintainer.runtime.node.NodeStatistics;
import dev.maintainer.runtime.peer.NetworkStatistics;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;

/** The parts of a node, as its metrics ask for them. */
record ServerMeasurements(
        ClusterNode server,
        NodeActivity activity,
        Node parts,
        OwnNetwork transport,
        ClusterProcess process,
        ChangefeedConnections connections,
        ClusterAdminServer admin)
        implements MeasuredNode {
    @Override
    public NodeStatistics node() {
        return parts.statistics();
    }

    @Override
    public NetworkStatistics network() {
        return transport.statistics();
    }

    @Override
    public ClusterStatistics cluster() {
        return process.statistics();
    }

    @Override
    public SortedMap<ChangefeedId, ChangefeedView> changefeeds() {
        return server.coordinator().views();
    }

    @Override
    public boolean isStoreConnected() {
        return process.isConnected();
    }

    @Override
    public long rosterVersion() {
        return server.rosterVersion();
    }

    @Override
    public int members() {
        return process.roster().members().size();
    }

    @Override
    public long leaderEpoch() {
        return server.leaderEpoch();
    }

    @Override
    public boolean isReady() {
        return server.notReady().isEmpty();
    }

    @Override
    public Map<String, Long> adminAnswers() {
        return admin.answers();
    }

    @Override
    public OptionalLong wallMillis(ChangefeedId changefeed, long ts) {
        return connections.wallMillis(changefeed, ts);
    }
}
