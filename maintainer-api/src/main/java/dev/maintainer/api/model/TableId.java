package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * Identity of one physical table. A table that is dropped and created again under the same name gets a new id. Zero
 * stands for the span of the DDL trigger dispatcher.
 *
 * @param value at least 0
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record TableId(long value) implements Comparable<TableId> {
    /** The table id of the DDL trigger dispatcher. */
    public static final TableId DDL = new TableId(0);

    /**
     * Refuses negative ids.
     *
     * @param value at least 0
     * @throws IllegalArgumentException if it is negative
     */
    public TableId {
        if (value < 0) {
            throw new IllegalArgumentException("table id " + value + " is negative");
        }
    }

    @Override
    public int compareTo(TableId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
