package dev.maintainer.connector.postgres.reader;

import dev.maintainer.connector.postgres.wal.Lsn;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches a slot from a second connection while the first one reads it, and breaks the first one when nothing can come of it
 * any more. The first cannot do that: it waits in the middle of a message as long as the network lets it. A server that is
 * asked to stop ends ordinary sessions first, and then waits for readers of its log until they have confirmed all of it; only
 * from an ordinary session can a reader learn that it is in the way. Has a thread of its own.
 */
final class SlotMonitor implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SlotMonitor.class);

    private static final long LOOK_MILLIS = 500;
    private static final long ASK_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long JOIN_MILLIS = 15_000;

    private static final String SLOT = """
            select pg_current_wal_lsn(), confirmed_flush_lsn, restart_lsn, wal_status, active_pid
            from pg_replication_slots where slot_name = ?""";

    private final ConnectionSource connections;
    private final ReaderSettings settings;
    private final SourceFacts.@Nullable Publication publication;
    private final Connection watched;
    private final int pid;
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread thread;
    private volatile SlotStatus status = SlotStatus.UNKNOWN;
    private volatile @Nullable String failure;

    /**
     * Begins to watch.
     *
     * @param publication as it was when the reading began; the server does not say when it is gone, and sends nothing more
     * @param watched reads the slot
     */
    SlotMonitor(
            ConnectionSource connections,
            ReaderSettings settings,
            SourceFacts.@Nullable Publication publication,
            Connection watched)
            throws SQLException {
        this.connections = connections;
        this.settings = settings;
        this.publication = publication;
        this.watched = watched;
        this.pid = watched.unwrap(PGConnection.class).getBackendPID();
        this.thread = new Thread(this::run, "slot-monitor-" + settings.slot());
        thread.setDaemon(true);
        thread.start();
    }

    /** {@return what the slot retains} Any thread. */
    SlotStatus status() {
        return status;
    }

    /** {@return why the reader was broken off; null if it was not} Any thread. */
    @Nullable
    String failure() {
        return failure;
    }

    private void run() {
        try {
            while (watch()) {
                LOG.info("the monitor of slot {} has lost its connection, and connects again", settings.slot());
            }
        } catch (SQLException e) {
            breakOff("the server does not answer any more: " + SourceFailures.text(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("the monitor of slot {} has a fault", settings.slot(), e);
            breakOff("its monitor has a fault: " + e);
        }
    }

    /** Returns true if its connection was lost after it had been of use, and false when nothing has to be watched any more. */
    private boolean watch() throws SQLException, InterruptedException {
        TreeMap<String, String> properties = new TreeMap<>();
        properties.put("ApplicationName", "maintainer slot monitor");
        properties.put("socketTimeout", "10");
        properties.put("tcpKeepAlive", "true");
        try (Connection connection = connections.open(properties)) {
            connection.setAutoCommit(true);
            boolean wasOfUse = false;
            long lastAsked = 0;
            long lastHeartbeat = System.nanoTime();
            try {
                while (true) {
                    if (!wasOfUse || System.nanoTime() - lastAsked >= ASK_NANOS) {
                        if (!isRead(connection) || !isPublished(connection)) {
                            return false;
                        }
                        wasOfUse = true;
                        lastAsked = System.nanoTime();
                    }
                    if (!settings.heartbeat().isZero()
                            && System.nanoTime() - lastHeartbeat
                                    >= settings.heartbeat().toNanos()) {
                        WalMark.write(connection);
                        lastHeartbeat = System.nanoTime();
                    }
                    // A server that ends says so unasked.
                    connection.unwrap(PGConnection.class).getNotifications();
                    if (ended.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                        return false;
                    }
                }
            } catch (SQLException e) {
                if (wasOfUse) {
                    return true;
                }
                throw e;
            }
        }
    }

    private boolean isRead(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(SLOT)) {
            statement.setString(1, settings.slot().text());
            try (ResultSet result = statement.executeQuery()) {
                if (!result.next()) {
                    breakOff("the slot was dropped");
                    return false;
                }
                long walEnd = lsn(result.getString(1));
                long restart = lsn(result.getString(3));
                String walStatus = result.getString(4);
                status = new SlotStatus(
                        walEnd,
                        lsn(result.getString(2)),
                        restart == Lsn.NONE ? 0 : walEnd - restart,
                        walStatus == null ? "unknown" : walStatus);
                if (result.getInt(5) != pid) {
                    breakOff("the server has ended the session that read the slot");
                    return false;
                }
                return true;
            }
        }
    }

    private boolean isPublished(Connection connection) throws SQLException {
        if (Objects.equals(new SlotQueries(connection).publication(settings.publication()), publication)) {
            return true;
        }
        breakOff("the publication was changed");
        return false;
    }

    private static long lsn(@Nullable String text) {
        return text == null ? Lsn.NONE : Lsn.parse(text);
    }

    private void breakOff(String why) {
        if (ended.getCount() == 0) {
            return;
        }
        failure = why;
        try {
            watched.abort(Runnable::run);
        } catch (SQLException e) {
            LOG.warn("the connection that reads slot {} cannot be broken off", settings.slot(), e);
        }
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("the monitor of slot {} still waits for the server", settings.slot());
        }
    }
}
