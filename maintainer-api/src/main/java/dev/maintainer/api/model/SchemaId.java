package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * Identity of a schema (database). Zero belongs to the DDL trigger dispatcher.
 *
 * @param value at least 0
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record SchemaId(long value) implements Comparable<SchemaId> {
    /** The schema id of the DDL trigger dispatcher. */
    public static final SchemaId DDL = new SchemaId(0);

    /**
     * Refuses negative ids.
     *
     * @param value at least 0
     * @throws IllegalArgumentException if it is negative
     */
    public SchemaId {
        if (value < 0) {
            throw new IllegalArgumentException("schema id " + value + " is negative");
        }
    }

    @Override
    public int compareTo(SchemaId other) {
        return Long.compare(value, other.value);
    }

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
