package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * Progress of all dispatchers of one changefeed on one node.
 *
 * @param checkpointTs everything up to it, inclusive, is durable downstream; a TSO, at least 1
 * @param resolvedTs everything up to it, inclusive, has been received; a TSO, at least {@code checkpointTs}
 * @param seq rises whenever a dispatcher is added on the node; a watermark with sequence {@code s} includes at least
 *     all dispatchers that were added before {@code s}
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record Watermark(long checkpointTs, long resolvedTs, long seq) {
    /**
     * Refuses zero, infinite and inverted watermarks: they would make every minimum wrong.
     *
     * @param checkpointTs everything up to it, inclusive, is durable downstream; a TSO, at least 1
     * @param resolvedTs everything up to it, inclusive, has been received; a TSO, at least {@code checkpointTs}
     * @param seq at least 0
     * @throws IllegalArgumentException if the checkpoint is below 1 or {@link Long#MAX_VALUE}, the resolved time below
     *     it, or the sequence negative
     */
    public Watermark {
        if (checkpointTs < 1 || checkpointTs == Long.MAX_VALUE || resolvedTs < checkpointTs || seq < 0) {
            throw new IllegalArgumentException(
                    "bad watermark: checkpoint " + checkpointTs + ", resolved " + resolvedTs + ", seq " + seq);
        }
    }

    /**
     * Whether a receiver that holds {@code held} takes this one instead: a higher sequence always (it may carry a lower
     * checkpoint, because a new dispatcher replays older data), the same sequence only with more progress: a higher
     * checkpoint or, with the same one, more received.
     *
     * @param held the one that the receiver has
     * @return false if the two are equal
     */
    public boolean supersedes(Watermark held) {
        return seq > held.seq || (seq == held.seq && isFurtherThan(held));
    }

    private boolean isFurtherThan(Watermark held) {
        return checkpointTs > held.checkpointTs || (checkpointTs == held.checkpointTs && resolvedTs > held.resolvedTs);
    }
}
