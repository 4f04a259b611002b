package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.sql.Identifiers;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * A table of rows that have a key and are JSON: what a source without columns has. One row of the source is one row here, with
 * its text unchanged.
 */
final class JsonTable implements TableForm {
    private final String name;

    JsonTable(TableName name) {
        this.name = Identifiers.quoted(name);
    }

    /** The statement that makes it; the name of the index says which table it belongs to, whatever that is called later. */
    static String creation(TargetTable target, String mark) {
        return "create table " + Identifiers.quoted(target.name())
                + " (key text collate \"C\", value json not null, definition text, commit_ts bigint not null,"
                + " constraint " + Identifiers.quoted("maintainer_" + mark + "_" + target.table())
                + " primary key (key))";
    }

    @Override
    public Written write(Connection connection, Batch batch) throws SQLException {
        refuseParts(batch.rows());
        LatestRows latest = batch.firstTs() > batch.writtenTs()
                ? LatestRows.ofNew(batch.rows())
                : LatestRows.ofRepeated(
                        batch.rows(), batch.progress(), last -> known(connection, batch.changefeed(), last));
        delete(connection, latest.deleted());
        upsert(connection, latest.written());
        new Tombstones(batch.changefeed()).add(connection, latest.deleted());
        // Whoever writes next may bring rows that are older than these, and are not there.
        return new Written(latest.applied(), latest.again(), latest.deleted(), 0);
    }

    /** A source that tells parts of rows has columns, and then there is another table. */
    private void refuseParts(List<RowEvent> rows) {
        for (RowEvent row : rows) {
            if (row.op() == RowEvent.Op.P) {
                throw new MaintainerException(
                        ErrorCode.ROW_MISSING,
                        "a row of table " + name + " is not told as a whole, and the source does not say which columns"
                                + " the table has; use a source that tells whole rows");
            }
        }
    }

    /** Writes rows over whatever there is of their keys. */
    private void upsert(Connection connection, List<RowEvent> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement("insert into " + name
                + " (key, value, definition, commit_ts)"
                + " select k, v::json, d, c from unnest(?::text[], ?::text[], ?::text[], ?::bigint[]) as u(k, v, d, c)"
                + " on conflict (key) do update set value = excluded.value, definition = excluded.definition,"
                + " commit_ts = excluded.commit_ts")) {
            statement.setArray(1, connection.createArrayOf("text", keys(rows)));
            statement.setArray(2, connection.createArrayOf("text", values(rows)));
            statement.setArray(3, connection.createArrayOf("text", definitions(rows)));
            statement.setArray(4, connection.createArrayOf("int8", times(rows)));
            statement.executeUpdate();
        }
    }

    private void delete(Connection connection, List<RowEvent> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement =
                connection.prepareStatement("delete from " + name + " where key = any(?::text[])")) {
            statement.setArray(1, connection.createArrayOf("text", keys(rows)));
            statement.executeUpdate();
        }
    }

    /** What is there of some keys, and when they were deleted if they are not. */
    private Map<String, LatestRows.Known> known(Connection connection, String changefeed, List<RowEvent> rows)
            throws SQLException {
        LatestRows.KnownRows known = new LatestRows.KnownRows();
        try (PreparedStatement statement = connection.prepareStatement("select u.n, t.commit_ts, d.commit_ts,"
                + " t.value::text = u.v and t.definition is not distinct from u.d"
                + " from unnest(?::text[], ?::text[], ?::text[]) with ordinality as u(k, v, d, n)"
                + " left join " + name + " t on t.key = u.k"
                + " left join maintainer_sink.tombstone d on d.changefeed = ? and d.table_id = ? and d.key = u.k"
                + " where t.key is not null or d.key is not null")) {
            statement.setArray(1, connection.createArrayOf("text", keys(rows)));
            statement.setArray(2, connection.createArrayOf("text", values(rows)));
            statement.setArray(3, connection.createArrayOf("text", definitions(rows)));
            statement.setString(4, changefeed);
            statement.setLong(5, rows.get(0).table().value());
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    known.add(
                            rows.get(result.getInt(1) - 1),
                            result.getObject(2, Long.class),
                            result.getObject(3, Long.class),
                            result.getBoolean(4));
                }
            }
        }
        return known.all();
    }

    static Object[] keys(List<RowEvent> rows) {
        return rows.stream().map(RowEvent::key).toArray();
    }

    private static Object[] values(List<RowEvent> rows) {
        return rows.stream().map(RowEvent::row).toArray();
    }

    private static Object[] definitions(List<RowEvent> rows) {
        return rows.stream().map(RowEvent::definition).toArray();
    }

    static Object[] times(List<RowEvent> rows) {
        return rows.stream().map(RowEvent::commitTs).toArray();
    }

    @Override
    public String selection() {
        return "select key, value::text, definition from " + name + " order by key collate \"C\"";
    }
}
