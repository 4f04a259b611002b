package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.SpanWork;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The load of spans, from the rows of the change log that the frontier has released within the last few seconds of
 * wall-clock time. A query costs O(events of the span's table in that window). Thread-safe.
 */
public final class ChangeLogWork {
    private static final long WINDOW_MILLIS = 2_000;

    /** What was released between two moments. */
    private record Window(long fromTs, long toTs, long millis) {}

    private record Sample(long atMillis, long resolvedTs) {}

    private final ChangeLog log;
    private final Frontier frontier;
    private final long windowMillis;
    private final Deque<Sample> samples = new ArrayDeque<>();
    private volatile Window window = new Window(0, 0, 0);

    ChangeLogWork(ChangeLog log, Frontier frontier) {
        this(log, frontier, WINDOW_MILLIS);
    }

    /**
     * Knows nothing yet.
     *
     * @param windowMillis over how long work is averaged; at least 1
     */
    ChangeLogWork(ChangeLog log, Frontier frontier, long windowMillis) {
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

    SpanWork work(TableSpan span) {
        Window seen = window;
        if (seen.millis() < windowMillis / 2) {
            return SpanWork.UNKNOWN;
        }
        long[] sum = new long[2];
        forEach(span, seen, event -> {
            sum[0] += event.size();
            sum[1]++;
        });
        return new SpanWork(sum[0] * 1_000.0 / seen.millis(), sum[1] * 1_000.0 / seen.millis());
    }

    private void forEach(TableSpan span, Window seen, Consumer<RowEvent> consumer) {
        log.table(span.table())
                .ifPresent(table -> table.rows().forEach(seen.fromTs(), seen.toTs(), event -> {
                    if (event.isWithin(span)) {
                        consumer.accept(event);
                    }
                }));
    }

    List<SpanBound> cuts(TableSpan span, int parts) {
        Map<SpanBound, Long> byKey = new TreeMap<>();
        forEach(span, window, event -> byKey.merge(event.position(), (long) event.size(), Long::sum));
        long total = byKey.values().stream().mapToLong(Long::longValue).sum();
        List<SpanBound> cuts = new ArrayList<>();
        long before = 0;
        for (Map.Entry<SpanBound, Long> key : byKey.entrySet()) {
            // The part ends before the key with which it would have more than its share, but has one key at least.
            boolean full = before > 0 && (before + key.getValue()) * parts > total * (cuts.size() + 1L);
            if (full && cuts.size() < parts - 1 && span.start().compareTo(key.getKey()) < 0) {
                cuts.add(key.getKey());
            }
            before += key.getValue();
        }
        return cuts;
    }
}
