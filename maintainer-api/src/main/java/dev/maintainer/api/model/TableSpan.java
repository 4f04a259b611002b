package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * Half-open key range {@code [start, end)} of one table: what one dispatcher replicates.
 *
 * @param table the table that it is a part of
 * @param start the position before its first key
 * @param end the position after its last key; after {@code start}
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record TableSpan(TableId table, SpanBound start, SpanBound end) implements Comparable<TableSpan> {
    /** The span of the DDL trigger dispatcher. */
    public static final TableSpan DDL = whole(TableId.DDL);

    /**
     * Refuses empty and inverted ranges.
     *
     * @param table the table that it is a part of
     * @param start the position before its first key
     * @param end the position after its last key; after {@code start}
     * @throws IllegalArgumentException if the start is not before the end
     */
    public TableSpan {
        if (start.compareTo(end) >= 0) {
            throw new IllegalArgumentException("span of table " + table + " is empty: [" + start + ", " + end + ")");
        }
    }

    /**
     * Creates the span that covers a whole table.
     *
     * @param table the table
     * @return a span from {@link SpanBound#LOWEST} to {@link SpanBound#HIGHEST}
     */
    public static TableSpan whole(TableId table) {
        return new TableSpan(table, SpanBound.LOWEST, SpanBound.HIGHEST);
    }

    /** {@return whether this span covers its whole table} */
    public boolean isWhole() {
        return start.equals(SpanBound.LOWEST) && end.equals(SpanBound.HIGHEST);
    }

    /**
     * Whether both spans share at least one key.
     *
     * @param other the span to compare with
     * @return false for spans of different tables, and for adjacent ones
     */
    public boolean overlaps(TableSpan other) {
        return table.equals(other.table) && start.compareTo(other.end) < 0 && other.start.compareTo(end) < 0;
    }

    /**
     * Whether every key of {@code other} is in this span.
     *
     * @param other the span to compare with
     * @return false for spans of different tables; true for the span itself
     */
    public boolean covers(TableSpan other) {
        return table.equals(other.table) && start.compareTo(other.start) <= 0 && other.end.compareTo(end) <= 0;
    }

    /**
     * Whether {@code next} starts where this span ends, so that they could be merged.
     *
     * @param next the span to compare with
     * @return false for spans of different tables, and where this span is the later one
     */
    public boolean adjoins(TableSpan next) {
        return table.equals(next.table) && end.equals(next.start);
    }

    /** By table, then start, then end: narrower spans first. */
    @Override
    public int compareTo(TableSpan other) {
        int byTable = table.compareTo(other.table);
        if (byTable != 0) {
            return byTable;
        }
        int byStart = start.compareTo(other.start);
        return byStart != 0 ? byStart : end.compareTo(other.end);
    }

    @Override
    public String toString() {
        return isWhole() ? "table " + table : "table " + table + " [" + start + ", " + end + ")";
    }
}
