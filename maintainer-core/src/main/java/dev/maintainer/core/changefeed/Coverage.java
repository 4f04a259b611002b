package dev.maintainer.core.changefeed;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Which parts of a table are covered: spans that do not overlap. Each question costs O(log n). */
final class Coverage {
    private final TableId table;
    private final TreeMap<SpanBound, TableSpan> byStart = new TreeMap<>();

    Coverage(TableId table) {
        this.table = table;
    }

    /** Whether nothing of a span is covered. */
    boolean isFree(TableSpan span) {
        Map.Entry<SpanBound, TableSpan> before = byStart.lowerEntry(span.end());
        return before == null || before.getValue().end().compareTo(span.start()) <= 0;
    }

    /** Covers a span that is free. */
    void add(TableSpan span) {
        byStart.put(span.start(), span);
    }

    /** The ranges that nothing covers, in order. */
    List<TableSpan> holes() {
        List<TableSpan> holes = new ArrayList<>();
        SpanBound reached = SpanBound.LOWEST;
        for (TableSpan span : byStart.values()) {
            if (reached.compareTo(span.start()) < 0) {
                holes.add(new TableSpan(table, reached, span.start()));
            }
            reached = span.end();
        }
        if (reached.compareTo(SpanBound.HIGHEST) < 0) {
            holes.add(new TableSpan(table, reached, SpanBound.HIGHEST));
        }
        return holes;
    }
}
