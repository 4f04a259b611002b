package dev.maintainer.coordinator;

import dev.maintainer.api.model.NodeId;

/**
 * A changefeed goes from one owner to the next.
 *
 * @param origin who has to end first
 * @param wish where it shall go; the origin's own node if it shall go on there under the next epoch
 */
record Move(Owner origin, NodeId wish) {
    /** What it comes to if the next owner runs on this node. */
    MoveOutcome outcomeOn(NodeId node) {
        if (node.equals(wish)) {
            return MoveOutcome.COMPLETED;
        }
        return node.equals(origin.node()) ? MoveOutcome.RETURNED : MoveOutcome.ELSEWHERE;
    }
}
