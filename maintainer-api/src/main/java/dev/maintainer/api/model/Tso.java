package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * The time of a change: physical milliseconds since the epoch in the upper 46 bits, a counter in the lower 18.
 *
 * <p>Kept as a plain {@code long} everywhere, because it is on every hot path.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public final class Tso {
    private static final int COUNTER_BITS = 18;

    private Tso() {}

    /**
     * Composes a TSO; nothing is checked.
     *
     * @param physicalMillis milliseconds since the epoch, at least 0 and below 2<sup>45</sup>
     * @param counter at least 0 and below 2<sup>18</sup>
     * @return the TSO
     */
    public static long of(long physicalMillis, long counter) {
        return physicalMillis << COUNTER_BITS | counter;
    }

    /**
     * {@return the physical part of a TSO, in milliseconds since the epoch}
     *
     * @param tso a TSO
     */
    public static long physicalMillis(long tso) {
        return tso >>> COUNTER_BITS;
    }
}
