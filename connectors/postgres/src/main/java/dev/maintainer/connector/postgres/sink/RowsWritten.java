package dev.maintainer.connector.postgres.sink;

import java.util.concurrent.atomic.LongAdder;

/** Counts rows. Thread-safe. */
final class RowsWritten {
    private final LongAdder applied = new LongAdder();
    private final LongAdder again = new LongAdder();

    void add(TableForm.Written rows) {
        applied.add(rows.applied());
        again.add(rows.again());
    }

    long applied() {
        return applied.sum();
    }

    long again() {
        return again.sum();
    }
}
