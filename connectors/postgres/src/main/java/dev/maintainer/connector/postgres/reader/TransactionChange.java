package dev.maintainer.connector.postgres.reader;

import dev.maintainer.connector.postgres.wal.WalMessage;
import java.util.List;

/** What a committed transaction has done. Immutable. */
public sealed interface TransactionChange {
    /**
     * A row was inserted, changed or deleted.
     *
     * @param relation what the rows of its table looked like at that moment
     * @param change what happened; its rows have as many columns as the relation
     */
    record ChangedRow(WalMessage.Relation relation, WalMessage.RowChange change) implements TransactionChange {}

    /**
     * All rows of tables were deleted.
     *
     * @param relations the tables, those to which it cascaded among them; at least one
     * @param restartIdentity whether sequences of the tables began anew
     */
    record TruncatedTables(List<WalMessage.Relation> relations, boolean restartIdentity) implements TransactionChange {
        /** Keeps its own list. */
        public TruncatedTables {
            relations = List.copyOf(relations);
        }
    }
}
