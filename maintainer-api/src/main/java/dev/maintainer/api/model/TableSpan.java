package dev.maintainer.api.model;

/** Half-open key range {@code [start, end)} of one table: what one dispatcher replicates. */
public record TableSpan(TableId table, SpanBound start, SpanBound end) implements Comparable<TableSpan> {
    /** The span of the DDL trigger dispatcher. */
    public static final TableSpan DDL = whole(TableId.DDL);

    /** Refuses empty and inverted ranges. */
    public TableSpan {
        if (start.compareTo(end) >= 0) {
            throw new IllegalArgumentException("span of table " + table + " is empty: [" + start + ", " + end + ")");
        }
    }

    /** The span that covers a whole table. */
    public static TableSpan whole(TableId table) {
        return new TableSpan(table, SpanBound.LOWEST, SpanBound.HIGHEST);
    }

    /** Whether this span covers its whole table. */
    public boolean isWhole() {
        return start.equals(SpanBound.LOWEST) && end.equals(SpanBound.HIGHEST);
    }

    /** Whether both spans share at least one key. */
    public boolean overlaps(TableSpan other) {
        return table.equals(other.table) && start.compareTo(other.end) < 0 && other.start.compareTo(end) < 0;
    }

    /** Whether every key of {@code other} is in this span. */
    public boolean covers(TableSpan other) {
        return table.equals(other.table) && start.compareTo(other.start) <= 0 && other.end.compareTo(end) <= 0;
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
