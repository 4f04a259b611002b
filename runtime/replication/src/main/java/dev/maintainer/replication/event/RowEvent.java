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
 * @param content what it says of the row
 * @param definition the definition that the table has for it, an opaque text: that of the last DDL before it that gave the
 *     table one; null if none did. Rows share the object
 */
public record RowEvent(
        long commitTs,
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
        D
    }

    /** Refuses a row without content, and a deletion with content. */
    public RowEvent {
        if (content.hasRow() == (op == Op.D)) {
            throw new IllegalArgumentException(
                    "row event " + op + " of key '" + content.key() + "' with row " + content.row());
        }
    }

    /**
     * A change that is told by texts.
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
        this(commitTs, table, op, new TextContent(key, order, row), definition);
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
        return new RowEvent(commitTs, table, op, content, other);
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
                        && table.equals(event.table)
                        && op == event.op
                        && key().equals(event.key())
                        && Objects.equals(order(), event.order())
                        && Objects.equals(row(), event.row())
                        && Objects.equals(definition, event.definition));
    }

    @Override
    public int hashCode() {
        return Objects.hash(commitTs, table, op, key());
    }

    @Override
    public String toString() {
        return "RowEvent[commitTs=" + commitTs + ", table=" + table + ", op=" + op + ", key=" + key() + ", order="
                + order() + ", row=" + row() + ", definition=" + definition + "]";
    }
}
