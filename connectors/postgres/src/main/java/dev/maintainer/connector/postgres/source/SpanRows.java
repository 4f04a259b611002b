package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.snapshot.CopyWindows;
import dev.maintainer.connector.postgres.snapshot.TableCopies;
import dev.maintainer.connector.postgres.store.EventStore;
import dev.maintainer.replication.RowReader;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/** The rows of spans, for whoever begins anywhere: from a copy and the log, or from the log alone. Thread-safe. */
final class SpanRows {
    private final SourceCatalog catalog;
    private final EventStore store;
    private final TableCopies copies;
    private final CopyWindows windows;
    private final TableCopies.Stream stream;

    /**
     * Reads nothing yet.
     *
     * @param check looks whether the source can still be read
     */
    SpanRows(SourceCatalog catalog, EventStore store, TableCopies copies, CopyWindows windows, Runnable check) {
        this.catalog = catalog;
        this.store = store;
        this.copies = copies;
        this.windows = windows;
        this.stream = new TableCopies.Stream() {
            @Override
            public long resolvedTs() {
                return store.resolvedTs();
            }

            @Override
            public boolean isFull() {
                return store.isFull();
            }

            @Override
            public void check() {
                check.run();
            }
        };
    }

    /** The rows of a span; see {@link dev.maintainer.replication.Source#rows}. */
    RowReader read(TableSpan span, long from, LongFunction<List<TableSpan>> completeParts, Runnable available) {
        SourceTable table = catalog.table(span.table())
                .orElseThrow(() -> new MaintainerException(
                        ErrorCode.DISPATCHER_CREATION_FAILED,
                        "table " + span.table() + " is not among those that are replicated"));
        Optional<SourceTable> copied = catalog.copied(span.table(), from);
        if (copied.isPresent()) {
            RowReader later = store.read(span, from, available);
            // Rows of the copy have the position right behind it.
            List<TableSpan> there = completeParts.apply(from + 1);
            boolean awaitsWriters = catalog.awaitsWriters(span.table());
            if (copied.get().image().key().isEmpty()) {
                return there.contains(span)
                        ? later
                        : copies.readKeyless(copied.get(), awaitsWriters, from, later, stream, available);
            }
            return copies.read(copied.get(), awaitsWriters, span, there, from, later, stream, windows, available);
        }
        RowReader rows = store.read(span, from, available);
        if (table.image().key().isEmpty() || !catalog.mayBeInterrupted(span.table())) {
            return rows;
        }
        return copies.goOn(table, span, from, rows, stream, windows, available);
    }
}
