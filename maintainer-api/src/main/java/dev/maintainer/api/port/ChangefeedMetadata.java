package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;

/**
 * The durable metadata of a changefeed.
 *
 * @param changefeed the changefeed, which is its pipeline into the sink
 * @param epoch the current ownership; never decreases
 * @param checkpointTs the last persisted checkpoint; a TSO; never decreases
 * @param state what users want it to do
 * @param scheduler the scheduler that users have chosen for it; empty if nobody has
 * @param redo whether it keeps a redo log; decided when it is created
 * @param configuration where it reads and writes, and how; decided when it is created
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record ChangefeedMetadata(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        long checkpointTs,
        DesiredState state,
        String scheduler,
        boolean redo,
        ChangefeedConfiguration configuration) {
    /**
     * Creates the metadata of a changefeed without a chosen scheduler, a redo log and a configuration.
     *
     * @param changefeed the changefeed, which is its pipeline into the sink
     * @param epoch the current ownership; never decreases
     * @param checkpointTs the last persisted checkpoint; a TSO; never decreases
     * @param state what users want it to do
     */
    public ChangefeedMetadata(ChangefeedId changefeed, MaintainerEpoch epoch, long checkpointTs, DesiredState state) {
        this(changefeed, epoch, checkpointTs, state, "", false, ChangefeedConfiguration.NONE);
    }

    /** The desired state of a changefeed. */
    public enum DesiredState {
        /** Replicate. */
        RUN,
        /** Be paused, with nothing running, until it is resumed from its checkpoint. */
        PAUSE,
        /** Be removed, for good. */
        REMOVE
    }

    /**
     * {@return the same metadata with another epoch}
     *
     * @param newEpoch at least the current one
     */
    public ChangefeedMetadata withEpoch(MaintainerEpoch newEpoch) {
        return new ChangefeedMetadata(changefeed, newEpoch, checkpointTs, state, scheduler, redo, configuration);
    }

    /**
     * {@return the same metadata with another checkpoint}
     *
     * @param newCheckpointTs a TSO, at least the current one
     */
    public ChangefeedMetadata withCheckpointTs(long newCheckpointTs) {
        return new ChangefeedMetadata(changefeed, epoch, newCheckpointTs, state, scheduler, redo, configuration);
    }

    /**
     * {@return the same metadata with another desired state}
     *
     * @param newState the new desired state
     */
    public ChangefeedMetadata withState(DesiredState newState) {
        return new ChangefeedMetadata(changefeed, epoch, checkpointTs, newState, scheduler, redo, configuration);
    }
}
