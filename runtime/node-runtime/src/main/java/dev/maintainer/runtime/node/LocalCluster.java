package dev.maintainer.runtime.node;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.DrainView;
import java.util.SortedMap;

/**
 * A cluster whose nodes and coordinator are in this process, for code that inspects it and requests changes from
 * outside. Thread-safe. No method waits for a node or for the coordinator: a change is only requested, and a view shows
 * its result.
 */
public interface LocalCluster extends LocalNodes {
    /** Whether a node is a member at this moment. */
    boolean isMember(NodeId id);

    /** What planners are told of a node; empty if nothing is known of it. */
    SortedMap<String, String> labels(NodeId id);

    /** Requests that a changefeed is paused or resumed; {@link #placements} says when that is durable. */
    void pause(ChangefeedId changefeed, boolean paused);

    /** The progress of the drain of a node. */
    DrainView drainView();

    /** Requests that a node is drained. Returns the number under which {@link DrainView#answers()} shows the result. */
    long drain(NodeId node);

    /** Cancels a drain; see {@link #drain}. */
    long cancelDrain();
}
