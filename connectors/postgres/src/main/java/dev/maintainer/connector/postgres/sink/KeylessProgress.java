package dev.maintainer.connector.postgres.sink;

import dev.maintainer.connector.postgres.catalog.KeylessKey;
import org.jspecify.annotations.Nullable;

/**
 * Which rows of a table without a key are in the sink: those of all changes up to a place in the log, and of none behind it. It is
 * durable with these rows. Immutable.
 *
 * @param ts the position of the last change that was written, or of the copy; 0 if there is nothing
 * @param place behind all changes of that position that were written; 0 if there is none
 * @param copied the end of the copy with which the table began; null if it was not copied, or the copy is not complete
 */
record KeylessProgress(long ts, long place, KeylessKey.@Nullable CopyEnds copied) {
    /** Of a table of which nothing was written, and of those that have keys. */
    static final KeylessProgress NONE = new KeylessProgress(0, 0, null);

    /**
     * Reads what {@link #text} has written.
     *
     * @param text null for nothing
     * @throws IllegalArgumentException if it is no such text
     */
    static KeylessProgress parse(@Nullable String text) {
        if (text == null) {
            return NONE;
        }
        String[] parts = text.split("[. ]", 3);
        if (parts.length < 2) {
            throw new IllegalArgumentException("'" + text + "' is no place in a log");
        }
        return new KeylessProgress(
                Long.parseLong(parts[0]),
                Long.parseLong(parts[1]),
                parts.length < 3 ? null : (KeylessKey.CopyEnds) KeylessKey.parse(parts[2]));
    }

    /** As it is kept in the sink; null for nothing. */
    @Nullable
    String text() {
        return equals(NONE) ? null : ts + "." + place + (copied == null ? "" : " " + copied.text());
    }

    /** Whether a change was written already. */
    boolean has(long commitTs, long number) {
        return commitTs < ts || (commitTs == ts && number < place);
    }

    /** Whether what a change has done is in the copy. */
    boolean isCopied(long commitTs, long xid) {
        return copied != null && copied.seen().has(commitTs, xid);
    }

    /** One more change was written, or need not be. */
    KeylessProgress behind(long commitTs, long number) {
        return new KeylessProgress(commitTs, number + 1, copied);
    }
}
