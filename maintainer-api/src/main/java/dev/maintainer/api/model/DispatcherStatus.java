package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * What a worker reports about one dispatcher.
 *
 * @param dispatcher the one that is reported
 * @param state what it says about itself
 * @param checkpointTs a TSO, or 0 if the worker does not know the dispatcher (any more)
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record DispatcherStatus(DispatcherId dispatcher, ComponentState state, long checkpointTs) {
    /**
     * Refuses negative and infinite checkpoints.
     *
     * @param dispatcher the one that is reported
     * @param state what it says about itself
     * @param checkpointTs a TSO, or 0
     * @throws IllegalArgumentException if the checkpoint is negative or {@link Long#MAX_VALUE}
     */
    public DispatcherStatus {
        if (checkpointTs < 0 || checkpointTs == Long.MAX_VALUE) {
            throw new IllegalArgumentException("bad checkpoint " + checkpointTs + " of dispatcher " + dispatcher);
        }
    }
}
