package dev.maintainer.connector.postgres.wal;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Values of rows as a server tells them. */
public final class Tuples {
    /** A large value that was not changed. */
    public static final String UNCHANGED = "(unchanged)";

    private Tuples() {}

    public static Tuple of(@Nullable String... values) {
        ByteArrayOutputStream message = new ByteArrayOutputStream();
        int[] places = new int[2 * values.length];
        for (int i = 0; i < values.length; i++) {
            @Nullable String value = values[i];
            places[2 * i] = message.size();
            if (value == null) {
                places[2 * i + 1] = Tuple.NULL_LENGTH;
            } else if (value.equals(UNCHANGED)) {
                places[2 * i + 1] = Tuple.UNCHANGED_LENGTH;
            } else {
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                message.writeBytes(bytes);
                places[2 * i + 1] = bytes.length;
            }
        }
        return new Tuple(message.toByteArray(), places);
    }
}
