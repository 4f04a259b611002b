package dev.maintainer.connector.postgres.reader;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.TreeMap;

/** A server that is reached by the driver for PostgreSQL. */
final class JdbcWalServer implements WalServer {
    private final ConnectionSource connections;
    private final ReaderSettings settings;

    JdbcWalServer(ConnectionSource connections, ReaderSettings settings) {
        this.connections = connections;
        this.settings = settings;
    }

    @Override
    public Session connect() {
        try {
            Connection connection = open(connections, ReaderName.of(settings.epoch()));
            try {
                return new JdbcSession(connection, connections, settings);
            } catch (SQLException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw SourceFailures.unavailable("the source cannot be reached", e);
        }
    }

    /** Connects for commands of replication. */
    static Connection open(ConnectionSource connections, String applicationName) throws SQLException {
        TreeMap<String, String> properties = new TreeMap<>();
        properties.put("replication", "database");
        // The protocol of replication has no other, and the driver asks for no version in it.
        properties.put("preferQueryMode", "simple");
        properties.put("assumeMinServerVersion", "15");
        properties.put("ApplicationName", applicationName);
        properties.put("tcpKeepAlive", "true");
        return connections.open(properties);
    }
}
