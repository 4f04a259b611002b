package dev.maintainer.connector.postgres.store;

import static dev.maintainer.connector.postgres.catalog.Images.column;
import static dev.maintainer.connector.postgres.catalog.Images.keyed;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;

/** What a store should have: a list of transactions, put into both. */
final class StoreModel {
    private static final List<RowFormat> FORMATS = List.of(
            new RowFormat(keyed("bigint", column(2, "a", "text"), column(3, "b", "text"))),
            new RowFormat(keyed("integer", column(2, "a\"", "text"))));
    private static final long MOST_NANOS = Duration.ofSeconds(20).toNanos();
    private static final long STEP_NANOS = Duration.ofMillis(1).toNanos();

    final List<RowEvent> rows = new ArrayList<>();
    private final SplittableRandom random;
    private final int tables;
    long ts;

    StoreModel(long seed, int tables, long ts) {
        this.random = new SplittableRandom(seed);
        this.tables = tables;
        this.ts = ts;
    }

    /** A transaction of up to so many rows of random tables. */
    List<RowEvent> next(int most) {
        ts += 24 + random.nextInt(100);
        List<RowEvent> transaction = new ArrayList<>();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            transaction.add(row(ts, 1 + random.nextInt(tables), random.nextInt(1000)));
        }
        return transaction;
    }

    private RowEvent row(long commitTs, int table, int key) {
        RowEvent row = random.nextInt(3) == 0 ? text(commitTs, table, key) : columns(commitTs, table, key);
        return row.numbered(
                switch (random.nextInt(8)) {
                    case 0 -> Integer.MAX_VALUE;
                    // More than a form with columns has room for.
                    case 1 -> Integer.MAX_VALUE + 1L + random.nextInt(1000);
                    case 2 -> 1 + random.nextInt(1_000_000);
                    default -> 0;
                });
    }

    /** What is told by columns: nulls, what is not told, texts without a letter and long ones. */
    private RowEvent columns(long commitTs, int table, int key) {
        RowFormat format = FORMATS.get(random.nextInt(FORMATS.size()));
        RowEvent.Op op = List.of(RowEvent.Op.values()).get(random.nextInt(RowEvent.Op.values().length));
        RowValues.Builder values = new RowValues.Builder(format.sent().size()).set(0, Integer.toString(key - 500));
        for (int column = 1; column < format.sent().size(); column++) {
            switch (random.nextInt(5)) {
                case 0 -> values.set(column, null);
                case 1 -> values.set(column, "");
                case 2 -> values.set(column, "\"é\u8a9e\\ ".repeat(1 + random.nextInt(60)));
                case 3 -> values.set(column, "x" + random.nextInt());
                default -> {
                    // It is not told.
                }
            }
        }
        RowValues told = values.build();
        return new RowEvent(
                commitTs,
                new TableId(table),
                op,
                op == RowEvent.Op.P ? format.partialContent(told) : format.content(told, op != RowEvent.Op.D),
                format.definition());
    }

    private RowEvent text(long commitTs, int table, int key) {
        boolean deletes = random.nextInt(5) == 0;
        String definition = random.nextInt(20) == 0 ? null : "definition " + table + "." + random.nextInt(2);
        return new RowEvent(
                commitTs,
                new TableId(table),
                deletes ? RowEvent.Op.D : RowEvent.Op.I,
                "[\"" + key + "\"]",
                SpanBound.before(new byte[] {1, (byte) (key >> 8), (byte) key}),
                deletes ? null : "{\"v\":\"" + random.nextLong() + "\"}",
                definition);
    }

    void put(EventStore store, List<RowEvent> transaction) {
        transaction.forEach(store::add);
        store.commit(ts, ts);
        rows.addAll(transaction);
    }

    List<RowEvent> expected(TableSpan span, long afterTs) {
        return rows.stream()
                .filter(row -> row.table().equals(span.table()) && row.commitTs() > afterTs && row.isWithin(span))
                .toList();
    }

    static List<RowEvent> read(EventStore store, TableSpan span, long afterTs, int max) {
        List<RowEvent> read = new ArrayList<>();
        try (RowReader reader = store.read(span, afterTs, () -> {})) {
            while (reader.nextTs() <= store.resolvedTs()) {
                read.addAll(reader.poll(max, store.resolvedTs()));
            }
        }
        return read;
    }

    void awaitResolved(EventStore store) {
        awaitResolved(store, ts);
    }

    static void awaitResolved(EventStore store, long ts) {
        long began = System.nanoTime();
        while (store.resolvedTs() < ts) {
            if (System.nanoTime() - began > MOST_NANOS) {
                throw new AssertionError("the store is resolved up to " + store.resolvedTs() + ", and not to " + ts);
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }
}
