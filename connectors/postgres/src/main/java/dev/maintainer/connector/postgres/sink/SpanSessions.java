package dev.maintainer.connector.postgres.sink;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Who writes which span. A session is a row; each transaction of its writer changes that row as its last step, so whoever
 * takes the row away has sealed the writer: what it has not committed, it cannot commit.
 */
final class SpanSessions {
    private static final String ADVANCE = "update maintainer_sink.span"
            + " set batches = batches + 1, written_ts = greatest(written_ts, ?), progress = ?,"
            + " keyless = ? where changefeed = ? and session = ? and batches = ?";

    private final String changefeed;

    /**
     * A span that was opened.
     *
     * @param session its number, never given twice
     * @param writtenTs no row of the span that was ever written is later
     * @param progress what is known to be complete
     * @param keyless which rows of a table without a key are there; nothing of any other one
     */
    record Session(long session, long writtenTs, SpanProgress progress, KeylessProgress keyless) {}

    private record Found(long session, long writtenTs, SpanProgress progress, KeylessProgress keyless) {}

    SpanSessions(String changefeed) {
        this.changefeed = changefeed;
    }

    /** Opens a span in the place of all that overlap it. What they have done is inherited; what is left of them is kept. */
    Session open(Connection connection, TableSpan span, DispatcherId dispatcher) throws SQLException {
        SpanProgress progress = SpanProgress.none(span);
        long writtenTs = 0;
        KeylessProgress keyless = KeylessProgress.NONE;
        List<Found> left = new ArrayList<>();
        for (Found found : overlapping(connection, span)) {
            delete(connection, found.session());
            progress = progress.with(found.progress().within(span));
            writtenTs = Math.max(writtenTs, found.writtenTs());
            // Of a table without a key there is one, since it is never cut.
            keyless = found.keyless();
            for (SpanProgress outside : found.progress().outside(span)) {
                left.add(new Found(0, found.writtenTs(), outside, found.keyless()));
            }
        }
        for (Found part : left) {
            insert(connection, part.progress(), null, part.writtenTs(), part.keyless());
        }
        long session = insert(connection, progress, dispatcher.toString(), writtenTs, keyless);
        return new Session(session, writtenTs, progress, keyless);
    }

    /** Waits for those that are about to commit. */
    private List<Found> overlapping(Connection connection, TableSpan span) throws SQLException {
        List<Found> found = new ArrayList<>();
        try (PreparedStatement select =
                connection.prepareStatement("select session, lower, upper, written_ts, progress, keyless"
                        + " from maintainer_sink.span where changefeed = ? and table_id = ?"
                        + " and (?::bytea is null or lower < ?) and (upper is null or upper > ?)"
                        + " order by session for update")) {
            byte @Nullable [] end = Tombstones.endOf(span);
            select.setString(1, changefeed);
            select.setLong(2, span.table().value());
            select.setBytes(3, end);
            select.setBytes(4, end);
            select.setBytes(5, span.start().bytes());
            try (ResultSet result = select.executeQuery()) {
                while (result.next()) {
                    found.add(found(span.table(), result));
                }
            }
        }
        return found;
    }

    private static Found found(TableId table, ResultSet result) throws SQLException {
        byte[] upper = result.getBytes(3);
        TableSpan span = new TableSpan(
                table,
                SpanBound.before(result.getBytes(2)),
                upper == null ? SpanBound.HIGHEST : SpanBound.before(upper));
        return new Found(
                result.getLong(1),
                result.getLong(4),
                SpanProgress.parse(span, result.getString(5)),
                KeylessProgress.parse(result.getString(6)));
    }

    private void delete(Connection connection, long session) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from maintainer_sink.span where changefeed = ? and session = ?")) {
            delete.setString(1, changefeed);
            delete.setLong(2, session);
            delete.executeUpdate();
        }
    }

    private long insert(
            Connection connection,
            SpanProgress progress,
            @Nullable String dispatcher,
            long writtenTs,
            KeylessProgress keyless)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into maintainer_sink.span"
                        + " (changefeed, session, table_id, lower, upper, dispatcher, batches, written_ts, progress,"
                        + " keyless) values (?, nextval('maintainer_sink.session'), ?, ?, ?, ?, 0, ?, ?, ?) returning session")) {
            insert.setString(1, changefeed);
            insert.setLong(2, progress.span().table().value());
            insert.setBytes(3, progress.span().start().bytes());
            insert.setBytes(4, Tombstones.endOf(progress.span()));
            insert.setString(5, dispatcher);
            insert.setLong(6, writtenTs);
            insert.setString(7, progress.text());
            insert.setString(8, keyless.text());
            try (ResultSet result = insert.executeQuery()) {
                result.next();
                return result.getLong(1);
            }
        }
    }

    /**
     * What a transaction amounts to for a session.
     *
     * @param batches how many transactions it had committed before
     * @param writtenTs the last position that was written; 0 if none was
     */
    record Advance(long session, long batches, long writtenTs, SpanProgress progress, KeylessProgress keyless) {}

    /**
     * The last step of a transaction.
     *
     * @return false if the session was superseded meanwhile; then nothing may be committed
     */
    boolean advance(Connection connection, Advance advance) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(ADVANCE)) {
            bind(update, advance);
            return update.executeUpdate() == 1;
        }
    }

    /**
     * The last step of a transaction of several sessions.
     *
     * @param advances in the order of the sessions, as all who lock several do
     * @return false if one of them was superseded meanwhile; then nothing may be committed
     */
    boolean advanceTogether(Connection connection, List<Advance> advances) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(ADVANCE)) {
            for (Advance advance : advances) {
                bind(update, advance);
                update.addBatch();
            }
            return IntStream.of(update.executeBatch()).allMatch(rows -> rows == 1);
        }
    }

    private void bind(PreparedStatement update, Advance advance) throws SQLException {
        update.setLong(1, advance.writtenTs());
        update.setString(2, advance.progress().text());
        update.setString(3, advance.keyless().text());
        update.setString(4, changefeed);
        update.setLong(5, advance.session());
        update.setLong(6, advance.batches());
    }

    /** All rows of a table up to a position are there. In a transaction that holds the lock of the changefeed alone. */
    void completeTo(Connection connection, TableId table, long ts) throws SQLException {
        for (Found found : overlapping(connection, TableSpan.whole(table))) {
            try (PreparedStatement update = connection.prepareStatement(
                    "update maintainer_sink.span set progress = ? where changefeed = ? and session = ?")) {
                update.setString(1, found.progress().completeTo(ts).text());
                update.setString(2, changefeed);
                update.setLong(3, found.session());
                update.executeUpdate();
            }
        }
    }

    /**
     * How many transactions the session has committed. Waits for one whose commit is still under way.
     *
     * @return the number; null if the session was superseded
     */
    @Nullable
    Long batches(Connection connection, long session) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select batches from maintainer_sink.span where changefeed = ? and session = ? for update")) {
            select.setString(1, changefeed);
            select.setLong(2, session);
            try (ResultSet result = select.executeQuery()) {
                return result.next() ? Long.valueOf(result.getLong(1)) : null;
            }
        }
    }
}
