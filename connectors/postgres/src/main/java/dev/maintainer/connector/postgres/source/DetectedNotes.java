package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.ddl.NotedDdl;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What those who read a source have seen of its DDLs: {@code maintainer.detected_ddl}. What the log of the server tells by itself is
 * noted with its position, by whoever is there first; what somebody finds in the catalog gets its position as it comes in the log.
 * Each call connects anew. Thread-safe.
 */
final class DetectedNotes implements DdlNotes {
    private static final String LOG = "detected_ddl";
    private static final String FIELDS = String.join(", ", KnownNotes.COLUMNS);

    private static final String KNOWN = "select " + FIELDS + ", detected_ts from maintainer.detected_ddl"
            + " where source = ? and detected_ts <= ? order by detected_ts, id";
    private static final String AT =
            "select " + FIELDS + " from maintainer.detected_ddl where source = ? and detected_ts = ? order by id";

    /** The numbers of entries ascend in the order in which they are given. */
    private static final String INSERT = """
            insert into maintainer.detected_ddl (source, detected_ts, kind, tag, object_oid, schema_oid, schema_name, object_name,
              relation_kind, persistence, partition_of, added_values, detail, image)
            select ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?::json, ?, ?::json""";

    /** Nodes find the same, and so does one that looks again before it has read what it has noted. */
    private static final String UNLESS_NOTED = INSERT + "\n" + """
            where not exists (
              select from (
                select kind, detail, schema_name, object_name, persistence, image::text
                from maintainer.detected_ddl where source = ? and object_oid = ? order by id desc limit 1) last
              where last = row (?::text, ?::text, ?::text, ?::text, ?::text, ?::text))""";

    private final SourceDatabase database;
    private final String source;

    /**
     * Those of one beginning of a changefeed.
     *
     * @param source which; what others have noted does not count
     */
    DetectedNotes(SourceDatabase database, String source) {
        this.database = database;
        this.source = source;
    }

    @Override
    public String log() {
        return LOG;
    }

    @Override
    public Optional<NotedDdl> noted(Map<String, String> columns) {
        boolean comesHere = source.equals(columns.get("source")) && columns.get("detected_ts") == null;
        return comesHere ? Optional.of(NotedDdl.of(columns)) : Optional.empty();
    }

    @Override
    public Known read(long startTs, long upToTs) {
        return KnownNotes.read(
                database,
                KNOWN,
                statement -> {
                    statement.setString(1, source);
                    statement.setLong(2, upToTs);
                },
                startTs,
                upToTs);
    }

    @Override
    public SourceDatabase database() {
        return database;
    }

    @Override
    public int place(Connection connection, long commitTs, Collection<Long> entries) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("update maintainer.detected_ddl"
                + " set detected_ts = ? where id = any (?) and (detected_ts is null or detected_ts > ?)")) {
            statement.setLong(1, commitTs);
            statement.setArray(2, connection.createArrayOf("bigint", entries.toArray(Long[]::new)));
            statement.setLong(3, commitTs);
            return statement.executeUpdate();
        }
    }

    /** What tables looked like where the changefeed began. */
    void begin(long startTs, List<NotedDdl> tables) {
        int unused = database.call("what tables look like cannot be noted", connection -> {
            connection.setAutoCommit(false);
            DdlNotes.makeDurable(connection);
            for (NotedDdl table : tables) {
                insert(connection, startTs, Kind.BASELINE, table);
            }
            connection.commit();
            return tables.size();
        });
    }

    /**
     * What the log of the server has told of tables by a transaction. Whoever is there first says what the catalog has of it, for
     * everybody.
     *
     * @param commitTs where the transaction was committed
     * @param looked finds out what the catalog has; called if nobody has noted that yet
     * @return what counts, in its order
     */
    List<NotedDdl> detected(long commitTs, Supplier<List<NotedDdl>> looked) {
        List<NotedDdl> noted =
                database.call("what was seen of a DDL cannot be read", connection -> at(connection, commitTs));
        if (!noted.isEmpty()) {
            return noted;
        }
        List<NotedDdl> seen = looked.get();
        return database.call("what was seen of a DDL cannot be noted", connection -> {
            Detection.useCatalog(connection);
            connection.setAutoCommit(false);
            DdlNotes.makeDurable(connection);
            try (Statement statement = connection.createStatement()) {
                statement.execute("lock table maintainer.detected_ddl in share row exclusive mode");
            }
            List<NotedDdl> first = at(connection, commitTs);
            if (first.isEmpty()) {
                for (NotedDdl each : seen) {
                    insert(connection, commitTs, each.kind(), each);
                }
                first = at(connection, commitTs);
            }
            connection.commit();
            return first;
        });
    }

    private List<NotedDdl> at(Connection connection, long commitTs) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(AT)) {
            statement.setString(1, source);
            statement.setLong(2, commitTs);
            try (ResultSet result = statement.executeQuery()) {
                List<NotedDdl> notes = new ArrayList<>();
                while (result.next()) {
                    notes.add(KnownNotes.noted(result));
                }
                return notes;
            }
        }
    }

    private void insert(Connection connection, long commitTs, Kind kind, NotedDdl note) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
            bind(statement, commitTs, kind, note);
            int unused = statement.executeUpdate();
        }
    }

    /**
     * What somebody has found in the catalog. It counts where it comes in the log.
     *
     * @param connection in a transaction in which the catalog was looked at
     */
    void found(Connection connection, List<NotedDdl> notes) throws SQLException {
        for (NotedDdl note : notes) {
            try (PreparedStatement statement = connection.prepareStatement(UNLESS_NOTED)) {
                int next = bind(statement, 0, note.kind(), note);
                statement.setString(next, source);
                statement.setLong(next + 1, note.table());
                statement.setString(next + 2, text(note.kind()));
                statement.setString(next + 3, note.detail());
                statement.setString(next + 4, schemaName(note));
                statement.setString(next + 5, objectName(note));
                statement.setString(next + 6, note.persistence());
                statement.setString(next + 7, note.image());
                int unused = statement.executeUpdate();
            }
        }
    }

    /** Returns the next parameter. */
    private int bind(PreparedStatement statement, long commitTs, Kind kind, NotedDdl note) throws SQLException {
        int parameter = 1;
        statement.setString(parameter++, source);
        statement.setObject(parameter++, commitTs == 0 ? null : Long.valueOf(commitTs), java.sql.Types.BIGINT);
        statement.setString(parameter++, text(kind));
        statement.setString(parameter++, note.tag());
        statement.setLong(parameter++, note.table());
        statement.setLong(parameter++, note.schema());
        statement.setString(parameter++, schemaName(note));
        statement.setString(parameter++, objectName(note));
        statement.setString(parameter++, note.relationKind());
        statement.setString(parameter++, note.persistence());
        statement.setLong(parameter++, note.partitionOf());
        statement.setString(parameter++, note.addedValuesJson());
        statement.setString(parameter++, note.detail());
        statement.setString(parameter++, note.image());
        return parameter;
    }

    private static String text(Kind kind) {
        return kind.name().replace('_', ' ').toLowerCase(Locale.ROOT);
    }

    private static String schemaName(NotedDdl note) {
        return Objects.requireNonNull(note.name()).schema();
    }

    private static String objectName(NotedDdl note) {
        return Objects.requireNonNull(note.name()).table();
    }

    /** The changefeed is gone. */
    void forget() {
        int unused = database.call("what was seen of DDLs cannot be deleted", connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("delete from maintainer.detected_ddl where source = ?")) {
                statement.setString(1, source);
                return statement.executeUpdate();
            }
        });
    }
}
