package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.snapshot.CopyWindows;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a source itself knows of its DDLs: the entries of its log, and where each of them was committed, which whoever reads the
 * log of the server writes down. An entry may have several positions: the first one counts. Each call connects anew. Thread-safe.
 */
final class DdlNotes {
    private static final int ROWS = 200;

    private static final String ENTRIES = """
            select l.id, l.kind, l.tag, l.object_oid, l.schema_oid, l.schema_name, l.object_name, l.relation_kind,
              l.persistence, l.partition_of, l.added_values, l.detail, l.image, p.commit_ts
            from maintainer.ddl_log l
              join (select entry, min(commit_ts) from maintainer.ddl_position group by entry) p (entry, commit_ts)
                on p.entry = l.id
            where p.commit_ts <= ?
            order by p.commit_ts, l.id""";

    private static final List<String> COLUMNS = List.of(
            "id",
            "kind",
            "tag",
            "object_oid",
            "schema_oid",
            "schema_name",
            "object_name",
            "relation_kind",
            "persistence",
            "partition_of",
            "added_values",
            "detail",
            "image");

    private static final String GONE = """
            select format('%I.%I', last.schema_name, last.object_name)
            from (
              select distinct on (object_oid) object_oid, schema_name, object_name, image is not null as is_there
              from maintainer.ddl_log
              where kind in ('baseline', 'table', 'rewritten', 'dropped') and object_oid is not null
              order by object_oid, id desc) last
            where last.is_there and not exists (select from pg_class c where c.oid = last.object_oid)
            order by 1 limit 5""";

    private static final String TRUNCATIONS = """
            select table_oid, commit_ts from maintainer.truncation where commit_ts > ? and commit_ts <= ?""";

    /**
     * What a transaction has done.
     *
     * @param notes in their order
     * @param truncated the numbers of tables that it has emptied
     */
    record Transaction(long commitTs, List<NotedDdl> notes, Set<Long> truncated) {}

    /**
     * What is known.
     *
     * @param before entries from before a changefeed began, in their order
     * @param since later transactions, in their order
     */
    record Known(List<NotedDdl> before, List<Transaction> since) {}

    private final SourceDatabase database;

    DdlNotes(SourceDatabase database) {
        this.database = database;
    }

    /** Reads what was committed up to {@code upToTs}; what is later than {@code startTs} comes by transaction. */
    Known read(long startTs, long upToTs) {
        return database.call("what was noted of DDLs cannot be read", connection -> {
            connection.setAutoCommit(false);
            List<NotedDdl> before = new ArrayList<>();
            TreeMap<Long, Transaction> since = new TreeMap<>();
            try (PreparedStatement statement = connection.prepareStatement(ENTRIES)) {
                statement.setFetchSize(ROWS);
                statement.setLong(1, upToTs);
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        NotedDdl noted = noted(result);
                        long commitTs = result.getLong(COLUMNS.size() + 1);
                        if (commitTs <= startTs) {
                            before.add(noted);
                        } else {
                            at(since, commitTs).notes().add(noted);
                        }
                    }
                }
            }
            try (PreparedStatement statement = connection.prepareStatement(TRUNCATIONS)) {
                statement.setLong(1, startTs);
                statement.setLong(2, upToTs);
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        at(since, result.getLong(2)).truncated().add(result.getLong(1));
                    }
                }
            }
            connection.rollback();
            return new Known(before, List.copyOf(since.values()));
        });
    }

    private static Transaction at(Map<Long, Transaction> transactions, long commitTs) {
        return transactions.computeIfAbsent(
                commitTs, any -> new Transaction(commitTs, new ArrayList<>(), new HashSet<>()));
    }

    private static NotedDdl noted(ResultSet result) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        for (int i = 0; i < COLUMNS.size(); i++) {
            String text = result.getString(i + 1);
            if (text != null) {
                columns.put(COLUMNS.get(i), text);
            }
        }
        return NotedDdl.of(columns);
    }

    /**
     * Refuses a log that has tables which are not there.
     *
     * @param connection sees the database where a changefeed begins
     * @throws MaintainerException with {@code BAD_CONFIGURATION} naming some of them
     */
    static void requireOwn(Connection connection) throws SQLException {
        List<String> gone = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(GONE)) {
            while (result.next()) {
                gone.add(result.getString(1));
            }
        }
        if (!gone.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "maintainer.ddl_log has tables that are not there (" + Printable.line(String.join(", ", gone))
                            + "): it was copied from another database, or event triggers were disabled when they were"
                            + " dropped; execute what 'maintainer postgres setup-sql --drop' prints, and then what"
                            + " 'maintainer postgres setup-sql' prints");
        }
    }

    /** Entries of which nobody has written down yet where they were committed. */
    static List<Long> unplaced(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("""
                        select id from maintainer.ddl_log l
                        where not exists (select from maintainer.ddl_position p where p.entry = l.id)""")) {
            List<Long> entries = new ArrayList<>();
            while (result.next()) {
                entries.add(result.getLong(1));
            }
            return entries;
        }
    }

    /**
     * Writes down where a transaction was committed.
     *
     * @param entries that it has
     * @param truncated the numbers of tables that it has emptied
     */
    void write(long commitTs, Collection<Long> entries, Collection<Long> truncated) {
        if (entries.isEmpty() && truncated.isEmpty()) {
            return;
        }
        int unused = database.call("where a DDL was committed cannot be noted", connection -> {
            makeDurable(connection);
            return insert(connection, "maintainer.ddl_position (entry, commit_ts)", commitTs, entries)
                    + insert(connection, "maintainer.truncation (table_oid, commit_ts)", commitTs, truncated);
        });
    }

    /** What is read behind a note counts as soon as it is on the disk of a node; a server that forgets the note has lost it. */
    private static void makeDurable(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("select set_config('synchronous_commit', 'on', false)"
                    + " where current_setting('synchronous_commit') = 'off'");
        }
    }

    private static int insert(Connection connection, String into, long commitTs, Collection<Long> numbers)
            throws SQLException {
        if (numbers.isEmpty()) {
            return 0;
        }
        try (PreparedStatement statement = connection.prepareStatement("insert into " + into
                + " select numbers.number, ? from unnest(?) as numbers (number) on conflict do nothing")) {
            statement.setLong(1, commitTs);
            statement.setArray(2, connection.createArrayOf("bigint", numbers.toArray(Long[]::new)));
            return statement.executeUpdate();
        }
    }

    /** Those of one beginning of a changefeed. */
    CopyWindows windows(String identity) {
        return new CopyWindows() {
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
        };
    }

    /** The changefeed is gone. */
    void forgetWindows(String identity) {
        int unused = database.call("the ends of copies cannot be deleted", connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("delete from maintainer.copy_window where source = ?")) {
                statement.setString(1, identity);
                return statement.executeUpdate();
            }
        });
    }
}
