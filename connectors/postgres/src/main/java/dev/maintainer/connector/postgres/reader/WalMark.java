package dev.maintainer.connector.postgres.reader;

import dev.maintainer.connector.postgres.wal.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A message in the log of a source that means nothing: its position is what counts. It needs no rights. */
public final class WalMark {
    private static final String MARK = "select pg_logical_emit_message(false, 'maintainer.heartbeat', '')";

    /** Otherwise the server leaves it in memory until it writes something else, and readers do not hear of it. */
    private static final String FLUSHED_MARK =
            "select pg_logical_emit_message(false, 'maintainer.heartbeat', '', true)";

    private static final int FIRST_WITH_FLUSH = 17;

    private WalMark() {}

    /**
     * Writes one.
     *
     * @param connection to the database
     * @return a position at or behind the commit of everything that this connection has seen
     * @throws SQLException if it cannot be written
     */
    public static long write(Connection connection) throws SQLException {
        boolean flushes = connection.getMetaData().getDatabaseMajorVersion() >= FIRST_WITH_FLUSH;
        try (PreparedStatement statement = connection.prepareStatement(flushes ? FLUSHED_MARK : MARK);
                ResultSet result = statement.executeQuery()) {
            if (!result.next()) {
                throw new SQLException("the server does not say where a message is");
            }
            return Lsn.parse(result.getString(1));
        }
    }
}
