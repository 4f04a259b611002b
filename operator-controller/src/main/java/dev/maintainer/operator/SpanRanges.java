package dev.maintainer.operator;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.SpanPart;
import java.util.HashSet;
import java.util.List;

/** How ranges of one table lie to each other. */
final class SpanRanges {
    private SpanRanges() {}

    /** Whether these are at least two ranges of one table, each of which begins where the one before ends. */
    static boolean adjoin(List<TableSpan> ranges) {
        for (int i = 1; i < ranges.size(); i++) {
            if (!ranges.get(i - 1).adjoins(ranges.get(i))) {
                return false;
            }
        }
        return ranges.size() > 1;
    }

    /** Whether these parts, all with different ids, are the whole. */
    static boolean divide(TableSpan whole, List<SpanPart> parts) {
        List<TableSpan> ranges = parts.stream().map(SpanPart::span).toList();
        boolean distinct =
                new HashSet<>(parts.stream().map(SpanPart::dispatcher).toList()).size() == parts.size();
        return distinct && adjoin(ranges) && hull(ranges).equals(whole);
    }

    /** From the start of the first to the end of the last. */
    static TableSpan hull(List<TableSpan> ranges) {
        TableSpan first = ranges.get(0);
        return new TableSpan(
                first.table(), first.start(), ranges.get(ranges.size() - 1).end());
    }
}
