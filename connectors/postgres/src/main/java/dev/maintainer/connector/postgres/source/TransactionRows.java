package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.reader.CommittedTransaction;
import dev.maintainer.connector.postgres.reader.KnownSource;
import dev.maintainer.connector.postgres.reader.TransactionChange;
import dev.maintainer.connector.postgres.reader.TransactionChange.ChangedRow;
import dev.maintainer.connector.postgres.reader.TransactionChange.TruncatedTables;
import dev.maintainer.connector.postgres.reader.TransactionLog;
import dev.maintainer.connector.postgres.store.EventStore;
import dev.maintainer.replication.RecentWork;
import dev.maintainer.replication.event.RowEvent;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts the rows of transactions into the store, as events. Used by the thread that reads the slot. */
final class TransactionRows implements TransactionLog {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionRows.class);

    private static final long SAY_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final EventStore store;
    private final SourceCatalog catalog;
    private final SyncPointMarks marks;
    private final RecentWork work;
    private final LongConsumer resolves;
    private final Consumer<KnownSource> reads;
    private long fullSaidAt;

    /**
     * Nothing has come yet.
     *
     * @param marks makes sync points of the marks among rows
     * @param reads called with what is read from now on, before anything of it is in the store
     * @param resolves called with what is resolved now
     */
    TransactionRows(
            EventStore store,
            SourceCatalog catalog,
            SyncPointMarks marks,
            RecentWork work,
            Consumer<KnownSource> reads,
            LongConsumer resolves) {
        this.store = store;
        this.catalog = catalog;
        this.marks = marks;
        this.work = work;
        this.reads = reads;
        this.resolves = resolves;
    }

    @Override
    public void readsFrom(KnownSource source) {
        reads.accept(source);
    }

    @Override
    public boolean offer(CommittedTransaction transaction) {
        if (!store.hasRoom()) {
            tellFull();
            return false;
        }
        boolean whole = false;
        try {
            if (!takeRows(transaction)) {
                store.rollBack();
                transaction.rewind();
                TransactionShapes shapes = catalog.apply(transaction);
                transaction.rewind();
                takeRows(transaction, shapes);
            }
            store.commit(transaction.commitTs(), transaction.commitTime().toEpochMilli());
            whole = true;
            return true;
        } finally {
            if (!whole) {
                store.rollBack();
            }
        }
    }

    /** False if it meets a DDL, which counts for all rows of the transaction. */
    private boolean takeRows(CommittedTransaction transaction) {
        int place = 0;
        boolean isSyncPoint = false;
        for (TransactionChange change = transaction.next(); change != null; change = transaction.next()) {
            if (change instanceof TruncatedTables truncated) {
                if (catalog.isDdl(truncated)) {
                    return false;
                }
            } else if (change instanceof ChangedRow row) {
                RelationUse use = catalog.use(row.relation());
                if (use instanceof RelationUse.OfDdl) {
                    return false;
                } else if (use instanceof RelationUse.Replicated replicated) {
                    add(transaction, place, row, replicated.mapping());
                } else if (use instanceof RelationUse.Marks) {
                    isSyncPoint |= marks.isSyncPoint(row, transaction.commitTs());
                }
            }
            place++;
        }
        if (isSyncPoint) {
            marks.add(transaction.commitTs());
        }
        return true;
    }

    private void takeRows(CommittedTransaction transaction, TransactionShapes shapes) {
        int place = 0;
        for (TransactionChange change = transaction.next(); change != null; change = transaction.next()) {
            if (change instanceof ChangedRow row) {
                RowMapping mapping = shapes.mapping(row.relation(), place).orElse(null);
                if (mapping != null) {
                    add(transaction, place, row, mapping);
                }
            }
            place++;
        }
    }

    private void tellFull() {
        long now = System.nanoTime();
        if (store.isFull() && (fullSaidAt == 0 || now - fullSaidAt >= SAY_NANOS)) {
            fullSaidAt = now;
            LOG.warn(
                    "{} bytes of the source are kept, and no more are read until they are in the sink: {} is behind, and"
                            + " the source retains its log",
                    store.bytes(),
                    store.slowest().map(TableSpan::toString).orElse("the checkpoint"));
        }
    }

    private void add(CommittedTransaction transaction, int number, ChangedRow row, RowMapping mapping) {
        RowMapping.Place place = new RowMapping.Place(transaction.commitTs(), transaction.xid(), number);
        for (RowEvent event : mapping.events(place, row.change())) {
            store.add(event);
            work.add(event);
        }
    }

    /** Those that have passed all that there was are not asked for more until something comes, so they would never hear of it. */
    @Override
    public void failed(MaintainerException cause) {
        store.end(cause);
    }

    @Override
    public void resolved(long ts) {
        store.resolved(ts);
        resolves.accept(ts);
    }
}
