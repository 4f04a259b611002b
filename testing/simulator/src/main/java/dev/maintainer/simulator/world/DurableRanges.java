package dev.maintainer.simulator.world;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How far each range of a table is durable in a sink, and who may write it. */
final class DurableRanges {
    private final TableId table;
    private final long createdTs;
    /** What there is to be durable; null in worlds where a dispatcher says how far it has written. */
    private final @Nullable RowHistory rows;

    private final Set<SimulatedDispatcher> writers = new LinkedHashSet<>();
    /** How far each range is known to be durable, by its start: of rows, up to the last of them that was written. */
    private final TreeMap<SpanBound, Long> durable = new TreeMap<>();

    DurableRanges(TableId table, long createdTs, @Nullable RowHistory rows) {
        this.table = table;
        this.createdTs = createdTs;
        this.rows = rows;
        durable.put(SpanBound.LOWEST, createdTs);
    }

    long createdTs() {
        return createdTs;
    }

    Set<SimulatedDispatcher> writers() {
        return writers;
    }

    /** Lets a range begin here. */
    private void cut(SpanBound bound) {
        Map.Entry<SpanBound, Long> around = durable.floorEntry(bound);
        if (around != null && !bound.equals(SpanBound.HIGHEST)) {
            durable.putIfAbsent(bound, around.getValue());
        }
    }

    /** The ranges of a span, which is cut out, each with what was written of it; values can be changed. */
    Iterable<Map.Entry<SpanBound, Long>> within(TableSpan span) {
        cut(span.start());
        cut(span.end());
        return durable.subMap(span.start(), span.end()).entrySet();
    }

    /** When the first row of a range is committed that was not written; {@link Long#MAX_VALUE} if there is none. */
    long unwrittenTs(Map.Entry<SpanBound, Long> range) {
        if (rows == null) {
            return range.getValue() + 1;
        }
        SpanBound end = durable.higherKey(range.getKey());
        return rows.nextAfter(table, range.getKey(), end == null ? SpanBound.HIGHEST : end, range.getValue());
    }

    /** All of a span up to here is durable, inclusive. */
    long durableTs(TableSpan span) {
        long least = Long.MAX_VALUE;
        for (Map.Entry<SpanBound, Long> range : within(span)) {
            least = Math.min(least, unwrittenTs(range) - 1);
        }
        return least;
    }

    /** All of the table up to here is durable, inclusive. */
    long durableTs() {
        long least = Long.MAX_VALUE;
        for (Map.Entry<SpanBound, Long> range : durable.entrySet()) {
            least = Math.min(least, unwrittenTs(range) - 1);
        }
        return least;
    }

    @Override
    public String toString() {
        return durable.toString();
    }
}
