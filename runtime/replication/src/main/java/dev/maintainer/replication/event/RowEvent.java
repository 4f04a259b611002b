package dev.maintainer.replication.event;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import org.jspecify.annotations.Nullable;

/**
 * A change of one row.
 *
 * @param commitTs when it was committed; a position
 * @param number which one of the changes of its key at that position it is: a later one has a higher number, which is the same whenever the
 *     row is read. 0 if the source tells only the last of them, which it may
 * @param key says which row of the table, as text: the same text for the same row, always
 * @param order the bytes by which rows are ordered, as unsigned bytes; null if that is the UTF-8 form of the key
 * @param row the new row as compact JSON; null if the row was deleted
 * @param definition the definition that the table has for it, an opaque text: that of the last DDL before it that gave the
 *     table one; null if none did. Rows share the object
 */
public record RowEvent(
        long commitTs,
        long number,
        TableId table,
        Op op,
        String key,
        @Nullable SpanBound order,
        @Nullable String row,
        @Nullable String definition) {
    /** What happened to the row. */
    public enum Op {
        /** It was inserted. */
        I,
        /** It was changed. */
        U,
        /** It was deleted. */
        D,
        /**
         * It was changed, and its source does not tell all of it: a field of the row whose value is {@code {}} is as it was
         * before. Only {@link dev.maintainer.replication.Sink#takesPartsOfRows some sinks} can do that.
         */
        P
    }

    /** Refuses a row without content, and a deletion with content. */
    public RowEvent {
        if ((row == null) != (op == Op.D)) {
            throw new IllegalArgumentException("row event " + op + " of key '" + key + "' with row " + row);
        }
    }

    /** A change of a row whose key is ordered by its text, of a table without a definition. */
    public RowEvent(long commitTs, TableId table, Op op, String key, @Nullable String row) {
        this(commitTs, table, op, key, null, row, null);
    }

    /** The last change of its key at its position. */
    public RowEvent(
            long commitTs,
            TableId table,
            Op op,
            String key,
            @Nullable SpanBound order,
            @Nullable String row,
            @Nullable String definition) {
        this(commitTs, 0, table, op, key, order, row, definition);
    }

    /** The same change under another definition of its table. */
    public RowEvent under(@Nullable String other) {
        return new RowEvent(commitTs, number, table, op, key, order, row, other);
    }

    /** The same change as one of several of its key at its position. */
    public RowEvent numbered(long which) {
        return new RowEvent(commitTs, which, table, op, key, order, row, definition);
    }

    /** Whether it comes after another change of the same key. The same change, read again, does not. */
    public boolean isLaterThan(RowEvent other) {
        return commitTs > other.commitTs || (commitTs == other.commitTs && number > other.number);
    }

    /** The position right before the row. */
    public SpanBound position() {
        return order == null ? SpanBound.before(key) : order;
    }

    /** Whether the row is within a span of its table. */
    public boolean isWithin(TableSpan span) {
        if (span.isWhole()) {
            return true;
        }
        SpanBound position = position();
        return span.start().compareTo(position) <= 0 && position.compareTo(span.end()) < 0;
    }

    /** Its size: bytes of key and row in UTF-8. */
    public int size() {
        return utf8Length(key) + (row == null ? 0 : utf8Length(row));
    }

    private static int utf8Length(String text) {
        int length = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // Half a surrogate pair has two of the four bytes.
            length += c < 0x80 ? 0 : c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
        }
        return length;
    }
}
