package dev.maintainer.node.load;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.changelog.LoggedTable;
import dev.maintainer.node.changelog.RowEvent;
import dev.maintainer.node.changelog.Utf8Order;
import dev.maintainer.scheduler.spi.SpanLoad;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The work of spans from the rows of the change log: what the frontier has released within the last few seconds of wall
 * clock. A question costs the events of the span's table in that window. Thread-safe.
 */
public final class ChangeLogLoad implements SpanStatistics {
    /** What was released between two moments. */
    private record Window(long fromTs, long toTs, long millis) {}

    private record Sample(long atMillis, long resolvedTs) {}

    private final ChangeLog log;
    private final Frontier frontier;
    private final long windowMillis;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private volatile Window window = new Window(0, 0, 0);

    /**
     * Knows nothing yet.
     *
     * @param windowMillis over how long work is averaged; at least 1
     */
    public ChangeLogLoad(ChangeLog log, Frontier frontier, long windowMillis) {
        this.log = log;
        this.frontier = frontier;
        this.windowMillis = windowMillis;
    }

    /** Looks at the frontier; to be called several times per window. */
    public synchronized void sample(long nowMillis) {
        samples.addLast(new Sample(nowMillis, frontier.resolvedTs()));
        Sample oldest = samples.getFirst();
        while (samples.size() > 1 && nowMillis - oldest.atMillis() > windowMillis) {
            samples.removeFirst();
            oldest = samples.getFirst();
        }
        window = new Window(oldest.resolvedTs(), frontier.resolvedTs(), nowMillis - oldest.atMillis());
    }

    @Override
    public SpanLoad load(ChangefeedId changefeed, TableSpan span) {
        Window seen = window;
        if (seen.millis() < windowMillis / 2) {
            return SpanLoad.UNKNOWN;
        }
        long bytes = 0;
        long rows = 0;
        for (RowEvent event : events(span, seen)) {
            if (covers(span, event)) {
                bytes += size(event);
                rows++;
            }
        }
        return new SpanLoad(bytes * 1_000.0 / seen.millis(), rows * 1_000.0 / seen.millis());
    }

    private List<RowEvent> events(TableSpan span, Window seen) {
        Optional<LoggedTable> table = log.table(span.table());
        return table.map(
                        found -> found.events().subList(found.firstAfter(seen.fromTs()), found.firstAfter(seen.toTs())))
                .orElse(List.of());
    }

    private static boolean covers(TableSpan span, RowEvent event) {
        SpanBound bound = SpanBound.before(event.key());
        return span.start().compareTo(bound) <= 0 && bound.compareTo(span.end()) < 0;
    }

    /** The size of a change, in bytes of its key and its row. */
    public static int size(RowEvent event) {
        int row = event.row() == null ? 0 : event.row().getBytes(StandardCharsets.UTF_8).length;
        return event.key().getBytes(StandardCharsets.UTF_8).length + row;
    }

    @Override
    public List<SpanBound> cuts(ChangefeedId changefeed, TableSpan span, int parts) {
        Map<String, Long> byKey = new TreeMap<>(Utf8Order.INSTANCE);
        long total = 0;
        for (RowEvent event : events(span, window)) {
            if (covers(span, event)) {
                byKey.merge(event.key(), (long) size(event), Long::sum);
                total += size(event);
            }
        }
        List<SpanBound> cuts = new ArrayList<>();
        long before = 0;
        for (Map.Entry<String, Long> key : byKey.entrySet()) {
            // The part ends before the key with which it would have more than its share, but has one key at least.
            boolean full = before > 0 && (before + key.getValue()) * parts > total * (cuts.size() + 1L);
            SpanBound cut = SpanBound.before(key.getKey());
            if (full && cuts.size() < parts - 1 && span.start().compareTo(cut) < 0) {
                cuts.add(cut);
            }
            before += key.getValue();
        }
        return cuts;
    }
}
