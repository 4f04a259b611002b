package dev.maintainer.core.changefeed;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.List;

/** Which parts of a table nobody covers. */
final class Coverage {
    private Coverage() {}

    /** The ranges of {@code table} that no span of {@code covered} contains, in order. The spans may overlap. */
    static List<TableSpan> holes(TableId table, List<TableSpan> covered) {
        List<TableSpan> sorted = new ArrayList<>(covered);
        sorted.sort(TableSpan::compareTo);
        List<TableSpan> holes = new ArrayList<>();
        SpanBound reached = SpanBound.LOWEST;
        for (TableSpan span : sorted) {
            if (reached.compareTo(span.start()) < 0) {
                holes.add(new TableSpan(table, reached, span.start()));
            }
            if (reached.compareTo(span.end()) < 0) {
                reached = span.end();
            }
        }
        if (reached.compareTo(SpanBound.HIGHEST) < 0) {
            holes.add(new TableSpan(table, reached, SpanBound.HIGHEST));
        }
        return holes;
    }
}
