package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.wal.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Makes and removes the slot of a changefeed. Thread-safe. */
public final class SlotSetup {
    private static final int FIRST_WITH_FAILOVER = 170_000;
    private static final String CANCELED = "57014";
    private static final String THERE_ALREADY = "42710";
    private static final String NOT_THERE = "42704";
    private static final String IN_USE = "55006";
    private static final int DROP_LOOKS = 100;
    private static final long DROP_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private static final String RUNNING = """
            select pid, usename, coalesce(extract(epoch from now() - xact_start)::bigint, 0)
            from pg_stat_activity where backend_xid is not null and pid <> pg_backend_pid()
            order by xact_start limit 5""";

    private final ConnectionSource connections;

    /**
     * Nothing is asked of the server yet.
     *
     * @param connections to the database, of a role that may replicate
     */
    public SlotSetup(ConnectionSource connections) {
        this.connections = connections;
    }

    /** Looks at the database as it is where a slot begins. */
    @FunctionalInterface
    public interface Look {
        /** Looks at nothing. */
        Look NOTHING = connection -> {};

        /**
         * Looks.
         *
         * @param connection in a transaction that sees exactly what was committed up to there
         * @throws SQLException if that cannot be seen
         */
        void at(Connection connection) throws SQLException;
    }

    /**
     * Makes a slot. The server waits until every transaction has ended that runs at this moment.
     *
     * @param slot its name
     * @param publication its name; has to be there before, because the server looks it up as it was when a change was made
     * @param failover whether standbys keep a copy of the slot; only from release 17 on
     * @param patience how long running transactions are waited for
     * @param look sees the database as it is at the position after which the slot begins
     * @return that position
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if there is a slot of that name or no publication,
     *     {@code REQUEST_REFUSED} if transactions run for too long, {@code SOURCE_UNAVAILABLE} for everything else; then there is
     *     no slot
     */
    public long create(SlotName slot, String publication, boolean failover, Duration patience, Look look) {
        int version;
        try (Connection connection = open()) {
            if (new SlotQueries(connection).publication(publication) == null) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "there is no publication " + Printable.quoted(publication) + "; create it before the slot");
            }
            version = version(connection);
        } catch (SQLException e) {
            throw cannotMake(slot, e);
        }
        String options = "SNAPSHOT 'export'" + (version >= FIRST_WITH_FAILOVER ? ", FAILOVER " + failover : "");
        boolean looked = false;
        boolean made = false;
        try (Connection replication = JdbcWalServer.open(connections, "maintainer slot setup")) {
            CreatedSlot created = create(replication, slot, options, patience);
            made = true;
            try (Connection connection = open()) {
                connection.setAutoCommit(false);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("set transaction isolation level repeatable read read only");
                    statement.execute(
                            "set transaction snapshot '" + created.snapshot().replace("'", "''") + "'");
                }
                look.at(connection);
                connection.rollback();
            }
            looked = true;
            return created.startTs();
        } catch (SQLException e) {
            throw cannotMake(slot, e);
        } finally {
            if (made && !looked) {
                drop(slot);
            }
        }
    }

    /**
     * From now on standbys keep a copy of a slot, if they are set up to, and the server can do that: from release 17 on. A slot that
     * is read at this moment stays as it is.
     *
     * @param slot its name
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if there is no such slot, or the source cannot be reached
     */
    public void keepOnStandbys(SlotName slot) {
        try (Connection connection = open()) {
            if (version(connection) < FIRST_WITH_FAILOVER || isKept(connection, slot)) {
                return;
            }
            try (Connection replication = JdbcWalServer.open(connections, "maintainer slot setup");
                    Statement statement = replication.createStatement()) {
                statement.execute("ALTER_REPLICATION_SLOT " + slot.text() + " (FAILOVER true)");
            }
        } catch (SQLException e) {
            if (!IN_USE.equals(e.getSQLState())) {
                throw SourceFailures.unavailable("replication slot " + slot + " cannot be kept by standbys", e);
            }
        }
    }

    private static boolean isKept(Connection connection, SlotName slot) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select failover from pg_replication_slots where slot_name = ?")) {
            statement.setString(1, slot.text());
            try (ResultSet result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    private static MaintainerException cannotMake(SlotName slot, SQLException e) {
        return SourceFailures.unavailable("replication slot " + slot + " cannot be made", e);
    }

    /** A slot, and what names the state of the database where it begins, for as long as the connection does nothing else. */
    private record CreatedSlot(long startTs, String snapshot) {}

    private CreatedSlot create(Connection connection, SlotName slot, String options, Duration patience)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(Math.toIntExact(Math.max(1, patience.toSeconds())));
            try (ResultSet result = statement.executeQuery(
                    "CREATE_REPLICATION_SLOT " + slot.text() + " LOGICAL pgoutput (" + options + ")")) {
                if (!result.next()) {
                    throw new SQLException("the server does not say where it begins");
                }
                return new CreatedSlot(
                        Lsn.parse(result.getString("consistent_point")), result.getString("snapshot_name"));
            }
        } catch (SQLException e) {
            if (CANCELED.equals(e.getSQLState())) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        "replication slot " + slot + " cannot be made while transactions run that have begun before:"
                                + running() + "; try again when they have ended");
            } else if (THERE_ALREADY.equals(e.getSQLState())) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "there is a replication slot " + slot
                                + " already; drop it if nobody needs it, or choose another" + " name");
            }
            throw e;
        }
    }

    private static int version(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                        connection.prepareStatement("select current_setting('server_version_num')::int");
                ResultSet result = statement.executeQuery()) {
            result.next();
            return result.getInt(1);
        }
    }

    private String running() throws SQLException {
        StringJoiner sessions = new StringJoiner(",");
        sessions.setEmptyValue(" none any more");
        try (Connection connection = open();
                PreparedStatement statement = connection.prepareStatement(RUNNING);
                ResultSet result = statement.executeQuery()) {
            while (result.next()) {
                sessions.add(" session " + result.getInt(1) + " of " + Printable.line(result.getString(2)) + " for "
                        + result.getLong(3) + " s");
            }
        }
        return sessions.toString();
    }

    /**
     * Removes a slot, also one that is not there any more. Whatever it retained is forgotten. A session that has just been
     * closed may hold it for a moment, which is waited for, at most five seconds.
     *
     * @param slot its name
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if it is still read, or the source cannot be reached
     */
    public void drop(SlotName slot) {
        try (Connection connection = open();
                PreparedStatement statement = connection.prepareStatement("select pg_drop_replication_slot(?)")) {
            statement.setString(1, slot.text());
            for (int i = 0; !isDropped(statement, i < DROP_LOOKS); i++) {
                LockSupport.parkNanos(DROP_NANOS);
            }
        } catch (SQLException e) {
            if (!NOT_THERE.equals(e.getSQLState())) {
                throw SourceFailures.unavailable("replication slot " + slot + " cannot be dropped", e);
            }
        }
    }

    private static boolean isDropped(PreparedStatement drop, boolean mayBeHeld) throws SQLException {
        try {
            drop.execute();
            return true;
        } catch (SQLException e) {
            if (mayBeHeld && IN_USE.equals(e.getSQLState())) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Tables of a publication whose updates and deletions the source itself refuses, because nothing says which row is meant.
     *
     * @param publication its name
     * @return their names in quotes where they need them, sorted; at most 100
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if the source cannot be reached
     */
    public List<String> tablesWithoutIdentity(String publication) {
        try (Connection connection = open()) {
            return new SlotQueries(connection).tablesWithoutIdentity(publication);
        } catch (SQLException e) {
            throw SourceFailures.unavailable("the tables of the publication cannot be listed", e);
        }
    }

    private Connection open() throws SQLException {
        TreeMap<String, String> properties = new TreeMap<>();
        properties.put("ApplicationName", "maintainer slot setup");
        return connections.open(properties);
    }
}
