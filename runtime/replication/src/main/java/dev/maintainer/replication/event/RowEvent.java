package dev.maintainer.replication.event;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A change of one row. Two events that say the same are equal, in whatever form they have it.
 *
 * @param commitTs when it was committed; a position
 * @param number which one of the changes of its key at that position it is: a later one has a higher number, which is the same whenever the
 *     row is read. 0 if the source tells only the last of them, which it may
 * @param content what it says of the row
 * @param definition the definition that the table has for it, an opaque text: that of the last DDL before it that gave the
 *     table one; null if none did. Rows share the object
 */
public record RowEvent(
        long commitTs,
        long number,
        TableId table,
        Op op,
        RowContent content,
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
        if (content.hasRow() == (op == Op.D)) {
            throw new IllegalArgumentException(
                    "row event " + op + " of key '" + content.key() + "' with row " + content.row());
        }
    }

    /**
     * A change that is told by texts, the last one of its key at its position.
     *
     * @param key see {@link #key}
     * @param order see {@link #order}
     * @param row see {@link #row}
     */
    public RowEvent(
            long commitTs,
            TableId table,
            Op op,
            String key,
            @Nullable SpanBound order,
            @Nullable String row,
            @Nullable String definition) {
        this(commitTs, 0, table, op, new TextContent(key, order, row), definition);
    }

    /** The last change of its key at its position. */
    public RowEvent(long commitTs, TableId table, Op op, RowContent content, @Nullable String definition) {
        this(commitTs, 0, table, op, content, definition);
    }

    /** A change of a row whose key is ordered by its text, of a table without a definition. */
    public RowEvent(long commitTs, TableId table, Op op, String key, @Nullable String row) {
        this(commitTs, table, op, key, null, row, null);
    }

    /** {@return which row of the table it is, as text: the same text for the same row, always} */
    public String key() {
        return content.key();
    }

    /** {@return the bytes by which rows are ordered, as unsigned bytes; null if that is the UTF-8 form of the key} */
    public @Nullable SpanBound order() {
        return content.order();
    }

    /** {@return the new row as compact JSON; null if the row was deleted} It may be made anew each time. */
    public @Nullable String row() {
        return content.row();
    }

    /** The same change under another definition of its table. */
    public RowEvent under(@Nullable String other) {
        return new RowEvent(commitTs, number, table, op, content, other);
    }

    /** The same change as one of several of its key at its position. */
    public RowEvent numbered(long which) {
        return which == number ? this : new RowEvent(commitTs, which, table, op, content, definition);
    }

    /** Whether it comes after another change of the same key. The same change, read again, does not. */
    public boolean isLaterThan(RowEvent other) {
        return commitTs > other.commitTs || (commitTs == other.commitTs && number > other.number);
    }

    /** The position right before the row. */
    public SpanBound position() {
        SpanBound order = order();
        return order == null ? SpanBound.before(key()) : order;
    }

    /** Whether the row is within a span of its table. */
    public boolean isWithin(TableSpan span) {
        if (span.isWhole()) {
            return true;
        }
        SpanBound position = position();
        return span.start().compareTo(position) <= 0 && position.compareTo(span.end()) < 0;
    }

    /** About its size: bytes of what it says. */
    public int size() {
        return content.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof RowEvent event
                        && commitTs == event.commitTs
                        && number == event.number
                        && table.equals(event.table)
                        && op == event.op
                        && key().equals(event.key())
                        && Objects.equals(order(), event.order())
                        && Objects.equals(row(), event.row())
                        && Objects.equals(definition, event.definition));
    }

    @Override
    public int hashCode() {
        return Objects.hash(commitTs, number, table, op, key());
    }

    @Override
    public String toString() {
        return "RowEvent[commitTs=" + commitTs + ", number=" + number + ", table=" + table + ", op=" + op + ", key="
                + key() + ", order=" + order() + ", row=" + row() + ", definition=" + definition + "]";
    }
}
