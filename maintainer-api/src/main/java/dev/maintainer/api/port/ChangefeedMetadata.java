package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;

/**
 * What the cluster remembers of a changefeed.
 *
 * @param changefeed the changefeed, which is its pipeline into the sink
 * @param epoch the present ownership; never decreases
 * @param checkpointTs the last persisted checkpoint; a TSO; never decreases
 * @param state what people want of it
 * @param scheduler the scheduler that people have chosen for it; empty if nobody has
 * @param redo whether it keeps a redo log; decided when it is created
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record ChangefeedMetadata(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        long checkpointTs,
        DesiredState state,
        String scheduler,
        boolean redo) {
    /**
     * Makes that of a changefeed for which nobody has chosen a scheduler, and that keeps no redo log.
     *
     * @param changefeed the changefeed, which is its pipeline into the sink
     * @param epoch the present ownership; never decreases
     * @param checkpointTs the last persisted checkpoint; a TSO; never decreases
     * @param state what people want of it
     */
    public ChangefeedMetadata(ChangefeedId changefeed, MaintainerEpoch epoch, long checkpointTs, DesiredState state) {
        this(changefeed, epoch, checkpointTs, state, "", false);
    }

    /** What people want. */
    public enum DesiredState {
        /** Replicate. */
        RUN,
        /** Stand still, with nothing running, until it shall run again from its checkpoint. */
        PAUSE,
        /** Be removed, for good. */
        REMOVE
    }

    /**
     * {@return the same with another epoch}
     *
     * @param newEpoch at least the present one
     */
    public ChangefeedMetadata withEpoch(MaintainerEpoch newEpoch) {
        return new ChangefeedMetadata(changefeed, newEpoch, checkpointTs, state, scheduler, redo);
    }

    /**
     * {@return the same with another checkpoint}
     *
     * @param newCheckpointTs a TSO, at least the present one
     */
    public ChangefeedMetadata withCheckpointTs(long newCheckpointTs) {
        return new ChangefeedMetadata(changefeed, epoch, newCheckpointTs, state, scheduler, redo);
    }

    /**
     * {@return the same with another desired state}
     *
     * @param newState what people want now
     */
    public ChangefeedMetadata withState(DesiredState newState) {
        return new ChangefeedMetadata(changefeed, epoch, checkpointTs, newState, scheduler, redo);
    }
}
