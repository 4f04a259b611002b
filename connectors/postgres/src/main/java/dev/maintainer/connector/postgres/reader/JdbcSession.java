package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A connection by the driver for PostgreSQL. Used by one thread. */
final class JdbcSession implements WalServer.Session {
    private static final Logger LOG = LoggerFactory.getLogger(JdbcSession.class);

    /**
     * So that a value has one text, whatever a role, a database or this process has set. The driver tells the server the time
     * zone of this process when it connects, which an option of the connection would not change.
     */
    private static final String TEXT_OF_VALUES = """
            set DateStyle = 'ISO'; set IntervalStyle = 'postgres'; set TimeZone = 'UTC'; set extra_float_digits = 3;
            set bytea_output = 'hex'; set lc_monetary = 'C'; set xmlbinary = 'base64'""";

    private static final int ANSWER_MILLIS = 30_000;
    private static final int SIGN_OF_LIFE_SECONDS = 10;
    private static final long NEWS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Connection connection;
    private final ConnectionSource connections;
    private final ReaderSettings settings;
    private final SlotQueries queries;
    private @Nullable PGReplicationStream stream;
    private @Nullable SlotMonitor monitor;
    private SourceFacts.@Nullable Publication publication;
    private long reportedTs;
    private long lastReport;

    /**
     * A session in which nothing was asked yet.
     *
     * @param connection for replication; belongs to the session from now on
     * @param connections make another one, which watches it
     */
    JdbcSession(Connection connection, ConnectionSource connections, ReaderSettings settings) throws SQLException {
        this.connection = connection;
        this.connections = connections;
        this.settings = settings;
        this.queries = new SlotQueries(connection);
        connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
        try (Statement statement = connection.createStatement()) {
            statement.execute(TEXT_OF_VALUES);
        }
    }

    @Override
    public SourceFacts facts(int knownTimeline) {
        try {
            SourceFacts.Server server = queries.server();
            String slot = settings.slot().text();
            publication = queries.publication(settings.publication());
            return new SourceFacts(
                    server,
                    queries.slot(slot),
                    queries.holder(slot),
                    publication,
                    knownTimeline > 0 && server.timeline() > knownTimeline ? queries.history(server.timeline()) : null);
        } catch (SQLException e) {
            throw SourceFailures.unavailable("the source does not answer what it is", e);
        }
    }

    @Override
    public void terminate(int pid) {
        try (PreparedStatement statement = connection.prepareStatement("select pg_terminate_backend(?)")) {
            statement.setInt(1, pid);
            statement.execute();
        } catch (SQLException e) {
            throw SourceFailures.unavailable("the session of the reader before cannot be ended", e);
        }
    }

    @Override
    public void start(long startTs, long confirmedTs) {
        try {
            // A time limit would be taken for silence in the middle of a message, and the rest of it for the next
            // message.
            connection.setNetworkTimeout(Runnable::run, 0);
            PGReplicationStream started = connection
                    .unwrap(PGConnection.class)
                    .getReplicationAPI()
                    .replicationStream()
                    .logical()
                    .withSlotName(settings.slot().text())
                    .withStartPosition(LogSequenceNumber.valueOf(startTs))
                    .withSlotOption("proto_version", 2)
                    .withSlotOption("publication_names", publicationOption())
                    .withSlotOption("streaming", true)
                    // Otherwise the driver confirms by itself what nobody has made durable.
                    .withAutomaticFlush(false)
                    .withStatusInterval(SIGN_OF_LIFE_SECONDS, TimeUnit.SECONDS)
                    .start();
            stream = started;
            setConfirmed(started, confirmedTs);
            monitor = new SlotMonitor(connections, settings, publication, connection);
        } catch (SQLException e) {
            throw SourceFailures.unavailable("replication slot " + settings.slot() + " cannot be read", e);
        }
    }

    /** A list of names in quotes, in a text in quotes: the driver does not escape it. */
    private String publicationOption() {
        return '"' + settings.publication().replace("\"", "\"\"").replace("'", "''") + '"';
    }

    private static void setConfirmed(PGReplicationStream stream, long confirmedTs) {
        LogSequenceNumber lsn = LogSequenceNumber.valueOf(confirmedTs);
        stream.setFlushedLSN(lsn);
        stream.setAppliedLSN(lsn);
    }

    private PGReplicationStream started() {
        if (stream == null) {
            throw new IllegalStateException("the session has not been started");
        }
        return stream;
    }

    @Override
    public @Nullable ByteBuffer poll() {
        try {
            return started().readPending();
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    private MaintainerException broken(SQLException e) {
        @Nullable String seen = monitor == null ? null : monitor.failure();
        return seen == null
                ? SourceFailures.unavailable("the connection to the source is broken", e)
                : new MaintainerException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "replication slot " + settings.slot() + " cannot be read any further: " + seen
                                + "; the reader tries again");
    }

    @Override
    public long receivedLsn() {
        return started().getLastReceiveLSN().asLong();
    }

    @Override
    public void report(long confirmedTs) {
        long now = System.nanoTime();
        long due = confirmedTs == reportedTs ? TimeUnit.SECONDS.toNanos(SIGN_OF_LIFE_SECONDS) : NEWS_NANOS;
        if (lastReport != 0 && now - lastReport < due) {
            return;
        }
        try {
            setConfirmed(started(), confirmedTs);
            started().forceUpdateStatus();
            lastReport = now;
            reportedTs = confirmedTs;
        } catch (SQLException e) {
            throw broken(e);
        }
    }

    @Override
    public SlotStatus status() {
        return monitor == null ? SlotStatus.UNKNOWN : monitor.status();
    }

    @Override
    public void close() {
        if (monitor != null) {
            monitor.close();
        }
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("the connection to the source of slot {} was broken already", settings.slot(), e);
        }
    }
}
