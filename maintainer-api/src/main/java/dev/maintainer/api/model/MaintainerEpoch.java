package dev.maintainer.api.model;

/**
 * Generation of a changefeed's ownership. Persisted before any ownership change, stamped into every command, and
 * checked by every receiver. Starts at 1; there is no unfenced epoch 0.
 */
public record MaintainerEpoch(long value) implements Comparable<MaintainerEpoch> {
    /** Refuses epochs below 1. */
    public MaintainerEpoch {
        if (value < 1) {
            throw new IllegalArgumentException("epoch " + value + " must be at least 1");
        }
    }

    /** The epoch after this one. */
    public MaintainerEpoch next() {
        return new MaintainerEpoch(Math.addExact(value, 1));
    }

    /** Whether this epoch supersedes {@code other}. */
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
