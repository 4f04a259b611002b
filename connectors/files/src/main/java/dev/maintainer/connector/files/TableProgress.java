package dev.maintainer.connector.files;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.event.RowEvent;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How far the rows of one table are durable, by key range. It remembers single keys only beyond what a dispatcher has
 * declared complete, so its size is what is under way, not what was written. Thread-safe.
 */
final class TableProgress {
    /** A range of keys, up to the start of the next one. */
    private static final class Part {
        private long completeTo;
        /** The latest changes of keys after {@code completeTo}. */
        private final Map<String, Change> beyond = new HashMap<>();
    }

    /** A change of a key that is durable; where the key is only if that does not follow from its text. */
    private record Change(
            long commitTs, long number, @Nullable SpanBound order) {
        static Change of(RowEvent event) {
            return new Change(event.commitTs(), event.number(), event.order());
        }

        boolean isBefore(RowEvent event) {
            return commitTs < event.commitTs() || (commitTs == event.commitTs() && number < event.number());
        }

        SpanBound position(String key) {
            return order == null ? SpanBound.before(key) : order;
        }
    }

    private final NavigableMap<SpanBound, Part> parts = new TreeMap<>();

    /** Nothing is durable. */
    TableProgress() {
        this(0);
    }

    /** Every change up to this TSO, inclusive, is durable. */
    TableProgress(long completeTo) {
        Part whole = new Part();
        whole.completeTo = completeTo;
        parts.put(SpanBound.LOWEST, whole);
    }

    /** Whether a change, or a later one of its key, is durable. */
    synchronized boolean holds(RowEvent event) {
        return holds(partOf(event), event);
    }

    /** Notes a change that is durable; whether that was news. */
    synchronized boolean note(RowEvent event) {
        Part part = partOf(event);
        if (holds(part, event)) {
            return false;
        }
        part.beyond.put(event.key(), Change.of(event));
        return true;
    }

    /** Every change of a range up to {@code ts}, inclusive, is durable. */
    synchronized void complete(TableSpan span, long ts) {
        if (parts.size() == 1 && span.isWhole()) {
            raise(parts.firstEntry().getValue(), ts);
            return;
        }
        cut(span.start());
        cut(span.end());
        NavigableMap<SpanBound, Part> within = parts.subMap(span.start(), true, span.end(), false);
        long lowest = Long.MAX_VALUE;
        long highest = 0;
        for (Part part : within.values()) {
            raise(part, ts);
            lowest = Math.min(lowest, part.completeTo);
            highest = Math.max(highest, part.completeTo);
        }
        if (lowest == highest) {
            unite(within);
        }
    }

    /** Every change of the whole table up to this TSO, inclusive, is durable; 0 if nobody has said so of all ranges. */
    synchronized long completeTo() {
        long lowest = Long.MAX_VALUE;
        for (Part part : parts.values()) {
            lowest = Math.min(lowest, part.completeTo);
        }
        return lowest;
    }

    private static boolean holds(Part part, RowEvent event) {
        if (event.commitTs() <= part.completeTo) {
            return true;
        }
        Change known = part.beyond.get(event.key());
        return known != null && !known.isBefore(event);
    }

    private Part partOf(RowEvent event) {
        return (parts.size() == 1 ? parts.firstEntry() : parts.floorEntry(event.position())).getValue();
    }

    private static void raise(Part part, long ts) {
        if (ts > part.completeTo) {
            part.completeTo = ts;
            if (!part.beyond.isEmpty()) {
                part.beyond.values().removeIf(changed -> changed.commitTs() <= ts);
            }
        }
    }

    private void cut(SpanBound at) {
        if (at.equals(SpanBound.HIGHEST) || parts.containsKey(at)) {
            return;
        }
        Part left = parts.floorEntry(at).getValue();
        Part right = new Part();
        right.completeTo = left.completeTo;
        for (Iterator<Map.Entry<String, Change>> each = left.beyond.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<String, Change> entry = each.next();
            if (entry.getValue().position(entry.getKey()).compareTo(at) >= 0) {
                right.beyond.put(entry.getKey(), entry.getValue());
                each.remove();
            }
        }
        parts.put(at, right);
    }

    private static void unite(NavigableMap<SpanBound, Part> within) {
        @Nullable Part first = null;
        for (Iterator<Part> each = within.values().iterator(); each.hasNext(); ) {
            Part part = each.next();
            if (first == null) {
                first = part;
            } else {
                first.beyond.putAll(part.beyond);
                each.remove();
            }
        }
    }
}
