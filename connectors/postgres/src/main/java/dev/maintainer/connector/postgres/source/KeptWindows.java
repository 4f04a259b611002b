package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.model.TableId;
import dev.maintainer.connector.postgres.snapshot.CopyWindows;
import java.sql.PreparedStatement;
import java.sql.ResultSet;

/** Where interrupted copies of one beginning of a changefeed end, as the source keeps it. Each call connects anew. Thread-safe. */
final class KeptWindows implements CopyWindows {
    private final SourceDatabase database;
    private final String identity;

    KeptWindows(SourceDatabase database, String identity) {
        this.database = database;
        this.identity = identity;
    }

    @Override
    public void keep(TableId table, long endTs) {
        int unused = database.call("the end of a copy cannot be noted", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "insert into maintainer.copy_window values (?, ?, ?) on conflict (source, table_id)"
                            + " do update set end_ts = greatest(copy_window.end_ts, excluded.end_ts)")) {
                statement.setString(1, identity);
                statement.setLong(2, table.value());
                statement.setLong(3, endTs);
                return statement.executeUpdate();
            }
        });
    }

    @Override
    public long endTs(TableId table) {
        return database.call("the end of a copy cannot be looked up", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "select end_ts from maintainer.copy_window where source = ? and table_id = ?")) {
                statement.setString(1, identity);
                statement.setLong(2, table.value());
                try (ResultSet result = statement.executeQuery()) {
                    return result.next() ? result.getLong(1) : 0L;
                }
            }
        });
    }

    /** The changefeed is gone. */
    void forget() {
        int unused = database.call("the ends of copies cannot be deleted", connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("delete from maintainer.copy_window where source = ?")) {
                statement.setString(1, identity);
                return statement.executeUpdate();
            }
        });
    }
}
