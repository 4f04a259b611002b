package dev.maintainer.core.inspect;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import java.util.List;

/**
 * Why a span is not on a node. Immutable.
 *
 * @param obstacles all known obstacles, the hard ones first; the last is always the scheduler's own view, and the only
 *     one if the span is on the node
 */
public record PlacementObstacles(DispatcherId dispatcher, NodeId node, List<Obstacle> obstacles) {
    /** Copies the list. */
    public PlacementObstacles {
        obstacles = List.copyOf(obstacles);
    }

    /** One reason, with its evidence. */
    public record Obstacle(Code code, String text) {}

    /** Kinds of reasons. The names are stable: counters and scripts use them. */
    public enum Code {
        /** It is there. */
        ALREADY_THERE,
        /** The node is no member. */
        NOT_A_MEMBER,
        /** The node has not answered the bootstrap, so it would refuse every command. */
        NOT_READY,
        /** The node is a member and says nothing. */
        SUSPECT,
        /** The node is being emptied. */
        DRAINING,
        /** The node has the weight 0: the administrator of the cluster wants no spans there. */
        EXCLUDED,
        /** An operator drives the span; it is decided on again when that has ended. */
        IN_FLIGHT,
        /** So many operators are in progress towards the node that it gets no more for the moment. */
        NO_ROOM,
        /** The maintainer does not plan: it has not begun yet, or is being removed. */
        NOT_PLANNING,
        /** The scheduler fails, so nothing is moved. */
        SCHEDULER_DEGRADED,
        /** The last decision of the scheduler to put it on this node was not admitted. */
        REFUSED,
        /** The scheduler has chosen another node, for the reason that is given. */
        OTHER_CHOSEN,
        /** The scheduler has not decided on the span under this owner, or too long ago. */
        NOT_DECIDED
    }
}
