package dev.maintainer.coordinator;

import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;

/** Watches a coordinator. Called on its thread; must return at once. Times are the caller's {@code nowMillis}. */
public interface CoordinatorObserver {
    /** An observer that looks away. */
    CoordinatorObserver NONE = new CoordinatorObserver() {};

    /**
     * The new epoch is durable, and the origin is being asked to stop.
     *
     * @param changefeed which one
     * @param from the origin
     * @param to where its maintainer shall run
     * @param oldEpoch that of the maintainer that has to stop
     * @param newEpoch that of its successor
     * @param nowMillis the coordinator's clock, in milliseconds
     */
    default void moveStarted(
            ChangefeedId changefeed,
            NodeId from,
            NodeId to,
            MaintainerEpoch oldEpoch,
            MaintainerEpoch newEpoch,
            long nowMillis) {}

    /**
     * The one terminal report of the origin was accepted.
     *
     * @param changefeed which one
     * @param node where the maintainer ran
     * @param epoch the maintainer's epoch
     * @param finalStatus what it has left behind
     * @param nowMillis the coordinator's clock, in milliseconds
     */
    default void finalStatusAccepted(
            ChangefeedId changefeed, NodeId node, MaintainerEpoch epoch, FinalStatus finalStatus, long nowMillis) {}

    /**
     * A node is asked, for the first time under this epoch, to host the maintainer.
     *
     * @param changefeed which one
     * @param node the node that is asked
     * @param epoch the epoch to run under
     * @param checkpointTs where the maintainer starts; a TSO
     * @param nowMillis the coordinator's clock, in milliseconds
     */
    default void targetAdded(
            ChangefeedId changefeed, NodeId node, MaintainerEpoch epoch, long checkpointTs, long nowMillis) {}

    /**
     * The maintainer runs again after a move; it started at {@code takeOverCheckpoint}.
     *
     * @param changefeed which one
     * @param node where the maintainer runs now
     * @param outcome whether that is where it was wanted
     * @param takeOverCheckpoint a TSO
     * @param nowMillis the coordinator's clock, in milliseconds
     */
    default void moveCompleted(
            ChangefeedId changefeed, NodeId node, MoveOutcome outcome, long takeOverCheckpoint, long nowMillis) {}

    /**
     * A maintainer owns the changefeed and runs.
     *
     * @param changefeed which one
     * @param node where the maintainer runs
     * @param epoch the ownership under which it runs
     * @param reason in a word, how it came there: {@code placed} or {@code moved}
     * @param nowMillis the coordinator's clock, in milliseconds
     */
    default void ownerChanged(
            ChangefeedId changefeed, NodeId node, MaintainerEpoch epoch, String reason, long nowMillis) {}

    /**
     * Another node is being emptied, or none any more.
     *
     * @param target the node, or none, and the epoch of the change
     * @param nowMillis the coordinator's clock, in milliseconds
     */
    default void drainChanged(DrainTarget target, long nowMillis) {}

    /**
     * Nothing is on the node that was emptied, for the first time under this epoch.
     *
     * @param target the node and the epoch of its drain
     * @param nowMillis the coordinator's clock, in milliseconds
     */
    default void drained(DrainTarget target, long nowMillis) {}

    /**
     * A member that a maintainer does not hear is expelled.
     *
     * @param node the member
     * @param nowMillis the coordinator's clock, in milliseconds
     */
    default void expelled(NodeId node, long nowMillis) {}

    /**
     * A report or a request had no effect.
     *
     * @param kind the kind of the report or request
     * @param reason for people, with the values
     */
    default void reportRefused(String kind, String reason) {}
}
