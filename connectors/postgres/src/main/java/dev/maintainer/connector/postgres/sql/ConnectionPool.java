package dev.maintainer.connector.postgres.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections to one database, in transactions of READ COMMITTED. Each wait on them is bounded: of the server by its own
 * time limits, and of the network a little later by the socket. Thread-safe.
 */
public final class ConnectionPool implements Connections {
    private static final Logger LOG = LoggerFactory.getLogger(ConnectionPool.class);

    private static final long TAKE_MILLIS = 5_000;
    private static final int CONNECT_SECONDS = 4;
    /** A server that could not be reached is not asked again for so long: many may want to, and each would wait. */
    private static final long AWAY_NANOS = TimeUnit.SECONDS.toNanos(2);
    /** Longer than all limits of the server, so that it is the server that says what has taken so long. */
    private static final int SOCKET_SECONDS = 60;

    /**
     * Text in both directions looks alike whatever a role or a database has set. A session that stands still within a
     * transaction holds up others, until the server ends it.
     */
    private static final String SESSION = "-c lock_timeout=5s -c statement_timeout=30s"
            + " -c idle_in_transaction_session_timeout=10s -c default_transaction_isolation=read\\ committed"
            + " -c DateStyle=ISO -c IntervalStyle=postgres -c TimeZone=UTC -c extra_float_digits=3 -c bytea_output=hex"
            + " -c lc_monetary=C -c xmloption=content";

    private static final String OLDEST_SERVER = "15";

    private final Dialer driver;
    private final HikariDataSource pool;
    /** Why it could not be reached, and until when that is taken for granted; null if it could. */
    private volatile @Nullable Away away;

    private record Away(SQLTransientConnectionException why, long untilNanos) {}

    private ConnectionPool(Dialer driver, HikariDataSource pool) {
        this.driver = driver;
        this.pool = pool;
    }

    /** A driver that reads the password anew for each connection. */
    private static final class Dialer extends PGSimpleDataSource {
        private static final long serialVersionUID = 1L;
        private final transient ServerSettings settings;
        private final AtomicLong made = new AtomicLong();

        Dialer(ServerSettings settings) {
            this.settings = settings;
        }

        @Override
        public Connection getConnection() throws SQLException {
            Connection connection =
                    getConnection(settings.user(), settings.password().read());
            made.incrementAndGet();
            return connection;
        }
    }

    /**
     * Makes a pool; nothing is connected yet.
     *
     * @param settings which database
     * @param name for threads and logs
     */
    public static ConnectionPool of(ServerSettings settings, String name) {
        Dialer driver = new Dialer(settings);
        driver.setServerNames(new String[] {settings.host()});
        driver.setPortNumbers(new int[] {settings.port()});
        driver.setDatabaseName(settings.database());
        driver.setApplicationName("maintainer");
        driver.setSslMode(settings.sslMode());
        if (settings.sslRootCert() != null) {
            driver.setSslRootCert(settings.sslRootCert());
        }
        driver.setConnectTimeout(CONNECT_SECONDS);
        driver.setLoginTimeout(CONNECT_SECONDS);
        driver.setSocketTimeout(SOCKET_SECONDS);
        driver.setTcpKeepAlive(true);
        driver.setOptions(SESSION);
        // The driver tells an old server two of the settings in a round trip for each.
        driver.setAssumeMinServerVersion(OLDEST_SERVER);
        // Names that it prints of a failed statement are enough; it must not print values.
        driver.setLogServerErrorDetail(false);
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(driver);
        config.setMaximumPoolSize(settings.connections());
        config.setMinimumIdle(0);
        config.setIdleTimeout(TimeUnit.MINUTES.toMillis(1));
        config.setConnectionTimeout(TAKE_MILLIS);
        config.setInitializationFailTimeout(-1);
        config.setAutoCommit(false);
        return new ConnectionPool(driver, new HikariDataSource(config));
    }

    /** {@inheritDoc} It waits for five seconds, and not at all if there was none for others just before. */
    @Override
    public Connection take() throws SQLException {
        Away known = away;
        if (known != null && known.untilNanos() - System.nanoTime() > 0) {
            throw known.why();
        }
        try {
            Connection connection = pool.getConnection();
            away = null;
            return connection;
        } catch (SQLTransientConnectionException e) {
            // Without a cause, all connections are in use.
            away = e.getCause() == null ? null : new Away(e, System.nanoTime() + AWAY_NANOS);
            throw e;
        }
    }

    @Override
    public Connection dial() throws SQLException {
        Connection connection = driver.getConnection();
        try {
            connection.setAutoCommit(false);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** {@inheritDoc} It waits nevertheless if somebody else takes the last one at this moment, until one is given back. */
    @Override
    public Connection ready() throws SQLException {
        if (pool.getHikariPoolMXBean().getIdleConnections() > 0) {
            try {
                return pool.getConnection();
            } catch (SQLTransientConnectionException e) {
                LOG.debug("none of the shared connections was free after all", e);
            }
        }
        return dial();
    }

    @Override
    public long made() {
        return driver.made.get();
    }

    @Override
    public void close() {
        pool.close();
    }
}
