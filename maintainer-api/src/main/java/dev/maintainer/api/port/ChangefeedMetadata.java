package dev.maintainer.api.port;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;

/**
 * What the cluster remembers of a changefeed.
 *
 * @param epoch the present ownership; never decreases
 * @param checkpointTs the last persisted checkpoint; a TSO; never decreases
 * @param state what people want of it
 */
public record ChangefeedMetadata(
        ChangefeedId changefeed, MaintainerEpoch epoch, long checkpointTs, DesiredState state) {
    /** What people want. */
    public enum DesiredState {
        /** Replicate. */
        RUN,
        /** Be removed, for good. */
        REMOVE
    }

    /** With another epoch. */
    public ChangefeedMetadata withEpoch(MaintainerEpoch newEpoch) {
        return new ChangefeedMetadata(changefeed, newEpoch, checkpointTs, state);
    }

    /** With another checkpoint. */
    public ChangefeedMetadata withCheckpointTs(long newCheckpointTs) {
        return new ChangefeedMetadata(changefeed, epoch, newCheckpointTs, state);
    }

    /** With another desired state. */
    public ChangefeedMetadata withState(DesiredState newState) {
        return new ChangefeedMetadata(changefeed, epoch, checkpointTs, newState);
    }
}
