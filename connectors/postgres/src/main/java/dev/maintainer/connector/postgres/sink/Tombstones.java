package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Remembers when keys were deleted, so that an older row that comes again does not bring them back. */
final class Tombstones {
    private final String changefeed;

    Tombstones(String changefeed) {
        this.changefeed = changefeed;
    }

    void add(Connection connection, List<RowEvent> deleted) throws SQLException {
        if (deleted.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("insert into maintainer_sink.tombstone as t"
                + " (changefeed, table_id, key, position, commit_ts)"
                + " select ?, ?, k, p, c from unnest(?::text[], ?::bytea[], ?::bigint[]) as u(k, p, c)"
                + " on conflict (changefeed, table_id, key) do update"
                + " set position = excluded.position, commit_ts = excluded.commit_ts"
                + " where t.commit_ts < excluded.commit_ts")) {
            statement.setString(1, changefeed);
            statement.setLong(2, deleted.get(0).table().value());
            statement.setArray(3, connection.createArrayOf("text", JsonTable.keys(deleted)));
            statement.setArray(
                    4,
                    connection.createArrayOf(
                            "bytea",
                            deleted.stream()
                                    .map(event -> event.position().bytes())
                                    .toArray(byte[][]::new)));
            statement.setArray(5, connection.createArrayOf("int8", JsonTable.times(deleted)));
            statement.executeUpdate();
        }
    }

    /** All that was deleted up to a position is known to be so without them. */
    void forget(Connection connection, TableSpan span, long upTo) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("delete from maintainer_sink.tombstone"
                + " where changefeed = ? and table_id = ? and commit_ts <= ? and position >= ?"
                + " and (?::bytea is null or position < ?)")) {
            statement.setString(1, changefeed);
            statement.setLong(2, span.table().value());
            statement.setLong(3, upTo);
            statement.setBytes(4, span.start().bytes());
            byte @Nullable [] end = endOf(span);
            statement.setBytes(5, end);
            statement.setBytes(6, end);
            statement.executeUpdate();
        }
    }

    /** The end of a span in a table of the sink: null is behind all keys. */
    static byte @Nullable [] endOf(TableSpan span) {
        return span.end().equals(SpanBound.HIGHEST) ? null : span.end().bytes();
    }
}
