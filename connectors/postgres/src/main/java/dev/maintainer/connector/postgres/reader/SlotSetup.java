package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.wal.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
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

    private static final String CREATE =
            "select lsn from pg_create_logical_replication_slot(?, 'pgoutput', false, false";

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

    /**
     * Makes a slot. The server waits until every transaction has ended that runs at this moment.
     *
     * @param slot its name
     * @param publication its name; has to be there before, because the server looks it up as it was when a change was made
     * @param failover whether standbys keep a copy of the slot; only from release 17 on
     * @param patience how long running transactions are waited for
     * @return the position after which the slot begins
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if there is a slot of that name or no publication,
     *     {@code REQUEST_REFUSED} if transactions run for too long, {@code SOURCE_UNAVAILABLE} for everything else
     */
    public long create(SlotName slot, String publication, boolean failover, Duration patience) {
        try (Connection connection = open()) {
            if (new SlotQueries(connection).publication(publication) == null) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "there is no publication " + Printable.quoted(publication) + "; create it before the slot");
            }
            return create(connection, slot, failover, patience);
        } catch (SQLException e) {
            throw SourceFailures.unavailable("replication slot " + slot + " cannot be made", e);
        }
    }

    private static long create(Connection connection, SlotName slot, boolean failover, Duration patience)
            throws SQLException {
        boolean canFailover = version(connection) >= FIRST_WITH_FAILOVER;
        try (PreparedStatement statement = connection.prepareStatement(CREATE + (canFailover ? ", ?)" : ")"))) {
            statement.setString(1, slot.text());
            if (canFailover) {
                statement.setBoolean(2, failover);
            }
            statement.setQueryTimeout(Math.toIntExact(Math.max(1, patience.toSeconds())));
            try (ResultSet result = statement.executeQuery()) {
                result.next();
                return Lsn.parse(result.getString(1));
            }
        } catch (SQLException e) {
            if (CANCELED.equals(e.getSQLState())) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        "replication slot " + slot + " cannot be made while transactions run that have begun before:"
                                + running(connection) + "; try again when they have ended");
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

    private static String running(Connection connection) throws SQLException {
        StringJoiner sessions = new StringJoiner(",");
        sessions.setEmptyValue(" none any more");
        try (PreparedStatement statement = connection.prepareStatement(RUNNING);
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
