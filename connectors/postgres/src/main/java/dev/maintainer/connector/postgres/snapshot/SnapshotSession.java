package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.connector.postgres.reader.ConnectionSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sessions that read tables: in transactions, with the texts that the log has. */
final class SnapshotSession {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotSession.class);

    private static final int ANSWER_SECONDS = 120;

    private static final Map<String, String> PROPERTIES = Map.of(
            "ApplicationName",
            "maintainer snapshot",
            "tcpKeepAlive",
            "true",
            // Texts as the log has them, and not as the driver would write what came in binary.
            "binaryTransfer",
            "false",
            "prepareThreshold",
            "0");

    private static final String SETTINGS = """
            set DateStyle = 'ISO'; set IntervalStyle = 'postgres'; set TimeZone = 'UTC'; set extra_float_digits = 3;
            set bytea_output = 'hex'; set lc_monetary = 'C'; set xmlbinary = 'base64'; set search_path = pg_catalog;
            set lock_timeout = '30s'; set default_transaction_read_only = off;
            set idle_in_transaction_session_timeout = 0""";

    private SnapshotSession() {}

    /** One whose statements are short. */
    static Connection open(ConnectionSource connections) throws SQLException {
        return open(connections, Map.of("socketTimeout", Integer.toString(ANSWER_SECONDS)), "100s");
    }

    /** One whose statements take as long as they take, and of which nothing is heard meanwhile. */
    static Connection openUnhurried(ConnectionSource connections) throws SQLException {
        return open(connections, Map.of(), "0");
    }

    private static Connection open(ConnectionSource connections, Map<String, String> more, String statementTimeout)
            throws SQLException {
        SortedMap<String, String> properties = new TreeMap<>(PROPERTIES);
        properties.putAll(more);
        Connection made = connections.open(properties);
        boolean isGood = false;
        try (Statement statement = made.createStatement()) {
            statement.execute(SETTINGS + "; set statement_timeout = '" + statementTimeout + "'");
            made.setAutoCommit(false);
            isGood = true;
            return made;
        } finally {
            if (!isGood) {
                close(made);
            }
        }
    }

    static void close(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("closing a connection has failed", e);
        }
    }
}
