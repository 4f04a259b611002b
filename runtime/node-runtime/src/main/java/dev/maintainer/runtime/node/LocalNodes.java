package dev.maintainer.runtime.node;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Nodes of this process, for code that inspects their maintainers and requests changes from outside. Thread-safe. No method
 * waits for a node: a change is only requested, and a view shows its result.
 */
public interface LocalNodes {
    /** The nodes that have not ended and have not lost their lease, by id. */
    List<NodeId> liveNodes();

    /** A live node; empty if it has ended or lost its lease, or never existed. */
    Optional<Node> node(NodeId id);

    /** Whether there is or was a node of this name. */
    boolean knows(NodeId id);

    /**
     * Sends a request to the planning of a changefeed that is hosted on a node. Returns the number under which the view
     * of its maintainer shows the result; if that node is not alive, there is none.
     */
    long command(NodeId node, ChangefeedId changefeed, SchedulerCommand command);

    /** Brings to a node what somebody has decided about a block event that the sink refuses; nothing if it is not alive. */
    void decide(NodeId node, HostInput.RefusalDecided decided);

    /** Where the coordinator has placed all changefeeds, paused ones included; empty if it is not in this process. */
    SortedMap<ChangefeedId, ChangefeedView> placements();
}
