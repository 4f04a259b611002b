package dev.maintainer.connector.postgres.reader;

import dev.maintainer.connector.postgres.reader.SourceFacts.Holder;
import dev.maintainer.connector.postgres.reader.SourceFacts.Publication;
import dev.maintainer.connector.postgres.reader.SourceFacts.Server;
import dev.maintainer.connector.postgres.reader.SourceFacts.Slot;
import dev.maintainer.connector.postgres.wal.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a server says of slots, publications and itself. Used by one thread at a time. */
final class SlotQueries {
    private static final String SERVER = """
            select current_setting('server_version_num')::int, d.oid, d.datname, pg_is_in_recovery()
            from pg_database d where d.datname = current_database()""";

    private static final String HOLDER = """
            select a.pid, a.application_name, a.usename = current_user
            from pg_replication_slots s join pg_stat_activity a on a.pid = s.active_pid
            where s.slot_name = ?""";

    private static final String LIMITED = """
            select format('%I.%I', n.nspname, c.relname)
            from pg_publication_rel r
              join pg_publication p on p.oid = r.prpubid
              join pg_class c on c.oid = r.prrelid
              join pg_namespace n on n.oid = c.relnamespace
            where p.pubname = ? and (r.prqual is not null or r.prattrs is not null)
            order by 1 limit 10""";

    private static final String WITHOUT_IDENTITY = """
            select format('%I.%I', t.schemaname, t.tablename)
            from pg_publication_tables t
              join pg_namespace n on n.nspname = t.schemaname
              join pg_class c on c.relnamespace = n.oid and c.relname = t.tablename
            where t.pubname = ?
              and (c.relreplident = 'n'
                or c.relreplident = 'd' and not exists (
                  select from pg_index i where i.indrelid = c.oid and i.indisprimary)
                or c.relreplident = 'i' and not exists (
                  select from pg_index i where i.indrelid = c.oid and i.indisreplident))
            order by 1 limit 100""";

    private final Connection connection;

    SlotQueries(Connection connection) {
        this.connection = connection;
    }

    /** Of a connection for replication: others cannot ask for the system. */
    Server server() throws SQLException {
        String systemId;
        int timeline;
        long walEnd;
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("IDENTIFY_SYSTEM")) {
            requireRow(result, "IDENTIFY_SYSTEM");
            systemId = result.getString("systemid");
            timeline = result.getInt("timeline");
            walEnd = Lsn.parse(result.getString("xlogpos"));
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SERVER)) {
            requireRow(result, "the database");
            return new Server(
                    result.getInt(1),
                    systemId,
                    result.getString(3),
                    result.getLong(2),
                    timeline,
                    walEnd,
                    result.getBoolean(4));
        }
    }

    /** Of a connection for replication. */
    TimelineHistory history(int timeline) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("TIMELINE_HISTORY " + timeline)) {
            requireRow(result, "TIMELINE_HISTORY");
            return TimelineHistory.parse(result.getString("content"));
        }
    }

    @Nullable
    Slot slot(String name) throws SQLException {
        // Which columns there are depends on the release.
        @Nullable Map<String, String> row = row("select * from pg_replication_slots where slot_name = ?", name);
        return row == null
                ? null
                : new Slot(
                        row.get("database"),
                        row.get("plugin"),
                        isTrue(row.get("temporary")),
                        isTrue(row.get("two_phase")),
                        lsn(row.get("confirmed_flush_lsn")),
                        lsn(row.get("restart_lsn")),
                        row.get("wal_status"),
                        row.get("invalidation_reason"));
    }

    @Nullable
    Holder holder(String slot) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLDER)) {
            statement.setString(1, slot);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return null;
                }
                String applicationName = result.getString(2);
                return new Holder(
                        result.getInt(1), applicationName == null ? "" : applicationName, result.getBoolean(3));
            }
        }
    }

    @Nullable
    Publication publication(String name) throws SQLException {
        @Nullable Map<String, String> row = row("select * from pg_publication where pubname = ?", name);
        if (row == null) {
            return null;
        }
        List<String> unpublished = new ArrayList<>();
        for (String kind : List.of("insert", "update", "delete", "truncate")) {
            if (!isTrue(row.get("pub" + kind))) {
                unpublished.add(kind);
            }
        }
        return new Publication(
                Long.parseLong(row.getOrDefault("oid", "0")),
                unpublished,
                isTrue(row.get("pubviaroot")),
                names(LIMITED, name));
    }

    List<String> tablesWithoutIdentity(String publication) throws SQLException {
        return names(WITHOUT_IDENTITY, publication);
    }

    private List<String> names(String sql, String publication) throws SQLException {
        List<String> names = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, publication);
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    names.add(result.getString(1));
                }
            }
        }
        return names;
    }

    /** By column, what is not null of the row with that name; null if there is none. */
    private @Nullable Map<String, String> row(String sql, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, name);
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    return null;
                }
                ResultSetMetaData columns = result.getMetaData();
                Map<String, String> row = new HashMap<>();
                for (int i = 1; i <= columns.getColumnCount(); i++) {
                    String value = result.getString(i);
                    if (value != null) {
                        row.put(columns.getColumnName(i), value);
                    }
                }
                return row;
            }
        }
    }

    private static void requireRow(ResultSet result, String what) throws SQLException {
        if (!result.next()) {
            throw new SQLException("the server says nothing of " + what);
        }
    }

    private static boolean isTrue(@Nullable String value) {
        return "t".equals(value) || "true".equals(value);
    }

    private static long lsn(@Nullable String value) {
        return value == null ? Lsn.NONE : Lsn.parse(value);
    }
}
