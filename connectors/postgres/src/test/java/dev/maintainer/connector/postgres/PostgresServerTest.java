package dev.maintainer.connector.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The server of the other tests keeps its promises. */
class PostgresServerTest {
    @Test
    void whatWasCommittedSurvivesACrash() throws SQLException {
        try (PostgresServer server = PostgresServer.start(new TreeMap<>())) {
            String database = server.newDatabase();
            server.execute(database, "create table t (v int)", "insert into t values (7)");
            server.crash();
            server.resume();

            try (Connection connection = server.connect(database);
                    Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("select v, current_setting('wal_level') from t")) {
                assertThat(result.next()).isTrue();
                assertThat(result.getInt(1)).isEqualTo(7);
                assertThat(result.getString(2)).isEqualTo("logical");
            }
        }
    }
}
