package dev.maintainer.coordinator;

import dev.maintainer.api.message.FinalWord;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;

/** Watches a coordinator. Called on its thread; must return at once. Times are the caller's {@code nowMillis}. */
public interface CoordinatorObserver {
    /** An observer that looks away. */
    CoordinatorObserver NONE = new CoordinatorObserver() {};

    /** The new epoch is durable, and the origin is being asked to stop. */
    default void moveStarted(
            ChangefeedId changefeed,
            NodeId from,
            NodeId to,
            MaintainerEpoch oldEpoch,
            MaintainerEpoch newEpoch,
            long nowMillis) {}

    /** The one terminal report of the origin was accepted. */
    default void finalWordAccepted(
            ChangefeedId changefeed, NodeId node, MaintainerEpoch epoch, FinalWord finalWord, long nowMillis) {}

    /** A node is asked, for the first time under this epoch, to host the maintainer. */
    default void targetAdded(
            ChangefeedId changefeed, NodeId node, MaintainerEpoch epoch, long checkpointTs, long nowMillis) {}

    /** The maintainer runs again after a move; it started at {@code takeOverCheckpoint}. */
    default void moveCompleted(
            ChangefeedId changefeed, NodeId node, MoveOutcome outcome, long takeOverCheckpoint, long nowMillis) {}

    /** A maintainer owns the changefeed and runs. */
    default void ownerChanged(
            ChangefeedId changefeed, NodeId node, MaintainerEpoch epoch, String reason, long nowMillis) {}

    /** Another node is being emptied, or none any more. */
    default void drainChanged(DrainTarget target, long nowMillis) {}

    /** Nothing is on the node that was emptied, for the first time under this epoch. */
    default void drained(DrainTarget target, long nowMillis) {}

    /** A member that a maintainer does not hear is expelled. */
    default void expelled(NodeId node, long nowMillis) {}

    /** A report or a request had no effect. */
    default void reportRefused(String kind, String reason) {}
}
