package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices that a database lacks what it had committed, as when a standby that had not received all takes the place of its server, or
 * a backup does. Whoever writes knows how many transactions of its session were committed; a database that has fewer, or does not
 * know the session though nobody has superseded it, went back. Each writer looks before it writes, and all of a process are looked
 * at when another server answers: one that has nothing to write would not notice.
 *
 * <p>It is noted in the database, and from then on nobody writes for the changefeed until somebody has decided: what is missing is
 * behind a checkpoint, and would never come again. Thread-safe.
 */
final class LostCommits {
    private static final Logger LOG = LoggerFactory.getLogger(LostCommits.class);

    private static final String NOTE =
            "update maintainer_sink.owner set went_back = coalesce(went_back, ?) where changefeed = ?";

    /** Two servers that have begun at the same microsecond are taken for one. */
    private static final String SERVER = "select pg_postmaster_start_time()::text";

    private static final String SUSPECTS = "select k.session, k.batches, s.batches"
            + " from unnest(?::bigint[], ?::bigint[]) k (session, batches)"
            + " left join maintainer_sink.span s on s.changefeed = ? and s.session = k.session"
            + " where s.session is null or s.batches < k.batches";

    private static final String SUPERSEDED = "select exists (select from maintainer_sink.span"
            + " where changefeed = ? and table_id = ? and session > ?"
            + " and (?::bytea is null or lower < ?) and (upper is null or upper > ?)),"
            + " exists (select from maintainer_sink.target where changefeed = ? and table_id = ? and state <> ?),"
            + " exists (select from maintainer_sink.owner where changefeed = ?)";

    /** A writer that goes on. */
    interface Writer {
        /** {@return the rows that it writes} */
        TableSpan span();

        /** {@return how many transactions of its session are known to be committed} */
        long batches();
    }

    private final String changefeed;
    private final Map<Long, Writer> writers = new ConcurrentHashMap<>();
    private volatile @Nullable String server;

    LostCommits(String changefeed) {
        this.changefeed = changefeed;
    }

    /** From now on the session is looked at. */
    void opened(long session, Writer writer) {
        writers.put(session, writer);
    }

    /** From now on it is not. */
    void closed(long session) {
        writers.remove(session);
    }

    /**
     * Looks at all writers of this process if another server answers than before.
     *
     * @param connection that was made just now; without changes that must not be committed
     * @throws MaintainerException with {@code SINK_WENT_BACK} if something is missing
     */
    void look(Connection connection) throws SQLException, MaintainerException {
        String answering = server(connection);
        String before = server;
        if (answering.equals(before)) {
            return;
        }
        if (before != null) {
            lookAtAll(connection);
        }
        server = answering;
    }

    private static String server(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(SERVER)) {
            if (!result.next()) {
                throw new SQLException("the server does not say when it was started");
            }
            return String.valueOf(result.getString(1));
        }
    }

    private void lookAtAll(Connection connection) throws SQLException {
        Map<Long, Writer> present = Map.copyOf(writers);
        List<Long> sessions = new ArrayList<>();
        List<Long> batches = new ArrayList<>();
        present.forEach((session, writer) -> {
            sessions.add(session);
            batches.add(writer.batches());
        });
        try (PreparedStatement select = connection.prepareStatement(SUSPECTS)) {
            select.setArray(1, connection.createArrayOf("bigint", sessions.toArray()));
            select.setArray(2, connection.createArrayOf("bigint", batches.toArray()));
            select.setString(3, changefeed);
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    long session = result.getLong(1);
                    Writer writer = present.get(session);
                    if (writer != null) {
                        refuseLess(
                                connection, session, writer.span(), result.getLong(2), result.getObject(3, Long.class));
                    }
                }
            }
        }
    }

    /**
     * Looks at a writer that is about to write.
     *
     * @param known how many transactions of its session are known to be committed
     * @param there how many the database knows of; null if it does not know the session
     * @throws MaintainerException with {@code SINK_WENT_BACK} if something is missing
     */
    void refuseLess(Connection connection, long session, TableSpan span, long known, @Nullable Long there)
            throws SQLException, MaintainerException {
        if (there == null ? isSuperseded(connection, session, span) : there >= known) {
            return;
        }
        String what = "session " + session + " of " + span + " has committed " + known + " transactions, and "
                + (there == null ? "the database does not know it" : there + " are there");
        connection.rollback();
        try (PreparedStatement note = connection.prepareStatement(NOTE)) {
            note.setString(1, what);
            note.setString(2, changefeed);
            note.executeUpdate();
        }
        connection.commit();
        // Told once: whoever accepts what is there does not hear of it again.
        closed(session);
        LOG.error("changefeed {}: the database of the sink went back: {}", changefeed, what);
        throw wentBack(what);
    }

    /** Whoever opens a span in the place of others gets a higher number than they had. */
    private boolean isSuperseded(Connection connection, long session, TableSpan span) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SUPERSEDED)) {
            byte @Nullable [] end = Tombstones.endOf(span);
            select.setString(1, changefeed);
            select.setLong(2, span.table().value());
            select.setLong(3, session);
            select.setBytes(4, end);
            select.setBytes(5, end);
            select.setBytes(6, span.start().bytes());
            select.setString(7, changefeed);
            select.setLong(8, span.table().value());
            select.setString(9, TargetTable.State.PRESENT.name());
            select.setString(10, changefeed);
            try (ResultSet result = select.executeQuery()) {
                // A table that was dropped, and a changefeed that is gone, have no sessions any more.
                return result.next() && (result.getBoolean(1) || result.getBoolean(2) || !result.getBoolean(3));
            }
        }
    }

    /** What those are told who come after it was noted. */
    MaintainerException wentBack(String what) {
        return new MaintainerException(
                ErrorCode.SINK_WENT_BACK,
                "the database of the sink lacks what it had committed for changefeed " + changefeed + ": " + what
                        + "; a standby that had not received all, or a backup, has taken the place of its server. Nothing is"
                        + " written any more. Set the changefeed up anew; or pause it, repair what 'maintainer verify' shows,"
                        + " execute \"update maintainer_sink.owner set went_back = null where changefeed = '"
                        + changefeed
                        + "'\", and resume it");
    }
}
