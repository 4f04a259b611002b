package dev.maintainer.api.model;

/**
 * What a worker reports about one dispatcher.
 *
 * @param checkpointTs a TSO, or 0 if the worker does not know the dispatcher (any more)
 */
public record DispatcherStatus(DispatcherId dispatcher, ComponentState state, long checkpointTs) {
    /** Refuses negative and infinite checkpoints. */
    public DispatcherStatus {
        if (checkpointTs < 0 || checkpointTs == Long.MAX_VALUE) {
            throw new IllegalArgumentException("bad checkpoint " + checkpointTs + " of dispatcher " + dispatcher);
        }
    }
}
