package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * Up to when all rows of a span are known to be in the sink: a floor for each part of it. It has several parts only as long
 * as spans with unlike progress have been merged into it, and the slowest has not caught up. Immutable.
 */
final class SpanProgress {
    private static final HexFormat HEX = HexFormat.of();

    private final TableSpan span;
    /** Where each part begins, and its floor. */
    private final NavigableMap<SpanBound, Long> floors;

    private SpanProgress(TableSpan span, NavigableMap<SpanBound, Long> floors) {
        this.span = span;
        this.floors = floors;
    }

    /** Nothing is known. */
    static SpanProgress none(TableSpan span) {
        return new SpanProgress(span, new TreeMap<>(Map.of(span.start(), 0L)));
    }

    /**
     * Reads what {@link #text} has written.
     *
     * @throws IllegalArgumentException if it is no such text
     */
    static SpanProgress parse(TableSpan span, String text) {
        NavigableMap<SpanBound, Long> floors = new TreeMap<>();
        for (String part : text.split(",", -1)) {
            int colon = part.indexOf(':');
            if (colon < 0) {
                throw new IllegalArgumentException("the progress of " + span + " has no colon in '" + part + "'");
            }
            floors.put(SpanBound.before(HEX.parseHex(part, 0, colon)), Long.parseLong(part.substring(colon + 1)));
        }
        if (!floors.firstKey().equals(span.start())) {
            throw new IllegalArgumentException("the progress of " + span + " begins at " + floors.firstKey());
        }
        return new SpanProgress(span, floors);
    }

    String text() {
        StringJoiner text = new StringJoiner(",");
        floors.forEach((start, floor) -> text.add(HEX.formatHex(start.bytes()) + ":" + floor));
        return text.toString();
    }

    TableSpan span() {
        return span;
    }

    /** What is known of the part that both share; they share something. */
    SpanProgress within(TableSpan other) {
        SpanBound start = later(span.start(), other.start());
        SpanBound end = span.end().compareTo(other.end()) <= 0 ? span.end() : other.end();
        NavigableMap<SpanBound, Long> shared = new TreeMap<>(floors.subMap(start, true, end, false));
        shared.put(start, floors.floorEntry(start).getValue());
        return new SpanProgress(new TableSpan(span.table(), start, end), shared);
    }

    /** What is left of it beside another span: nothing, one part or two. */
    List<SpanProgress> outside(TableSpan other) {
        List<SpanProgress> left = new ArrayList<>();
        if (span.start().compareTo(other.start()) < 0) {
            left.add(within(new TableSpan(span.table(), span.start(), other.start())));
        }
        if (other.end().compareTo(span.end()) < 0) {
            left.add(within(new TableSpan(span.table(), other.end(), span.end())));
        }
        return left;
    }

    /** This, with what is known of parts of it. */
    SpanProgress with(SpanProgress part) {
        NavigableMap<SpanBound, Long> all = new TreeMap<>(floors);
        if (part.span.end().compareTo(span.end()) < 0) {
            all.put(part.span.end(), all.floorEntry(part.span.end()).getValue());
        }
        all.subMap(part.span.start(), true, part.span.end(), false).clear();
        all.putAll(part.floors);
        return united(all);
    }

    /** All rows up to a position are there. */
    SpanProgress completeTo(long ts) {
        if (lowest() >= ts) {
            return this;
        }
        NavigableMap<SpanBound, Long> raised = new TreeMap<>(floors);
        raised.replaceAll((start, floor) -> Math.max(floor, ts));
        return united(raised);
    }

    /** All rows of a part of it up to a position are there. */
    SpanProgress completeTo(TableSpan part, long ts) {
        return with(within(part).completeTo(ts));
    }

    /** Parts of which all rows up to a position are there, ascending. */
    List<TableSpan> completeParts(long ts) {
        List<TableSpan> parts = new ArrayList<>();
        floors.forEach((start, floor) -> {
            SpanBound next = floors.higherKey(start);
            if (floor >= ts) {
                parts.add(new TableSpan(span.table(), start, next == null ? span.end() : next));
            }
        });
        return parts;
    }

    private SpanProgress united(NavigableMap<SpanBound, Long> all) {
        NavigableMap<SpanBound, Long> united = new TreeMap<>();
        all.forEach((start, floor) -> {
            Map.Entry<SpanBound, Long> before = united.lastEntry();
            if (before == null || !before.getValue().equals(floor)) {
                united.put(start, floor);
            }
        });
        return new SpanProgress(span, united);
    }

    private static SpanBound later(SpanBound one, SpanBound other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** The floor at a key; that of the nearest part if the key is outside. */
    long floor(SpanBound position) {
        Map.Entry<SpanBound, Long> part = floors.floorEntry(position);
        return part == null ? floors.firstEntry().getValue() : part.getValue();
    }

    /** The lowest floor. */
    long lowest() {
        return floors.values().stream().mapToLong(Long::longValue).min().orElse(0);
    }

    @Override
    public String toString() {
        return span + " " + floors;
    }
}
