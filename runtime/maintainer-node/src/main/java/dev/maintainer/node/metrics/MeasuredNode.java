package dev.maintainer.node.metrics;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.cluster.distributed.ClusterStatistics;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.runtime.node.NodeStatistics;
import dev.maintainer.runtime.peer.NetworkStatistics;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;

/** Where the values of {@link NodeMetrics} come from. Any thread; nothing blocks, and nothing costs more than what it returns. */
public interface MeasuredNode {
    /** {@return what maintainers and coordinator have done} */
    NodeActivity activity();

    /** {@return loops, worker and planners} */
    NodeStatistics node();

    /** {@return messages and peers} */
    NetworkStatistics network();

    /** {@return lease and store} */
    ClusterStatistics cluster();

    /** {@return all changefeeds while this node leads; else empty} */
    SortedMap<ChangefeedId, ChangefeedView> changefeeds();

    /** {@return whether the store answers} */
    boolean isStoreConnected();

    /** {@return the roster that this node knows; 0 for none} */
    long rosterVersion();

    /** {@return the members in it} */
    int members();

    /** {@return the epoch under which this node leads; 0 if it does not} */
    long leaderEpoch();

    /** {@return whether this node is ready} */
    boolean isReady();

    /** {@return the answers of the admin interface, by status and code with a blank between; without code for a good one} */
    Map<String, Long> adminAnswers();

    /**
     * {@return the wall time of a position; empty if the source of the changefeed is not open on this node}
     *
     * @param changefeed whose source
     * @param ts a position of it
     */
    OptionalLong wallMillis(ChangefeedId changefeed, long ts);
}
