package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.catalog.KeylessKey;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.SeenTransactions;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.StateBuilder;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * All rows of a table as one snapshot has them, some at a time: one statement, which has the lock of its table before it takes its
 * snapshot. Used by one thread at a time.
 */
final class SnapshotCursor implements AutoCloseable {
    private static final int FETCH_ROWS = 500;
    private static final String NO_TABLE = "42P01";
    private static final String NOTHING_SEEN = "select pg_current_snapshot()::text, pg_current_wal_insert_lsn()::text";

    /** How it is read; null if all rows of the table will go, so that none counts. */
    private final @Nullable PresentStatements statements;

    private final SourceTable table;
    private final PreparedStatement statement;
    private final ResultSet result;
    private @Nullable SeenTransactions seen;
    private boolean isRead;

    private SnapshotCursor(
            SourceTable table, @Nullable PresentStatements statements, PreparedStatement statement, ResultSet result) {
        this.table = table;
        this.statements = statements;
        this.statement = statement;
        this.result = result;
    }

    /**
     * Stands before the first row.
     *
     * @param connection in a transaction that lasts as long as the cursor, with text as the log has it
     * @throws dev.maintainer.api.error.MaintainerException with {@code SCHEMA_DRIFT} if it has changed in a way that does not allow
     *     to read it as it was
     */
    static SnapshotCursor open(Connection connection, SourceTable table) throws SQLException {
        Optional<PresentTable> present = PresentTable.of(connection, table);
        PresentStatements statements = present.isEmpty() ? null : PresentStatements.of(table, present.get());
        PreparedStatement statement =
                connection.prepareStatement(statements == null ? NOTHING_SEEN : statements.snapshot());
        boolean isOpen = false;
        try {
            statement.setFetchSize(FETCH_ROWS);
            SnapshotCursor cursor = new SnapshotCursor(table, statements, statement, statement.executeQuery());
            // From here on it stays as it is.
            if (!PresentTable.of(connection, table).equals(present)) {
                throw new SQLException("table " + table.info().name() + " was altered at this moment", NO_TABLE);
            }
            isOpen = true;
            return cursor;
        } finally {
            if (!isOpen) {
                statement.close();
            }
        }
    }

    /**
     * Reads all rows for a comparison, in which none may be as another one.
     *
     * @param connection in a transaction, with text as the log has it
     * @param rows is given them
     */
    static void numbered(Connection connection, SourceTable table, StateBuilder rows) throws SQLException {
        Optional<PresentTable> present = PresentTable.of(connection, table);
        if (present.isEmpty()) {
            return;
        }
        PresentStatements statements = PresentStatements.of(table, present.get());
        RowFormat format = statements.mapping().format();
        String definition = statements.mapping().definition();
        try (PreparedStatement statement = connection.prepareStatement(statements.numbered())) {
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    RowValues values = statements.values(result);
                    rows.add(new RowEvent(
                            1,
                            table.info().table(),
                            RowEvent.Op.I,
                            format.key(values, statements.number(result)),
                            null,
                            format.row(values),
                            definition));
                }
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE, "rows of the source cannot be set aside: " + e + "; make room", e);
        }
    }

    /**
     * The next rows.
     *
     * @param commitTs what the events have
     * @param enoughBytes it ends when it has so many
     * @param bytes is given how many there were
     */
    List<RowEvent> next(long commitTs, long enoughBytes, TableCopies.Bytes bytes) throws SQLException {
        List<RowEvent> rows = new ArrayList<>();
        PresentStatements read = statements;
        while (!isRead && bytes.count < enoughBytes) {
            if (!result.next()) {
                isRead = true;
                break;
            }
            if (seen == null) {
                seen = read == null ? SeenTransactions.of(result.getString(1), result.getString(2)) : read.seen(result);
            }
            if (read == null || !read.isRow(result)) {
                continue;
            }
            if (!read.isOf(result, table)) {
                throw new SQLException(
                        "another table has the name of " + table.info().name() + " now", NO_TABLE);
            }
            RowValues values = read.values(result);
            bytes.count += values.size();
            rows.add(read.mapping().row(commitTs, values));
        }
        return rows;
    }

    /** Whether there are no more. */
    boolean isRead() {
        return isRead;
    }

    /** What the snapshot has seen; known when all rows were read. */
    KeylessKey.CopyEnds end() {
        return new KeylessKey.CopyEnds(Objects.requireNonNull(seen));
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
