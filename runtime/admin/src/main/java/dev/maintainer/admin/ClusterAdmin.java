package dev.maintainer.admin;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.DrainView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a running cluster, and asks it for changes: its maintainers, as {@link MaintainerAdmin} does, its nodes and its
 * coordinator.
 */
public interface ClusterAdmin extends MaintainerAdmin {
    /** All changefeeds whose maintainer answers; of two owners, which there can be for a moment, the newer one. */
    List<ChangefeedRow> changefeeds();

    /** All nodes that live, those that do not answer included. */
    List<NodeRow> nodes();

    /** All changefeeds as the coordinator has placed them, paused ones included. */
    List<PlacementRow> placements();

    /** The node that is being emptied, and how far that is. */
    DrainView draining();

    /**
     * Lets a changefeed stand still, with nothing running, or go on where it was. Returns when the wish is durable; how far
     * it is carried out is in {@link #placements}.
     *
     * @param changefeed null: the only one
     */
    PlacementRow pause(@Nullable String changefeed, boolean paused);

    /**
     * Empties a node, so that it can be stopped. Returns when the wish is accepted; {@link #draining} says how far it is.
     * If that node is being emptied already, nothing changes.
     */
    DrainView drain(NodeId node);

    /** Empties no node any more. */
    DrainView cancelDrain();
}
