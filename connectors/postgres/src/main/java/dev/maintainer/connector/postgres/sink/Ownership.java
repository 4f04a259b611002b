package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.sql.Connections;
import dev.maintainer.connector.postgres.sql.FailureKind;
import dev.maintainer.connector.postgres.sql.Failures;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may write for a changefeed. Each transaction that writes holds a lock that it shares with others that write, and looks at
 * the owner when it has it; a fence holds the lock alone while it changes the owner. So whoever has seen the former owner has
 * committed before the fence returns, or never will.
 */
final class Ownership {
    private static final Logger LOG = LoggerFactory.getLogger(Ownership.class);

    /** A writer holds the lock for milliseconds; one that stands still is ended, and then the next attempt gets it. */
    private static final int FENCE_ATTEMPTS = 5;

    // In one round trip, each of which waits for a core as long as writers keep them busy; and each statement sees what
    // was
    // committed before it.
    private static final String FENCE =
            "select set_config('application_name', ?, true), set_config('lock_timeout', '1s', true);"
                    + " select pg_advisory_xact_lock(?);"
                    + " update maintainer_sink.owner set epoch = ? where changefeed = ? and epoch < ? returning epoch";
    private static final String LOCK_ALONE = "select set_config('application_name', ?, true), pg_advisory_xact_lock(?)";
    private static final String LOCK_SHARED =
            "select set_config('application_name', ?, true), pg_advisory_xact_lock_shared(?)";
    // In a statement of its own, so that it sees what was committed before the lock was there.
    private static final String LOOK = "select o.epoch, t.schema_id, t.schema_name, t.table_name, t.state,"
            + " t.definition is not null, s.batches, o.went_back%s"
            + " from maintainer_sink.owner o"
            + " left join maintainer_sink.target t on t.changefeed = o.changefeed and t.table_id = ?"
            + " left join maintainer_sink.span s on s.changefeed = o.changefeed and s.session = ?"
            + " where o.changefeed = ?";
    /** Nobody of those who write together is kept waiting for long by a table that somebody else has locked. */
    private static final String LOOK_TOGETHER = "select o.epoch, t.schema_id, t.schema_name, t.table_name, t.state,"
            + " t.definition is not null, s.batches, o.went_back, set_config('lock_timeout', '500ms', true)%s"
            + " from unnest(?::bigint[], ?::bigint[]) with ordinality k (table_id, session, place)"
            + " join maintainer_sink.owner o on o.changefeed = ?"
            + " left join maintainer_sink.target t on t.changefeed = o.changefeed and t.table_id = k.table_id"
            + " left join maintainer_sink.span s on s.changefeed = o.changefeed and s.session = k.session"
            + " order by k.place";

    /** Tables with columns have what the source has, whatever triggers and foreign keys would make of it. */
    private static final String AS_REPLICA = ", case when t.definition is not null"
            + " then set_config('session_replication_role', 'replica', true) end";

    private static final String END_FORMER = "select pg_terminate_backend(a.pid)"
            + " from pg_locks l join pg_stat_activity a on a.pid = l.pid"
            + " where l.locktype = 'advisory' and l.granted and l.pid <> pg_backend_pid() and l.objsubid = 1"
            + " and l.database = (select oid from pg_database where datname = current_database())"
            + " and l.classid = ?::bigint::oid and l.objid = ?::bigint::oid"
            + " and substring(a.application_name from '^maintainer/([0-9]{1,18})/')::bigint < ?";

    private final String changefeed;
    private final long lock;
    private volatile String look = String.format(LOOK, "");
    private volatile String lookTogether = String.format(LOOK_TOGETHER, "");

    /**
     * What a transaction has found when it had the lock.
     *
     * @param epoch that the sink has accepted
     * @param target the table that is written; null if it was never created here
     * @param batches how many transactions the session has committed; null if there is none of that number
     * @param wentBack what the database has lost; null if nothing is known to be lost
     */
    record Look(
            long epoch,
            @Nullable TargetTable target,
            @Nullable Long batches,
            @Nullable String wentBack) {
        /** Whether there is a table, which has columns. */
        boolean isTyped() {
            return target != null && target.typed();
        }
    }

    Ownership(ChangefeedId changefeed) {
        this.changefeed = changefeed.toString();
        this.lock = number("changefeed/" + changefeed);
    }

    /**
     * From now on tables with columns are written without triggers and foreign keys, as where a server replicates by itself. The role may
     * do that.
     */
    void writeAsReplica() {
        look = String.format(LOOK, AS_REPLICA);
        lookTogether = String.format(LOOK_TOGETHER, AS_REPLICA);
    }

    /** A number that stands for a name, the same one in all processes. */
    private static long number(String name) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(("maintainer/" + name).getBytes(StandardCharsets.UTF_8));
            return ByteBuffer.wrap(digest).getLong();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** The lock of those who open spans of a table: of two that overlap, the second has to see the first. */
    long openingLock(TableId table) {
        return number("opening/" + changefeed + "/" + table);
    }

    /** Part of the names of indexes, which two changefeeds in one schema must not share. */
    String mark() {
        return Long.toHexString(lock >>> 32);
    }

    /**
     * Makes the changefeed known, or finds out that it is.
     *
     * @throws MaintainerException with {@code SINK_UNAVAILABLE} if it has rows of another source
     */
    void claim(Connection connection, String source) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into maintainer_sink.owner"
                + " (changefeed, epoch, source) values (?, 0, ?) on conflict do nothing")) {
            insert.setString(1, changefeed);
            insert.setString(2, source);
            insert.executeUpdate();
        }
        refuseOther(connection, source);
    }

    private void refuseOther(Connection connection, String source) throws SQLException {
        if (!source.equals(source(connection))) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "the database has rows that changefeed " + changefeed
                            + " has replicated from another source; use another database, or another name for the"
                            + " changefeed, or drop its tables and delete it from maintainer_sink.owner");
        }
    }

    /** The identity of the source that its rows come from; null if it has never been here. */
    @Nullable
    String source(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select source from maintainer_sink.owner where changefeed = ?")) {
            select.setString(1, changefeed);
            try (ResultSet result = select.executeQuery()) {
                return result.next() ? result.getString(1) : null;
            }
        }
    }

    /**
     * Enters a transaction that writes, beside others.
     *
     * @param epoch that whoever writes has accepted, for those who look who holds the lock
     * @param table whose target is looked up
     * @param session whose count is looked up
     * @return what it has found; null if the changefeed is gone
     */
    @Nullable
    Look enter(Connection connection, MaintainerEpoch epoch, TableId table, long session) throws SQLException {
        return enter(connection, LOCK_SHARED, epoch, table, session);
    }

    /** As {@link #enter}, and waits until nobody else writes. */
    @Nullable
    Look enterAlone(Connection connection, MaintainerEpoch epoch, TableId table, long session) throws SQLException {
        return enter(connection, LOCK_ALONE, epoch, table, session);
    }

    private @Nullable Look enter(
            Connection connection, String locking, MaintainerEpoch epoch, TableId table, long session)
            throws SQLException {
        // Both in one round trip.
        try (PreparedStatement statement = connection.prepareStatement(locking + "; " + look)) {
            statement.setString(1, nameOf(epoch));
            statement.setLong(2, lock);
            statement.setLong(3, table.value());
            statement.setLong(4, session);
            statement.setString(5, changefeed);
            statement.execute();
            statement.getMoreResults();
            try (ResultSet result = statement.getResultSet()) {
                return result.next() ? look(table, result) : null;
            }
        }
    }

    /**
     * As {@link #enter}, for several sessions in one transaction.
     *
     * @param tables what they write
     * @param sessions as many
     * @return as many; none if the changefeed is gone
     */
    List<Look> enterTogether(Connection connection, MaintainerEpoch epoch, List<TableId> tables, List<Long> sessions)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LOCK_SHARED + "; " + lookTogether)) {
            statement.setString(1, nameOf(epoch));
            statement.setLong(2, lock);
            statement.setArray(
                    3,
                    connection.createArrayOf(
                            "bigint", tables.stream().map(TableId::value).toArray()));
            statement.setArray(4, connection.createArrayOf("bigint", sessions.toArray()));
            statement.setString(5, changefeed);
            statement.execute();
            statement.getMoreResults();
            List<Look> looks = new ArrayList<>(tables.size());
            try (ResultSet result = statement.getResultSet()) {
                while (result.next()) {
                    looks.add(look(tables.get(looks.size()), result));
                }
            }
            return looks;
        }
    }

    private static Look look(TableId table, ResultSet result) throws SQLException {
        String state = result.getString(5);
        TargetTable target = state == null
                ? null
                : new TargetTable(
                        table,
                        new SchemaId(result.getLong(2)),
                        new TableName(result.getString(3), result.getString(4)),
                        TargetTable.State.valueOf(state),
                        result.getBoolean(6));
        return new Look(result.getLong(1), target, result.getObject(7, Long.class), result.getString(8));
    }

    /** The epoch comes first: the server cuts long names off. */
    private String nameOf(MaintainerEpoch epoch) {
        return "maintainer/" + epoch + "/" + changefeed;
    }

    /** The latest epoch; 0 if there was none. */
    long epoch(Connection connection) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select epoch from maintainer_sink.owner where changefeed = ?")) {
            select.setString(1, changefeed);
            try (ResultSet result = select.executeQuery()) {
                return result.next() ? result.getLong(1) : 0;
            }
        }
    }

    /**
     * From when this returns on, nothing is committed by whoever has not accepted the epoch.
     *
     * @throws MaintainerException with {@code SINK_FENCED} if there is a later one, {@code SINK_UNAVAILABLE} if it is not possible
     */
    void fence(Connections pool, MaintainerEpoch epoch) throws MaintainerException {
        boolean lostBefore = false;
        for (int attempt = 1; attempt <= FENCE_ATTEMPTS; attempt++) {
            try (Connection connection = pool.ready()) {
                if (tryFence(connection, epoch)) {
                    return;
                }
            } catch (SQLException e) {
                // The same epoch again changes nothing, so of a commit whose answer is lost nothing has to be found
                // out.
                boolean isLost = FailureKind.of(e) == FailureKind.LOST;
                if (!isLost || lostBefore) {
                    throw Failures.of("changefeed " + changefeed + " cannot be fenced in the database", e);
                }
                lostBefore = true;
            }
        }
        throw new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                "changefeed " + changefeed
                        + " cannot be fenced in the database: somebody who is no former owner of it holds"
                        + " advisory lock " + lock + "; look in pg_locks who that is");
    }

    /** False if those who were in the way were asked to go. */
    private boolean tryFence(Connection connection, MaintainerEpoch epoch) throws SQLException {
        try (PreparedStatement fence = connection.prepareStatement(FENCE)) {
            fence.setString(1, nameOf(epoch));
            fence.setLong(2, lock);
            fence.setLong(3, epoch.value());
            fence.setString(4, changefeed);
            fence.setLong(5, epoch.value());
            fence.execute();
            fence.getMoreResults();
            fence.getMoreResults();
            boolean isLater;
            try (ResultSet raised = fence.getResultSet()) {
                isLater = raised.next();
            }
            if (!isLater) {
                refuseLower(connection, epoch);
            }
            connection.commit();
            return true;
        } catch (SQLException e) {
            if (FailureKind.of(e) != FailureKind.CONFLICT) {
                throw e;
            }
            connection.rollback();
            endFormer(connection, epoch);
            return false;
        }
    }

    private void refuseLower(Connection connection, MaintainerEpoch epoch) throws SQLException {
        long present = epoch(connection);
        if (present != epoch.value()) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED,
                    "changefeed " + changefeed + " is at epoch " + present + " in the database, and " + epoch
                            + " is not later; the present owner goes on");
        }
    }

    private void endFormer(Connection connection, MaintainerEpoch epoch) throws SQLException {
        int ended = 0;
        try (PreparedStatement end = connection.prepareStatement(END_FORMER)) {
            end.setLong(1, lock >>> 32);
            end.setLong(2, lock & 0xffff_ffffL);
            end.setLong(3, epoch.value());
            try (ResultSet result = end.executeQuery()) {
                while (result.next()) {
                    ended++;
                }
            }
        }
        connection.commit();
        LOG.info("epoch {} of {} has ended {} sessions of former owners that stood still", epoch, changefeed, ended);
    }
}
