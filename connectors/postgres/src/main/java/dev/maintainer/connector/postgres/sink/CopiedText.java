package dev.maintainer.connector.postgres.sink;

import dev.maintainer.connector.postgres.catalog.RowValues;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows as {@code COPY} reads them in its text format. Used by one thread. */
final class CopiedText {
    private static final Logger LOG = LoggerFactory.getLogger(CopiedText.class);

    private static final int FULL_BYTES = 64 << 10;
    private static final int FIRST_BYTES = FULL_BYTES + (8 << 10);
    /** The longest of what stands for null, and a separator. */
    private static final int SEPARATED = 3;

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
            int place = places[i];
            int count = row.length(place);
            if (count < 0) {
                reserve(SEPARATED);
                escaped('N');
            } else {
                append(row.bytes(), row.start(place), count);
            }
            bytes[length++] = (byte) (i + 1 < places.length ? '\t' : '\n');
        }
        if (length >= FULL_BYTES) {
            send();
        }
    }

    private void send() throws SQLException {
        copy.writeToCopy(bytes, 0, length);
        length = 0;
    }

    /** There is room for a separator behind it. Of letters beyond ASCII no byte is escaped: all of them are negative. */
    private void append(byte[] from, int start, int count) {
        int escapes = 0;
        for (int at = start; at < start + count; at++) {
            escapes += isEscaped(from[at]) ? 1 : 0;
        }
        reserve(Math.addExact(Math.addExact(count, escapes), SEPARATED));
        if (escapes == 0) {
            System.arraycopy(from, start, bytes, length, count);
            length += count;
            return;
        }
        for (int at = start; at < start + count; at++) {
            byte each = from[at];
            switch (each) {
                case '\\' -> escaped('\\');
                case '\n' -> escaped('n');
                case '\r' -> escaped('r');
                case '\t' -> escaped('t');
                default -> bytes[length++] = each;
            }
        }
    }

    private static boolean isEscaped(byte each) {
        return each == '\\' || each == '\n' || each == '\r' || each == '\t';
    }

    private void escaped(char letter) {
        bytes[length++] = '\\';
        bytes[length++] = (byte) letter;
    }

    private void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, more)));
        }
    }
}
