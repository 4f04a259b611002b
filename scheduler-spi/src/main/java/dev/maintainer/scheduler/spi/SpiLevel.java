package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * A level of the planner contract. It rises when the meaning of a snapshot or of a decision changes, not with every
 * release. Level 1: the original contract. Level 2: {@link NodeView} has labels. Level 3: spans can be split and
 * merged, and snapshots have their loads. Level 4: tables have names and can be found by them, keys of a configuration
 * can be patterns, {@link NodeView} says why a node is not eligible, and moves can restore constraints.
 *
 * @param value 1 or more
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.EITHER)
public record SpiLevel(int value) implements Comparable<SpiLevel> {
    /** The oldest level that this release still supports. */
    public static final SpiLevel OLDEST = new SpiLevel(1);

    /**
     * The newest level that this release supports. For hosts and kits: a plug-in writes the number that it was built
     * for, as this constant has the value of the release that it runs with.
     */
    public static final SpiLevel CURRENT = new SpiLevel(4);

    /**
     * Refuses values below 1.
     *
     * @param value 1 or more
     * @throws IllegalArgumentException if it is less
     */
    public SpiLevel {
        if (value < 1) {
            throw new IllegalArgumentException("level " + value + " of the scheduler contract; levels start with 1");
        }
    }

    /**
     * {@return the level of this number}
     *
     * @param value 1 or more
     * @throws IllegalArgumentException if it is less
     */
    public static SpiLevel of(int value) {
        return new SpiLevel(value);
    }

    @Override
    public int compareTo(SpiLevel other) {
        return Integer.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Integer.toString(value);
    }
}
