package dev.maintainer.dispatcher;

import dev.maintainer.api.model.Watermark;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The progress of all dispatchers of one changefeed here, as a lower bound that is cheap to keep.
 *
 * <p>Each insertion is folded in at once and raises the sequence, so the bound always includes every dispatcher that
 * was ever inserted before its sequence; checkpoints never decrease, so it stays a bound. Only a recomputation over all
 * raises it.
 */
final class NodeWatermark {
    private long seq;
    private long checkpointTs = Long.MAX_VALUE;
    private long resolvedTs = Long.MAX_VALUE;

    /** A dispatcher has been inserted. */
    void inserted(HostedDispatcher dispatcher) {
        include(dispatcher);
        seq++;
    }

    /** Lowers the bound to a checkpoint that a status of the same heartbeat reports. */
    void include(long statusCheckpointTs) {
        checkpointTs = Math.min(checkpointTs, statusCheckpointTs);
        if (resolvedTs == Long.MAX_VALUE) {
            resolvedTs = checkpointTs;
        }
    }

    /**
     * Starts again from the dispatchers that are here now.
     *
     * @param states is counted anew in the same pass: there are many
     */
    void recompute(Collection<HostedDispatcher> dispatchers, HostedStates states) {
        checkpointTs = Long.MAX_VALUE;
        resolvedTs = Long.MAX_VALUE;
        states.clear();
        for (HostedDispatcher dispatcher : dispatchers) {
            include(dispatcher);
            states.add(dispatcher);
        }
    }

    private void include(HostedDispatcher dispatcher) {
        // The checkpoint first: both rise concurrently, and resolved must not be read below the checkpoint.
        long checkpoint = dispatcher.checkpointTs();
        long resolved = Math.max(checkpoint, dispatcher.resolvedTs());
        checkpointTs = Math.min(checkpointTs, checkpoint);
        resolvedTs = Math.min(resolvedTs, resolved);
    }

    /** The bound as a message carries it; null if nothing counts. */
    @Nullable
    Watermark current() {
        return checkpointTs == Long.MAX_VALUE ? null : new Watermark(checkpointTs, resolvedTs, seq);
    }
}
