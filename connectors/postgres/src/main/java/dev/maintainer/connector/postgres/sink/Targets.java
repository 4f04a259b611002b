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
    private static final String COLUMNS = "table_id, schema_id, schema_name, table_name, state";

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
                            TargetTable.State.valueOf(result.getString(5))));
                }
            }
        }
        return found;
    }

    void put(Connection connection, TargetTable target) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into maintainer_sink.target (changefeed, "
                + COLUMNS + ") values (?, ?, ?, ?, ?, ?) on conflict (changefeed, table_id) do update"
                + " set schema_id = excluded.schema_id, schema_name = excluded.schema_name,"
                + " table_name = excluded.table_name, state = excluded.state")) {
            insert.setString(1, changefeed);
            insert.setLong(2, target.table().value());
            insert.setLong(3, target.schema().value());
            insert.setString(4, target.name().schema());
            insert.setString(5, target.name().table());
            insert.setString(6, target.state().name());
            insert.executeUpdate();
        }
    }

    /** The table is gone, and with it whatever was known of its spans and keys. */
    void drop(Connection connection, TargetTable target) throws SQLException {
        put(connection, new TargetTable(target.table(), target.schema(), target.name(), TargetTable.State.DROPPED));
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
