package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.reader.TransactionChange.ChangedRow;
import dev.maintainer.connector.postgres.store.EventStore;
import dev.maintainer.connector.postgres.wal.Tuple;
import dev.maintainer.connector.postgres.wal.WalMessage;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The marks that make sync points of a source: rows of {@code maintainer.sync_point}, which come in the log as any other rows, so that
 * everybody who reads it finds the same, and finds them again. What was read of them is stored among the rows.
 *
 * <p>A sync point says that the sink has what the source had at that position. Within the window of a copy it has later
 * rows, so a mark counts only if all tables that are copied and came before it are through with that. Whoever writes a mark says which
 * checkpoint is durable: a table that came before that one is through, and one that came behind it perhaps is not. That is a matter of
 * the history alone. Used by the thread that reads the slot.
 */
final class SyncPointMarks {
    static final String TABLE = "sync_point";

    /** Among the tables of a store; the server gives such numbers to none but its own. */
    private static final TableId STORED = new TableId(1);

    private final String source;
    private final SourceCatalog catalog;
    private final EventStore store;

    /**
     * Those of one beginning of a changefeed.
     *
     * @param source which; marks of others do not count
     * @param catalog knows the tables, and is told of sync points
     * @param store has rows of what was read
     */
    SyncPointMarks(String source, SourceCatalog catalog, EventStore store) {
        this.source = source;
        this.catalog = catalog;
        this.store = store;
    }

    /** Whether rows of a relation are marks. */
    static boolean areRowsOf(Relation relation) {
        return relation.namespace().equals(CatalogQueries.OWN_SCHEMA)
                && relation.name().equals(TABLE);
    }

    /** Tells the catalog of those that were read before, and are stored. */
    void restore() {
        try (RowReader reader = store.read(TableSpan.whole(STORED), store.beginTs(), () -> {})) {
            long upTo = store.resolvedTs();
            for (List<RowEvent> rows = reader.poll(Integer.MAX_VALUE, upTo);
                    !rows.isEmpty();
                    rows = reader.poll(Integer.MAX_VALUE, upTo)) {
                rows.forEach(row -> catalog.addSyncPoint(row.commitTs()));
            }
        }
    }

    /** Whether a change of a row makes a sync point of its commit, at which all DDLs up to then are known. */
    boolean isSyncPoint(ChangedRow row, long commitTs) {
        Tuple mark = marked(row.change());
        if (mark == null || !source.equals(value(row.relation(), mark, "source"))) {
            return false;
        }
        String checkpoint = value(row.relation(), mark, "checkpoint_ts");
        return checkpoint != null && !catalog.hasCopiesBetween(Long.parseLong(checkpoint), commitTs);
    }

    private static @Nullable Tuple marked(WalMessage.RowChange change) {
        if (change instanceof WalMessage.Insert insert) {
            return insert.row();
        }
        return change instanceof WalMessage.Update update ? update.row() : null;
    }

    private static @Nullable String value(Relation relation, Tuple row, String column) {
        for (int i = 0; i < relation.columns().size(); i++) {
            if (relation.columns().get(i).name().equals(column)) {
                return row.text(i);
            }
        }
        return null;
    }

    /** A sync point is in the transaction that is being stored. Everybody knows it before anything behind it is resolved. */
    void add(long commitTs) {
        store.add(new RowEvent(commitTs, STORED, RowEvent.Op.I, "", "{}"));
        catalog.addSyncPoint(commitTs);
    }
}
