package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.ddl.SourceNumbers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Transactions that wrote a table when somebody looked first. What they have written may be in the log before the position from which
 * on it counts, and is seen by nobody before they have ended. Used by one thread at a time.
 */
final class TableWriters {
    private static final String WRITERS = """
            select l.virtualtransaction from pg_locks l join pg_database d on d.oid = l.database
            where d.datname = current_database() and l.locktype = 'relation' and l.relation = ? and l.granted
              and l.mode in ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')""";

    private final SourceTable table;
    /** Those that are left of them; null before somebody has looked. */
    private @Nullable Set<String> left;

    private TableWriters(SourceTable table, @Nullable Set<String> left) {
        this.table = table;
        this.left = left;
    }

    /**
     * Those of a table.
     *
     * @param awaited whether they matter
     */
    static TableWriters of(SourceTable table, boolean awaited) {
        return new TableWriters(table, awaited ? null : Set.of());
    }

    /** Looks whether all of them have ended: a statement that follows sees what they have written. */
    boolean haveEnded(TableCopies copies) throws SQLException {
        @Nullable Set<String> before = left;
        if (before != null && before.isEmpty()) {
            return true;
        }
        Set<String> present = copies.call(this::present);
        if (before != null) {
            present.retainAll(before);
        }
        left = present;
        return present.isEmpty();
    }

    private Set<String> present(Connection connection) throws SQLException {
        Set<String> present = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(WRITERS)) {
            statement.setLong(1, SourceNumbers.oid(table.info().table()));
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    present.add(result.getString(1));
                }
            }
        }
        return present;
    }
}
