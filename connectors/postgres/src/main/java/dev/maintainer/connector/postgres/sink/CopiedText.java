package dev.maintainer.connector.postgres.sink;

import dev.maintainer.connector.postgres.catalog.RowValues;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows as {@code COPY} reads them in its text format. Used by one thread. */
final class CopiedText {
    private static final Logger LOG = LoggerFactory.getLogger(CopiedText.class);

    private static final int FULL_BYTES = 64 << 10;
    private static final int FIRST_BYTES = FULL_BYTES + (8 << 10);
    private static final int ASCII = 0x80;

    private final CopyIn copy;
    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;

    private CopiedText(CopyIn copy) {
        this.copy = copy;
    }

    /**
     * Writes rows in the transaction of a connection.
     *
     * @param sql the statement
     * @param places of the columns, in its order
     */
    static void write(Connection connection, String sql, int[] places, List<RowValues> rows) throws SQLException {
        CopyIn copy = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql);
        boolean isComplete = false;
        try {
            CopiedText text = new CopiedText(copy);
            for (RowValues row : rows) {
                text.append(row, places);
            }
            text.send();
            copy.endCopy();
            isComplete = true;
        } finally {
            if (!isComplete) {
                cancel(copy);
            }
        }
    }

    /** What has ended it counts, and not what comes of that. */
    private static void cancel(CopyIn copy) {
        try {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        } catch (SQLException e) {
            LOG.debug("a COPY that has failed cannot be cancelled", e);
        }
    }

    private void append(RowValues row, int[] places) throws SQLException {
        for (int i = 0; i < places.length; i++) {
            append(row.text(places[i]));
            append(i + 1 < places.length ? '\t' : '\n');
        }
        if (length >= FULL_BYTES) {
            send();
        }
    }

    private void send() throws SQLException {
        copy.writeToCopy(bytes, 0, length);
        length = 0;
    }

    private void append(@Nullable String value) {
        if (value == null) {
            escaped('N');
            return;
        }
        reserve(value.length());
        for (int i = 0; i < value.length(); i++) {
            char each = value.charAt(i);
            switch (each) {
                case '\\' -> escaped('\\');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                case '\t' -> escaped('t');
                default -> {
                    if (each >= ASCII) {
                        int from = i;
                        while (i + 1 < value.length() && value.charAt(i + 1) >= ASCII) {
                            i++;
                        }
                        encoded(value.substring(from, i + 1));
                    } else {
                        append(each);
                    }
                }
            }
        }
    }

    private void encoded(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        reserve(utf8.length);
        System.arraycopy(utf8, 0, bytes, length, utf8.length);
        length += utf8.length;
    }

    private void escaped(char letter) {
        append('\\');
        append(letter);
    }

    private void append(char ascii) {
        reserve(1);
        bytes[length++] = (byte) ascii;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
        }
    }
}
