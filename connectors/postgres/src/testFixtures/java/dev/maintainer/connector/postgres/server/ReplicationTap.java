package dev.maintainer.connector.postgres.server;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.SortedMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** The messages that a server sends for a slot, just as they are. It confirms nothing. */
public final class ReplicationTap implements AutoCloseable {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final PostgresServer server;
    private final String database;
    private final Connection connection;
    private final PGReplicationStream stream;

    /**
     * Begins to read.
     *
     * @param slot of the plug-in {@code pgoutput}
     * @param options of the plug-in
     * @param settings of the session, as an option of the command line of a server process; may be empty
     */
    public ReplicationTap(
            PostgresServer server, String database, String slot, SortedMap<String, String> options, String settings)
            throws SQLException {
        this.server = server;
        this.database = database;
        Properties properties = new Properties();
        properties.setProperty("replication", "database");
        properties.setProperty("preferQueryMode", "simple");
        properties.setProperty("assumeMinServerVersion", "15");
        properties.setProperty("options", settings);
        connection = server.connect(database, properties);
        Properties slotOptions = new Properties();
        slotOptions.putAll(options);
        stream = connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(slot)
                .withSlotOptions(slotOptions)
                .withAutomaticFlush(false)
                .withStatusInterval(1, TimeUnit.SECONDS)
                .start();
    }

    /** {@return the messages of all that has been written until now and was not read yet} */
    public List<byte[]> messages() throws SQLException {
        LogSequenceNumber end = flushed();
        List<byte[]> messages = new ArrayList<>();
        long start = System.nanoTime();
        while (true) {
            ByteBuffer message = stream.readPending();
            if (message != null) {
                messages.add(Arrays.copyOfRange(
                        message.array(), message.arrayOffset() + message.position(), message.array().length));
            } else if (stream.getLastReceiveLSN().compareTo(end) >= 0) {
                return messages;
            } else if (System.nanoTime() - start > MOST_NANOS) {
                throw new IllegalStateException("the server has sent up to " + stream.getLastReceiveLSN()
                        + " for a minute, and its log ends at " + end);
            } else {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
            }
        }
    }

    private LogSequenceNumber flushed() throws SQLException {
        try (Connection sql = server.connect(database);
                Statement statement = sql.createStatement();
                ResultSet result = statement.executeQuery("select pg_current_wal_insert_lsn()")) {
            result.next();
            return LogSequenceNumber.valueOf(result.getString(1));
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
