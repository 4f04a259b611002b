package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;

/**
 * How much of a changefeed is still on the node that is being emptied.
 *
 * @param epoch of the drain target that the maintainer follows; 0 if it has heard of none
 * @param spans that are bound to the node, and unclaimed dispatchers there; 0 if no node is emptied
 * @param operators that come from the node, go to it or wait for it, and have not ended; 0 if no node is emptied
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record DrainProgress(long epoch, int spans, int operators) {
    /** The progress of a maintainer that has not heard of any drain. */
    public static final DrainProgress NONE = new DrainProgress(0, 0, 0);

    /**
     * Refuses negative numbers, which could hide what other changefeeds have left there.
     *
     * @param epoch of the drain target that the maintainer follows; 0 if it has heard of none
     * @param spans that are bound to the node, and unclaimed dispatchers there; 0 if no node is emptied
     * @param operators that come from the node, go to it or wait for it, and have not ended; 0 if no node is emptied
     * @throws IllegalArgumentException if a number is negative
     */
    public DrainProgress {
        if (epoch < 0 || spans < 0 || operators < 0) {
            throw new IllegalArgumentException("drain progress cannot be negative: epoch " + epoch + ", spans " + spans
                    + ", operators " + operators);
        }
    }
}
