package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowSelection;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.sql.Connections;
import dev.maintainer.connector.postgres.sql.Failures;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import dev.maintainer.replication.state.StateBuilder;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedSet;
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

    /** Rows in the order of their keys; those of a table without a key are sorted here. */
    static RowCursor open(Connections pool, Targets targets, TargetTable target) throws MaintainerException {
        TableCursor cursor = begin(pool, target.name(), connection -> rows(connection, targets, target));
        if (!cursor.rows.isUnsorted()) {
            return cursor;
        }
        StateBuilder sorted = new StateBuilder();
        boolean isComplete = false;
        try (cursor) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                sorted.add(
                        new RowEvent(1, target.table(), RowEvent.Op.I, row.key(), null, row.json(), row.definition()));
            }
            RowCursor rows = sorted.finish();
            isComplete = true;
            return rows;
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "rows of table " + target.name() + " cannot be set aside: " + e + "; make room",
                    e);
        } finally {
            if (!isComplete) {
                sorted.close();
            }
        }
    }

    /** The rows of some buckets of a table with columns, without its definition. */
    static TableCursor open(Connections pool, TableName table, RowSelection selection, SortedSet<Integer> buckets)
            throws MaintainerException {
        RowOf row = result -> row(selection, result, null);
        return begin(pool, table, connection -> new RowsOfTable(selection.ofBuckets(buckets), false, row));
    }

    private static TableCursor begin(Connections pool, TableName table, Choice choice) throws MaintainerException {
        try {
            Connection connection = pool.take();
            boolean opened = false;
            try {
                Statement statement = unhurried(connection);
                statement.setFetchSize(ROWS);
                RowsOfTable rows = choice.in(connection);
                TableCursor cursor =
                        new TableCursor(table, connection, statement, statement.executeQuery(rows.selection()), rows);
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

    /** A large table is sorted, or summed up, for minutes, in which nothing is heard of the server. */
    static Statement unhurried(Connection connection) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, 0);
        Statement statement = connection.createStatement();
        statement.execute(UNHURRIED);
        return statement;
    }

    private interface Choice {
        RowsOfTable in(Connection connection) throws SQLException;
    }

    /** How the rows of a table are selected, whether that is in no order, and what one of them is. */
    private record RowsOfTable(String selection, boolean isUnsorted, RowOf row) {}

    /** The row at which a result stands. */
    private interface RowOf {
        Row at(ResultSet result) throws SQLException;
    }

    private static RowsOfTable rows(Connection connection, Targets targets, TargetTable target) throws SQLException {
        String definition = target.typed() ? targets.definition(connection, target.table()) : null;
        if (definition == null) {
            return new RowsOfTable(
                    new JsonTable(target.name()).selection(),
                    false,
                    result -> new Row(result.getString(1), result.getString(2), result.getString(3)));
        }
        RowFormat format = RowFormat.parse(definition);
        RowSelection selection = new RowSelection(format, Identifiers.quoted(target.name()));
        if (!format.hasKey()) {
            int number = format.sent().size() + 1;
            return new RowsOfTable(KeylessTable.selection(target.name(), format), true, result -> {
                RowValues values = selection.values(result);
                return new Row(format.key(values, result.getLong(number)), format.row(values), definition);
            });
        }
        return new RowsOfTable(selection.all(), false, result -> row(selection, result, definition));
    }

    private static Row row(RowSelection selection, ResultSet result, @Nullable String definition) throws SQLException {
        RowValues values = selection.values(result);
        RowFormat format = selection.format();
        return new Row(format.key(values), format.row(values), definition);
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
