package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.sql.Connections;
import dev.maintainer.connector.postgres.sql.Failures;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import dev.maintainer.replication.state.StateBuilder;
import java.io.IOException;
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

    /** Rows in the order of their keys; those of a table without a key are sorted here. */
    static RowCursor open(Connections pool, Targets targets, TargetTable target) throws MaintainerException {
        TableCursor cursor = begin(pool, targets, target);
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

    private static TableCursor begin(Connections pool, Targets targets, TargetTable target) {
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
        RowFormat format = new RowFormat(TableImage.parse(definition));
        if (!format.hasKey()) {
            ValueStatements statements = new ValueStatements(target.name(), format, false);
            int number = format.sent().size() + 1;
            return new RowsOfTable(KeylessTable.selection(target.name(), format), true, result -> {
                RowValues values = statements.values(result);
                return new Row(format.key(values, result.getLong(number)), format.row(values), definition);
            });
        }
        TypedTable table = new TypedTable(target.name(), format, false, WriteMode.UPSERT, false);
        return new RowsOfTable(table.selection(), false, result -> {
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
