package dev.maintainer.connector.postgres.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.ConnectorAddress;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectionPoolTest {
    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.newDatabase();
    private final ConnectionPool pool = ConnectionPool.of(settings(), "test");

    private ServerSettings settings() {
        ConnectorAddress address = ConnectorAddress.parse(
                "postgresql://" + PostgresServer.ADMIN + "@localhost:" + server.port() + "/" + database, "--sink");
        return ServerSettings.of(address, new TreeMap<>(Map.of("connections", "1")), name -> null);
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private static int session(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select pg_backend_pid()")) {
            result.next();
            return result.getInt(1);
        }
    }

    private int used() throws SQLException {
        try (Connection connection = pool.take()) {
            return session(connection);
        }
    }

    @Test
    @DisplayName("Whoever has to be quick gets a connection that others have used, and makes none")
    void takesWhatIsIdle() throws SQLException {
        int known = used();
        try (Connection ready = pool.ready()) {
            assertThat(session(ready)).isEqualTo(known);
        }
        assertThat(pool.made()).isEqualTo(1);
    }

    @Test
    @DisplayName("While all are in use, it gets one of its own at once")
    void doesNotWait() throws SQLException {
        try (Connection taken = pool.take();
                Connection ready = pool.ready()) {
            assertThat(session(ready)).isNotEqualTo(session(taken));
            assertThat(ready.getAutoCommit()).isFalse();
        }
    }

    @Test
    @DisplayName("Before there is any, it gets one of its own")
    void connects() throws SQLException {
        try (Connection ready = pool.ready()) {
            assertThat(session(ready)).isPositive();
        }
        assertThat(pool.made()).isEqualTo(1);
    }
}
