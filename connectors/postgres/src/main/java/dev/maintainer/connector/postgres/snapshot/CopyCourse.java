package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What of a span is still to be copied: the parts that the sink lacks, one after the other, each by the key of its table. What was read
 * of the present part is known by the last key in the order of the server; whether that says anything about the rows before a
 * position is up to whoever has read them. Pure; used by one thread at a time.
 */
final class CopyCourse {
    private final TableSpan span;
    /** Ascending; the first one is being read. */
    private final Deque<TableSpan> missing = new ArrayDeque<>();

    private @Nullable List<String> lastKey;

    /**
     * Nothing is read yet.
     *
     * @param there parts of the span whose rows are in the sink, ascending and apart from each other
     */
    CopyCourse(TableSpan span, List<TableSpan> there) {
        this.span = span;
        SpanBound from = span.start();
        for (TableSpan part : there) {
            add(from, part.start());
            from = later(from, part.end());
        }
        add(from, span.end());
    }

    private void add(SpanBound start, SpanBound end) {
        SpanBound within = end.compareTo(span.end()) < 0 ? end : span.end();
        if (start.compareTo(within) < 0) {
            missing.addLast(new TableSpan(span.table(), start, within));
        }
    }

    private static SpanBound later(SpanBound one, SpanBound other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Whether there is nothing more to read. */
    boolean isRead() {
        return missing.isEmpty();
    }

    /** The part that is read now; there is one. */
    TableSpan part() {
        return missing.getFirst();
    }

    /** The key behind which it is read on; null at its beginning. */
    @Nullable
    List<String> lastKey() {
        return lastKey;
    }

    /** Everything before it was read, or was there. */
    SpanBound readTo() {
        return missing.isEmpty() ? span.end() : missing.getFirst().start();
    }

    /**
     * Some rows of the present part were read.
     *
     * @param last the key of the last one
     */
    void read(List<String> last) {
        lastKey = last;
    }

    /** All rows of the present part were read. */
    void partEnds() {
        missing.removeFirst();
        lastKey = null;
    }
}
