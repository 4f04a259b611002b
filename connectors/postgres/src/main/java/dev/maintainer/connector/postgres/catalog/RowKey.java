package dev.maintainer.connector.postgres.catalog;

import org.jspecify.annotations.Nullable;

/** The values of the key of a row, by which rows of one table can be looked up. Immutable; thread-safe. */
public final class RowKey {
    private static final int FACTOR = 31;

    private final RowValues values;
    private final int[] key;
    private final int hash;

    /**
     * The key of a row.
     *
     * @param values at least those of the key
     * @param key the places of the columns of the key
     */
    RowKey(RowValues values, int[] key) {
        this.values = values;
        this.key = key;
        int sum = 0;
        byte[] bytes = values.bytes();
        for (int column : key) {
            sum = FACTOR * sum + values.length(column);
            int start = values.start(column);
            for (int at = start; at < start + values.length(column); at++) {
                sum = FACTOR * sum + bytes[at];
            }
        }
        this.hash = sum;
    }

    @Override
    public boolean equals(@Nullable Object object) {
        if (!(object instanceof RowKey other) || hash != other.hash || key.length != other.key.length) {
            return false;
        }
        for (int column : key) {
            if (!values.isSame(column, other.values)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int hashCode() {
        return hash;
    }

    @Override
    public String toString() {
        return "RowKey of " + values;
    }
}
