package dev.maintainer.replication;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The load of spans, for sources that see each row once as it comes: rates over the last few seconds, and from a sample of the
 * keys of each table, which parts of it they fall to. Remembers tables with rows in these seconds, and at most
 * 64 keys of each for either half of the time. Thread-safe.
 *
 * @since 0.1.0
 */
public final class RecentWork {
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int KEYS = 64;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Rows of one table in one window. */
    private static final class Load {
        private long rows;
        private long bytes;
        /** Each row is as likely to be in it as any other (algorithm R of Vitter, 1985). */
        private final List<SpanBound> keys = new ArrayList<>(1);

        void add(RowEvent row, SplittableRandom random) {
            rows++;
            bytes += row.size();
            if (keys.size() < KEYS) {
                keys.add(row.position());
            } else {
                long at = random.nextLong(rows);
                if (at < KEYS) {
                    keys.set((int) at, row.position());
                }
            }
        }
    }

    private final LongSupplier nanoTime;
    private final SplittableRandom random = new SplittableRandom(1);
    private final long begunAt;
    private long windowAt;
    private Map<TableId, Load> present = new HashMap<>();
    private Map<TableId, Load> former = new HashMap<>();

    /**
     * Knows nothing yet.
     *
     * @param nanoTime a clock
     */
    public RecentWork(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.begunAt = nanoTime.getAsLong();
        this.windowAt = begunAt;
    }

    /**
     * A row has come.
     *
     * @param row counts for its table
     */
    public synchronized void add(RowEvent row) {
        pass(nanoTime.getAsLong());
        present.computeIfAbsent(row.table(), any -> new Load()).add(row, random);
    }

    private void pass(long now) {
        if (now - windowAt < WINDOW_NANOS) {
            return;
        }
        boolean isNext = now - windowAt < 2 * WINDOW_NANOS;
        former = isNext ? present : new HashMap<>();
        present = new HashMap<>();
        windowAt = isNext ? windowAt + WINDOW_NANOS : now;
    }

    /**
     * The load of a span.
     *
     * @param span which rows
     * @return {@link SpanWork#UNKNOWN} for the first two seconds
     */
    public synchronized SpanWork work(TableSpan span) {
        long now = nanoTime.getAsLong();
        pass(now);
        if (now - begunAt < WINDOW_NANOS) {
            return SpanWork.UNKNOWN;
        }
        double share = share(span);
        // What has passed of this window has gone from the beginning of the former one.
        double left = 1 - (double) (now - windowAt) / WINDOW_NANOS;
        Load last = former.get(span.table());
        Load next = present.get(span.table());
        double rows = (last == null ? 0 : last.rows * left) + (next == null ? 0 : next.rows);
        double bytes = (last == null ? 0 : last.bytes * left) + (next == null ? 0 : next.bytes);
        double perSecond = share * NANOS_PER_SECOND / WINDOW_NANOS;
        return new SpanWork(bytes * perSecond, rows * perSecond);
    }

    /** Which part of the rows of its table fall to a span. */
    private double share(TableSpan span) {
        if (span.isWhole()) {
            return 1;
        }
        double weight = 0;
        double within = 0;
        for (Map<TableId, Load> window : List.of(former, present)) {
            Load load = window.get(span.table());
            if (load != null) {
                double each = (double) load.rows / load.keys.size();
                weight += load.rows;
                within += each
                        * load.keys.stream().filter(key -> isWithin(key, span)).count();
            }
        }
        return weight == 0 ? 0 : within / weight;
    }

    private static boolean isWithin(SpanBound key, TableSpan span) {
        return span.start().compareTo(key) <= 0 && key.compareTo(span.end()) < 0;
    }

    /**
     * Where to cut a span into parts of about equal load.
     *
     * @param span which rows
     * @param parts at least 2
     * @return at most {@code parts - 1} keys inside the span, ascending; empty if there were too few rows to tell
     */
    public synchronized List<SpanBound> cuts(TableSpan span, int parts) {
        pass(nanoTime.getAsLong());
        TreeMap<SpanBound, Double> weights = new TreeMap<>();
        double total =
                collect(former.get(span.table()), span, weights) + collect(present.get(span.table()), span, weights);
        List<SpanBound> cuts = new ArrayList<>();
        double before = 0;
        for (Map.Entry<SpanBound, Double> key : weights.entrySet()) {
            // A part ends before the key with which it would have more than its share, but has one key at least.
            boolean full = before > 0 && (before + key.getValue()) * parts > total * (cuts.size() + 1);
            if (full && cuts.size() < parts - 1 && span.start().compareTo(key.getKey()) < 0) {
                cuts.add(key.getKey());
            }
            before += key.getValue();
        }
        return Collections.unmodifiableList(cuts);
    }

    private static double collect(@Nullable Load load, TableSpan span, Map<SpanBound, Double> weights) {
        double total = 0;
        if (load != null) {
            double each = (double) load.rows / load.keys.size();
            for (SpanBound key : load.keys) {
                if (isWithin(key, span)) {
                    weights.merge(key, each, Double::sum);
                    total += each;
                }
            }
        }
        return total;
    }
}
