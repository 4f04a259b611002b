package dev.maintainer.runtime.node;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/**
 * A cluster whose nodes and coordinator are in this process, as those see it who look at it from outside and ask it for
 * changes. Thread-safe. No method waits for a node or for the coordinator: a change is a wish, and a view says what came of
 * it.
 */
public interface LocalCluster {
    /** The nodes that have not ended and have not lost their lease, by id. */
    List<NodeId> liveNodes();

    /** A node that lives; empty if it has ended or lost its lease, and if there was none of this name. */
    Optional<Node> node(NodeId id);

    /** Whether there is or was a node of this name. */
    boolean knows(NodeId id);

    /** Whether a node is a member at this moment. */
    boolean isMember(NodeId id);

    /** What planners are told of a node; empty if nothing is known of it. */
    SortedMap<String, String> labels(NodeId id);

    /**
     * Asks the planning of a changefeed that is hosted on a node. Returns the number under which the view of its maintainer
     * says what came of it; if that node does not live, nothing does.
     */
    long command(NodeId node, ChangefeedId changefeed, SchedulerCommand command);

    /** Where the coordinator has placed all changefeeds, paused ones included. */
    SortedMap<ChangefeedId, ChangefeedView> placements();

    /** Wants a changefeed to be paused or resumed; {@link #placements} says when that is durable. */
    void pause(ChangefeedId changefeed, boolean paused);

    /** How far the drain of a node is. */
    DrainView drainView();

    /** Wants a node drained. Returns the number under which {@link DrainView#answers()} says what became of the wish. */
    long drain(NodeId node);

    /** Wants no node drained any more; see {@link #drain}. */
    long cancelDrain();
}
