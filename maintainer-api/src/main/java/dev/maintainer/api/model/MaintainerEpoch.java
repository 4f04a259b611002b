package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * Generation of a changefeed's ownership. Persisted before any ownership change, stamped into every command, and
 * checked by every receiver. Starts at 1; there is no unfenced epoch 0.
 *
 * @param value at least 1
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record MaintainerEpoch(long value) implements Comparable<MaintainerEpoch> {
    /**
     * Refuses epochs below 1.
     *
     * @param value at least 1
     * @throws IllegalArgumentException if it is less
     */
    public MaintainerEpoch {
        if (value < 1) {
            throw new IllegalArgumentException("epoch " + value + " must be at least 1");
        }
    }

    /**
     * {@return the epoch after this one}
     *
     * @throws ArithmeticException if there is none
     */
    public MaintainerEpoch next() {
        return new MaintainerEpoch(Math.addExact(value, 1));
    }

    /**
     * Whether this epoch supersedes {@code other}.
     *
     * @param other the epoch to compare with
     * @return true if this one is higher; no epoch supersedes itself
     */
    public boolean isNewerThan(MaintainerEpoch other) {
        return value > other.value;
    }

    @Override
    public int compareTo(MaintainerEpoch other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
