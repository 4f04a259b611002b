package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which tables of the source are which tables here. Changed only by whoever holds the lock of the changefeed alone. */
final class Targets {
    private static final String COLUMNS = "table_id, schema_id, schema_name, table_name, state, definition is not null";

    private final String changefeed;

    Targets(String changefeed) {
        this.changefeed = changefeed;
    }

    @Nullable
    TargetTable find(Connection connection, TableId table) throws SQLException {
        List<TargetTable> found = select(connection, "table_id = " + table.value());
        return found.isEmpty() ? null : found.get(0);
    }

    List<TargetTable> present(Connection connection) throws SQLException {
        return select(connection, "state = 'PRESENT'");
    }

    List<TargetTable> presentIn(Connection connection, SchemaId schema) throws SQLException {
        return select(connection, "state = 'PRESENT' and schema_id = " + schema.value());
    }

    private List<TargetTable> select(Connection connection, String condition) throws SQLException {
        List<TargetTable> found = new ArrayList<>();
        try (PreparedStatement select = connection.prepareStatement("select " + COLUMNS
                + " from maintainer_sink.target where changefeed = ? and " + condition + " order by table_id")) {
            select.setString(1, changefeed);
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    found.add(new TargetTable(
                            new TableId(result.getLong(1)),
                            new SchemaId(result.getLong(2)),
                            new TableName(result.getString(3), result.getString(4)),
                            TargetTable.State.valueOf(result.getString(5)),
                            result.getBoolean(6)));
                }
            }
        }
        return found;
    }

    /** As {@link #put(Connection, TargetTable, String)}, with the definition that it has. */
    void put(Connection connection, TargetTable target) throws SQLException {
        put(connection, target, target.typed() ? definition(connection, target.table()) : null);
    }

    /** Notes a table, in the place of what was known of it. */
    void put(Connection connection, TargetTable target, @Nullable String definition) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into maintainer_sink.target"
                + " (changefeed, table_id, schema_id, schema_name, table_name, state, definition)"
                + " values (?, ?, ?, ?, ?, ?, ?) on conflict (changefeed, table_id) do update"
                + " set schema_id = excluded.schema_id, schema_name = excluded.schema_name,"
                + " table_name = excluded.table_name, state = excluded.state, definition = excluded.definition")) {
            insert.setString(1, changefeed);
            insert.setLong(2, target.table().value());
            insert.setLong(3, target.schema().value());
            insert.setString(4, target.name().schema());
            insert.setString(5, target.name().table());
            insert.setString(6, target.state().name());
            insert.setString(7, definition);
            insert.executeUpdate();
        }
    }

    /** What a table looks like in the source; null if it has no columns of it, or is unknown. */
    @Nullable
    String definition(Connection connection, TableId table) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select definition from maintainer_sink.target where changefeed = ? and table_id = ?")) {
            select.setString(1, changefeed);
            select.setLong(2, table.value());
            try (ResultSet result = select.executeQuery()) {
                return result.next() ? result.getString(1) : null;
            }
        }
    }

    /** The table is gone, and with it whatever was known of its spans and keys. */
    void drop(Connection connection, TargetTable target) throws SQLException {
        put(connection, target.dropped());
        for (String table : List.of("span", "tombstone")) {
            try (PreparedStatement delete = connection.prepareStatement(
                    "delete from maintainer_sink." + table + " where changefeed = ? and table_id = ?")) {
                delete.setString(1, changefeed);
                delete.setLong(2, target.table().value());
                delete.executeUpdate();
            }
        }
    }
}
