package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.reader.SourceFailures;
import dev.maintainer.connector.postgres.reader.WalMark;
import dev.maintainer.connector.postgres.sql.Failures;
import dev.maintainer.connector.postgres.wal.Lsn;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a source is asked, and told, when it is opened. Each call connects anew. Thread-safe. */
final class SourceDatabase {
    private static final String UNKNOWN_TABLE = "42P01";
    private static final String UNKNOWN_SCHEMA = "3F000";
    private static final String UNKNOWN_COLUMN = "42703";
    private static final String THERE_ALREADY = "42710";
    private static final Set<String> UNPREPARED = Set.of(UNKNOWN_TABLE, UNKNOWN_SCHEMA, UNKNOWN_COLUMN);
    private static final int ANSWER_SECONDS = 60;

    private static final String FACTS = """
            select (select system_identifier from pg_control_system()), d.oid,
              ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int, pg_current_wal_lsn(), p.oid
            from pg_database d left join pg_publication p on p.pubname = ?
            where d.datname = current_database()""";

    private static final String FIND = """
            select system_id, database_oid, publication_oid, start_ts, coalesce(timeline, 0), coalesce(schemas, '{}'),
              coalesce(listed, '{}')
            from maintainer.changefeed where name = ?""";

    private static final String NOTE_TIMELINE = """
            update maintainer.changefeed set timeline = ? where name = ? and coalesce(timeline, 0) < ?""";

    private static final String INSERT = """
            insert into maintainer.changefeed (name, system_id, database_oid, publication_oid, start_ts, schemas, listed)
            values (?, ?, ?, ?, ?, ?, ?) on conflict (name) do nothing""";

    private static final String PUBLISHED = """
            select p.puballtables,
              array(select n.pnnspid::bigint from pg_publication_namespace n where n.pnpubid = p.oid),
              array(select r.prrelid::bigint from pg_publication_rel r where r.prpubid = p.oid),
              exists (
                select from pg_publication_tables t
                where t.pubname = p.pubname and t.schemaname = 'maintainer' and t.tablename = 'ddl_log'),
              exists (
                select from pg_publication_tables t
                where t.pubname = p.pubname and t.schemaname = 'maintainer' and t.tablename = 'detected_ddl'),
              exists (
                select from pg_publication_tables t
                where t.pubname = p.pubname and t.schemaname = 'maintainer' and t.tablename = 'sync_point')
            from pg_publication p where p.pubname = ?""";

    private static final String SLOTS = """
            select slot_name, confirmed_flush_lsn, active, coalesce(wal_status, '') = 'lost'
            from pg_replication_slots
            where database = current_database() and starts_with(slot_name, ?) and plugin = 'pgoutput'
              and confirmed_flush_lsn is not null
            order by slot_name""";

    /**
     * What the database is.
     *
     * @param walEnd where its log ended
     * @param publicationOid null if there is no such publication
     */
    record Facts(
            String systemId,
            long databaseOid,
            int timeline,
            long walEnd,
            @Nullable Long publicationOid) {}

    /**
     * Where a changefeed began.
     *
     * @param startTs what was committed later comes from the log
     * @param timeline that was read last; 0 if that is not noted
     * @param schemas the numbers of schemas all of whose tables the publication had
     * @param listed the numbers of tables that it had by themselves
     */
    record Beginning(
            String systemId,
            long databaseOid,
            long publicationOid,
            long startTs,
            int timeline,
            List<Long> schemas,
            List<Long> listed) {
        /** What is stored has positions and rows of this. */
        String identity() {
            return "postgresql-" + systemId + "-" + databaseOid + "-" + publicationOid + "-" + startTs;
        }
    }

    /**
     * What is published.
     *
     * @param all whether all tables are
     * @param schemas the numbers of schemas all of whose tables are
     * @param listed the numbers of tables that are by themselves; a partitioned one stands for its leaves
     * @param hasDdlLog whether what event triggers note of DDLs is among them
     * @param hasDetectedDdls whether what readers note of DDLs is
     * @param hasSyncPoints whether the marks of sync points are
     */
    record Published(
            boolean all,
            List<Long> schemas,
            List<Long> listed,
            boolean hasDdlLog,
            boolean hasDetectedDdls,
            boolean hasSyncPoints) {}

    /**
     * A slot of the changefeed.
     *
     * @param active whether it is read
     * @param lost whether the server has nothing for it any more
     */
    record Slot(SlotName name, long confirmedTs, boolean active, boolean lost) {}

    /** Something that is asked on a connection of its own. */
    interface Call<T> {
        T with(Connection connection) throws SQLException;
    }

    private final ConnectionSource connections;

    SourceDatabase(ConnectionSource connections) {
        this.connections = connections;
    }

    <T> T call(String what, Call<T> call) {
        Map<String, String> properties =
                Map.of("ApplicationName", "maintainer source", "socketTimeout", Integer.toString(ANSWER_SECONDS));
        try (Connection connection = connections.open(new TreeMap<>(properties))) {
            return call.with(connection);
        } catch (SQLException e) {
            if (UNPREPARED.contains(String.valueOf(e.getSQLState()))) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        what + ", because the schema maintainer does not have what a source keeps of changefeeds and"
                                + " DDLs (" + Failures.said(e)
                                + "); execute what 'maintainer postgres setup-sql' prints");
            }
            throw SourceFailures.unavailable(what, e);
        }
    }

    Facts facts(String publication) {
        return call("the source does not tell what it is", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FACTS)) {
                statement.setString(1, publication);
                try (ResultSet result = statement.executeQuery()) {
                    if (!result.next()) {
                        throw new SQLException("there is no row of the database itself");
                    }
                    long oid = result.getLong(5);
                    Long publicationOid = result.wasNull() ? null : Long.valueOf(oid);
                    return new Facts(
                            String.valueOf(result.getString(1)),
                            result.getLong(2),
                            result.getInt(3),
                            Lsn.parse(result.getString(4)),
                            publicationOid);
                }
            }
        });
    }

    List<SourceTable> tables(SourceSettings settings) {
        return call(
                "the tables of the publication cannot be read",
                connection ->
                        CatalogQueries.tables(connection, settings.publication(), settings.appendOnly()::matches));
    }

    /** How many rows some tables have, as the server estimates; 0 of one that was never looked at. */
    long estimatedRows(List<SourceTable> tables) {
        return call("how many rows there are is not told", connection -> {
            Long[] oids =
                    tables.stream().map(table -> table.info().table().value()).toArray(Long[]::new);
            try (PreparedStatement statement = connection.prepareStatement(
                    "select coalesce(sum(greatest(reltuples, 0)), 0)::bigint from pg_class where oid = any (?)")) {
                statement.setArray(1, connection.createArrayOf("bigint", oids));
                try (ResultSet result = statement.executeQuery()) {
                    return result.next() ? result.getLong(1) : 0L;
                }
            }
        });
    }

    Optional<Beginning> beginning(String changefeed) {
        return call("where the changefeed began cannot be read", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(FIND)) {
                statement.setString(1, changefeed);
                try (ResultSet result = statement.executeQuery()) {
                    return result.next()
                            ? Optional.of(new Beginning(
                                    result.getString(1),
                                    result.getLong(2),
                                    result.getLong(3),
                                    result.getLong(4),
                                    result.getInt(5),
                                    numbers(result, 6),
                                    numbers(result, 7)))
                            : Optional.empty();
                }
            }
        });
    }

    private static List<Long> numbers(ResultSet result, int column) throws SQLException {
        Array array = result.getArray(column);
        return List.of((Long[]) array.getArray());
    }

    /** Refuses a source in which DDLs, and where they were committed, cannot be noted. */
    void requireDdlNotes(boolean areCaptured) {
        boolean unused = call("DDLs cannot be followed", connection -> {
            try (PreparedStatement statement = connection.prepareStatement("select from maintainer.truncation,"
                    + " maintainer.copy_window, "
                    + (areCaptured ? "maintainer.ddl_log, maintainer.ddl_position" : "maintainer.detected_ddl")
                    + " limit 0")) {
                return statement.execute();
            }
        });
    }

    /** What a publication has; empty if there is none. */
    Optional<Published> published(String publication) {
        return call("what is published cannot be read", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(PUBLISHED)) {
                statement.setString(1, publication);
                try (ResultSet result = statement.executeQuery()) {
                    return result.next()
                            ? Optional.of(new Published(
                                    result.getBoolean(1),
                                    numbers(result, 2),
                                    numbers(result, 3),
                                    result.getBoolean(4),
                                    result.getBoolean(5),
                                    result.getBoolean(6)))
                            : Optional.empty();
                }
            }
        });
    }

    /** Notes where a changefeed began, unless that is noted already. */
    void begin(String changefeed, Beginning beginning) {
        call("where the changefeed begins cannot be noted", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(INSERT)) {
                statement.setString(1, changefeed);
                statement.setString(2, beginning.systemId());
                statement.setLong(3, beginning.databaseOid());
                statement.setLong(4, beginning.publicationOid());
                statement.setLong(5, beginning.startTs());
                statement.setArray(
                        6,
                        connection.createArrayOf("bigint", beginning.schemas().toArray(Long[]::new)));
                statement.setArray(
                        7, connection.createArrayOf("bigint", beginning.listed().toArray(Long[]::new)));
                return statement.executeUpdate();
            }
        });
    }

    /** Notes which timeline is read. */
    void noteTimeline(String changefeed, int timeline) {
        int unused = call("which timeline is read cannot be noted", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(NOTE_TIMELINE)) {
                statement.setInt(1, timeline);
                statement.setString(2, changefeed);
                statement.setInt(3, timeline);
                return statement.executeUpdate();
            }
        });
    }

    void forget(String changefeed) {
        call("where the changefeed began cannot be deleted", connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("delete from maintainer.changefeed where name = ?")) {
                statement.setString(1, changefeed);
                return statement.executeUpdate();
            }
        });
    }

    List<Slot> slots(SlotNames names) {
        return call("the slots of the changefeed cannot be listed", connection -> {
            try (PreparedStatement statement = connection.prepareStatement(SLOTS)) {
                statement.setString(1, names.prefix());
                try (ResultSet result = statement.executeQuery()) {
                    List<Slot> slots = new ArrayList<>();
                    while (result.next()) {
                        slots.add(new Slot(
                                new SlotName(result.getString(1)),
                                Lsn.parse(result.getString(2)),
                                result.getBoolean(3),
                                result.getBoolean(4)));
                    }
                    return slots;
                }
            }
        });
    }

    /** Makes a slot that is where another one is; one that is there already is left as it is. */
    void copySlot(SlotName from, SlotName to) {
        call("replication slot " + from + " cannot be copied", connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("select pg_copy_logical_replication_slot(?, ?, false)")) {
                statement.setString(1, from.text());
                statement.setString(2, to.text());
                return statement.execute();
            } catch (SQLException e) {
                if (THERE_ALREADY.equals(e.getSQLState())) {
                    return false;
                }
                throw e;
            }
        });
    }

    /** Writes something into the log that nobody needs, so that readers hear of a position. Says which. */
    long mark() {
        return call("nothing can be written into the log of the source", WalMark::write);
    }
}
