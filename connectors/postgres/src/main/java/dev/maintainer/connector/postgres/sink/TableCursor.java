package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.sql.Connections;
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
    private final RowsOfTable rows;

    private TableCursor(
            TableName table, Connection connection, Statement statement, ResultSet result, RowsOfTable rows) {
        this.table = table;
        this.connection = connection;
        this.statement = statement;
        this.result = result;
        this.rows = rows;
    }

    static TableCursor open(Connections pool, Targets targets, TargetTable target) throws MaintainerException {
        try {
            Connection connection = pool.take();
            boolean opened = false;
            try {
                Statement statement = connection.createStatement();
                statement.execute(UNHURRIED);
                statement.setFetchSize(ROWS);
                RowsOfTable rows = rows(connection, targets, target);
                TableCursor cursor = new TableCursor(
                        target.name(), connection, statement, statement.executeQuery(rows.selection()), rows);
                opened = true;
                return cursor;
            } finally {
                if (!opened) {
                    connection.close();
                }
            }
        } catch (SQLException e) {
            throw Failures.of("table " + target.name() + " cannot be read", e);
        }
    }

    /** How the rows of a table are selected, and what one of them is. */
    private record RowsOfTable(String selection, RowOf row) {}

    /** The row at which a result stands. */
    private interface RowOf {
        Row at(ResultSet result) throws SQLException;
    }

    private static RowsOfTable rows(Connection connection, Targets targets, TargetTable target) throws SQLException {
        String definition = target.typed() ? targets.definition(connection, target.table()) : null;
        if (definition == null) {
            return new RowsOfTable(
                    new JsonTable(target.name()).selection(),
                    result -> new Row(result.getString(1), result.getString(2), result.getString(3)));
        }
        TypedTable table = new TypedTable(
                target.name(), new RowFormat(TableImage.parse(definition)), false, WriteMode.UPSERT, false);
        return new RowsOfTable(table.selection(), result -> {
            RowValues values = table.values(result);
            return new Row(table.format().key(values), table.format().row(values), definition);
        });
    }

    @Override
    public @Nullable Row next() {
        try {
            return result.next() ? rows.row().at(result) : null;
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
