package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.source.DdlNotes.Known;
import dev.maintainer.connector.postgres.source.DdlNotes.Transaction;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Notes with positions, gathered by transaction. Used by one thread. */
final class KnownNotes {
    /** The columns of a note, in the order in which they are read. */
    static final List<String> COLUMNS = List.of(
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

    private static final int ROWS = 200;
    private static final String TRUNCATIONS = """
            select table_oid, commit_ts from maintainer.truncation where commit_ts > ? and commit_ts <= ?""";

    private final long startTs;
    private final List<NotedDdl> before = new ArrayList<>();
    private final TreeMap<Long, Transaction> since = new TreeMap<>();

    private KnownNotes(long startTs) {
        this.startTs = startTs;
    }

    /** Gives a statement its parameters. */
    interface Parameters {
        void set(PreparedStatement statement) throws SQLException;
    }

    /**
     * Reads notes, and which tables were emptied.
     *
     * @param notes a statement for {@link #COLUMNS} and the position of each note, by position and number
     * @param parameters of it
     * @param startTs what is later comes by transaction
     * @param upToTs tables that were emptied later do not count
     */
    static Known read(SourceDatabase database, String notes, Parameters parameters, long startTs, long upToTs) {
        return database.call("what was noted of DDLs cannot be read", connection -> {
            connection.setAutoCommit(false);
            KnownNotes known = new KnownNotes(startTs);
            try (PreparedStatement statement = connection.prepareStatement(notes)) {
                statement.setFetchSize(ROWS);
                parameters.set(statement);
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        known.add(result.getLong(COLUMNS.size() + 1), noted(result));
                    }
                }
            }
            known.addTruncations(connection, upToTs);
            connection.rollback();
            return new Known(known.before, List.copyOf(known.since.values()));
        });
    }

    /** The note at which a result stands that begins with {@link #COLUMNS}. */
    static NotedDdl noted(ResultSet result) throws SQLException {
        Map<String, String> columns = new HashMap<>();
        for (int i = 0; i < COLUMNS.size(); i++) {
            String text = result.getString(i + 1);
            if (text != null) {
                columns.put(COLUMNS.get(i), text);
            }
        }
        return NotedDdl.of(columns);
    }

    /** A note; those of one transaction in their order. */
    private void add(long commitTs, NotedDdl noted) {
        if (commitTs <= startTs) {
            before.add(noted);
        } else {
            at(commitTs).notes().add(noted);
        }
    }

    private Transaction at(long commitTs) {
        return since.computeIfAbsent(commitTs, any -> new Transaction(commitTs, new ArrayList<>(), new HashSet<>()));
    }

    /** Which tables were emptied up to a position. */
    private void addTruncations(Connection connection, long upToTs) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(TRUNCATIONS)) {
            statement.setLong(1, startTs);
            statement.setLong(2, upToTs);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    at(result.getLong(2)).truncated().add(result.getLong(1));
                }
            }
        }
    }
}
