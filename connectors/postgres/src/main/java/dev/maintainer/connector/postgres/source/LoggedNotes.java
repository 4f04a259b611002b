package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.ddl.NotedDdl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What event triggers of a source have noted: the entries of {@code maintainer.ddl_log}, and where each of them was committed, which
 * whoever reads the log of the server writes down. An entry may have several positions: the first one counts. Each call connects
 * anew. Thread-safe.
 */
final class LoggedNotes implements DdlNotes {
    private static final String LOG = "ddl_log";

    private static final String ENTRIES = """
            select l.id, l.kind, l.tag, l.object_oid, l.schema_oid, l.schema_name, l.object_name, l.relation_kind,
              l.persistence, l.partition_of, l.added_values, l.detail, l.image, p.commit_ts
            from maintainer.ddl_log l
              join (select entry, min(commit_ts) from maintainer.ddl_position group by entry) p (entry, commit_ts)
                on p.entry = l.id
            where p.commit_ts <= ?
            order by p.commit_ts, l.id""";

    private static final String GONE = """
            select format('%I.%I', last.schema_name, last.object_name)
            from (
              select distinct on (object_oid) object_oid, schema_name, object_name, image is not null as is_there
              from maintainer.ddl_log
              where kind in ('baseline', 'table', 'rewritten', 'dropped') and object_oid is not null
              order by object_oid, id desc) last
            where last.is_there and not exists (select from pg_class c where c.oid = last.object_oid)
            order by 1 limit 5""";

    private final SourceDatabase database;

    LoggedNotes(SourceDatabase database) {
        this.database = database;
    }

    @Override
    public String log() {
        return LOG;
    }

    @Override
    public Optional<NotedDdl> noted(Map<String, String> columns) {
        return Optional.of(NotedDdl.of(columns));
    }

    @Override
    public Known read(long startTs, long upToTs) {
        return KnownNotes.read(database, ENTRIES, statement -> statement.setLong(1, upToTs), startTs, upToTs);
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

    @Override
    public SourceDatabase database() {
        return database;
    }

    @Override
    public int place(Connection connection, long commitTs, Collection<Long> entries) throws SQLException {
        return DdlNotes.insert(connection, "maintainer.ddl_position (entry, commit_ts)", commitTs, entries);
    }
}
