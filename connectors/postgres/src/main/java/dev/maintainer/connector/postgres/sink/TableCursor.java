package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.sql.ConnectionPool;
import dev.maintainer.connector.postgres.sql.Failures;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** The rows of a table, some at a time. */
final class TableCursor implements RowCursor {
    private static final int ROWS = 1_000;
    /** A table is read as long as it takes, and whoever compares it may be slow. */
    private static final String UNHURRIED =
            "set transaction read only; set local statement_timeout = 0; set local idle_in_transaction_session_timeout = 0";

    private final TableName table;
    private final Connection connection;
    private final Statement statement;
    private final ResultSet result;

    private TableCursor(TableName table, Connection connection, Statement statement, ResultSet result) {
        this.table = table;
        this.connection = connection;
        this.statement = statement;
        this.result = result;
    }

    static TableCursor open(ConnectionPool pool, TableName table) throws MaintainerException {
        try {
            Connection connection = pool.take();
            boolean opened = false;
            try {
                Statement statement = connection.createStatement();
                statement.execute(UNHURRIED);
                statement.setFetchSize(ROWS);
                TableCursor cursor = new TableCursor(
                        table, connection, statement, statement.executeQuery(new JsonTable(table).selection()));
                opened = true;
                return cursor;
            } finally {
                if (!opened) {
                    connection.close();
                }
            }
        } catch (SQLException e) {
            throw Failures.of("table " + table + " cannot be read", e);
        }
    }

    @Override
    public @Nullable Row next() {
        try {
            return result.next() ? new Row(result.getString(1), result.getString(2), result.getString(3)) : null;
        } catch (SQLException e) {
            throw Failures.of("table " + table + " cannot be read further", e);
        }
    }

    @Override
    public void close() {
        try (connection;
                statement;
                result) {
            connection.rollback();
        } catch (SQLException e) {
            throw Failures.of("table " + table + " was read, and the connection cannot be given back", e);
        }
    }
}
