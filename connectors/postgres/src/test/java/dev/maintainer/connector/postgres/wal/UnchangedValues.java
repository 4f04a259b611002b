package dev.maintainer.connector.postgres.wal;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Rows of which a large value is not told. */
public final class UnchangedValues {
    private UnchangedValues() {}

    /** A row with these values, less the one at a place, from 0. */
    public static Tuple tuple(int untold, @Nullable String... values) {
        StringBuilder all = new StringBuilder();
        int[] places = new int[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            String value = i == untold ? null : values[i];
            places[2 * i] = all.toString().getBytes(StandardCharsets.UTF_8).length;
            places[2 * i + 1] = i == untold
                    ? Tuple.UNCHANGED_LENGTH
                    : value == null ? Tuple.NULL_LENGTH : value.getBytes(StandardCharsets.UTF_8).length;
            all.append(value == null ? "" : value);
        }
        return new Tuple(all.toString().getBytes(StandardCharsets.UTF_8), places);
    }
}
