package dev.maintainer.connector.postgres.sink;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Notes which moment of the source the sink had at which moment of its own: {@code maintainer_sink.sync_point}. Up to the position of
 * the note the log of the server has what the source had, and nothing that was committed there later, so a recovery up to it gives
 * that; and so does what its snapshot sees.
 */
final class SyncPointNotes {
    /** One that comes again, when the sink may be beyond it, changes nothing; nor does one that somebody has deleted here. */
    private static final String NOTE = "insert into maintainer_sink.sync_point"
            + " (changefeed, commit_ts, source_time, sink_lsn, sink_snapshot)"
            + " select ?, ?, to_timestamp(?::bigint / 1000.0), pg_current_wal_insert_lsn(), pg_current_snapshot()"
            + " where not exists (select from maintainer_sink.sync_point where changefeed = ? and commit_ts >= ?)";

    private final String changefeed;

    SyncPointNotes(String changefeed) {
        this.changefeed = changefeed;
    }

    /**
     * Notes a sync point, unless that or a later one is noted already.
     *
     * @param connection in a transaction that holds the lock of the changefeed alone, and has written nothing yet
     * @param ts the position of the source
     * @param wallMillis what time it was there; milliseconds since the epoch
     */
    void note(Connection connection, long ts, long wallMillis) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(NOTE)) {
            insert.setString(1, changefeed);
            insert.setLong(2, ts);
            insert.setLong(3, wallMillis);
            insert.setString(4, changefeed);
            insert.setLong(5, ts);
            int unused = insert.executeUpdate();
        }
    }
}
