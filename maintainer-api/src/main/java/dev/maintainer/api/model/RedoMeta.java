package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * What a redo log promises: with the sink at {@code checkpointTs} and the log from there to {@code resolvedTs}, the
 * state of the upstream at {@code resolvedTs} can be restored. Both only rise.
 *
 * @param checkpointTs everything up to it, inclusive, is durable in the sink; a TSO, at least 1
 * @param resolvedTs everything up to it, inclusive, is durable in the redo log; a TSO, at least 1
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record RedoMeta(long checkpointTs, long resolvedTs) {
    /**
     * Refuses zero and infinite times: the first says nothing, the second would let everything pass.
     *
     * @param checkpointTs everything up to it, inclusive, is durable in the sink; a TSO, at least 1
     * @param resolvedTs everything up to it, inclusive, is durable in the redo log; a TSO, at least 1
     * @throws IllegalArgumentException if a time is below 1 or {@link Long#MAX_VALUE}
     */
    public RedoMeta {
        if (checkpointTs < 1 || checkpointTs == Long.MAX_VALUE || resolvedTs < 1 || resolvedTs == Long.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "bad redo meta: checkpoint " + checkpointTs + ", resolved " + resolvedTs);
        }
    }

    /**
     * The higher of each value: both are facts, whoever reported them.
     *
     * @param other the promise to join with
     * @return neither of its times is less than before
     */
    public RedoMeta max(RedoMeta other) {
        return new RedoMeta(Math.max(checkpointTs, other.checkpointTs), Math.max(resolvedTs, other.resolvedTs));
    }
}
