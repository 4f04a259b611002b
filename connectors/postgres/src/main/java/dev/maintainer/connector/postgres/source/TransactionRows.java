package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.reader.CommittedTransaction;
import dev.maintainer.connector.postgres.reader.TransactionChange;
import dev.maintainer.connector.postgres.reader.TransactionChange.ChangedRow;
import dev.maintainer.connector.postgres.reader.TransactionChange.TruncatedTables;
import dev.maintainer.connector.postgres.reader.TransactionLog;
import dev.maintainer.connector.postgres.store.EventStore;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import dev.maintainer.replication.RecentWork;
import dev.maintainer.replication.event.RowEvent;
import java.util.Optional;

/** Puts the rows of transactions into the store, as events. Used by the thread that reads the slot. */
final class TransactionRows implements TransactionLog {
    private final EventStore store;
    private final SourceCatalog catalog;
    private final RecentWork work;
    private final Runnable resolves;

    /**
     * Nothing has come yet.
     *
     * @param resolves called when more is resolved, perhaps
     */
    TransactionRows(EventStore store, SourceCatalog catalog, RecentWork work, Runnable resolves) {
        this.store = store;
        this.catalog = catalog;
        this.work = work;
        this.resolves = resolves;
    }

    @Override
    public boolean offer(CommittedTransaction transaction) {
        if (!store.hasRoom()) {
            return false;
        }
        boolean whole = false;
        try {
            for (TransactionChange change = transaction.next(); change != null; change = transaction.next()) {
                if (change instanceof ChangedRow row) {
                    add(transaction.commitTs(), row);
                } else if (change instanceof TruncatedTables truncated) {
                    refuse(truncated);
                }
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

    private void add(long commitTs, ChangedRow row) {
        Optional<RowMapping> mapping = catalog.mapping(row.relation());
        if (mapping.isPresent()) {
            for (RowEvent event : mapping.get().events(commitTs, row.change())) {
                store.add(event);
                work.add(event);
            }
        }
    }

    private void refuse(TruncatedTables truncated) {
        for (Relation relation : truncated.relations()) {
            if (catalog.mapping(relation).isPresent()) {
                TableName name = new TableName(relation.namespace(), relation.name());
                throw new MaintainerException(
                        ErrorCode.SCHEMA_DRIFT,
                        "table " + Printable.line(name.toString())
                                + " was truncated, which is not followed yet; create the changefeed anew");
            }
        }
    }

    @Override
    public void resolved(long ts) {
        // Where nothing is committed, time passes all the same.
        store.clock().add(ts, System.currentTimeMillis());
        store.resolved(ts);
        resolves.run();
    }
}
