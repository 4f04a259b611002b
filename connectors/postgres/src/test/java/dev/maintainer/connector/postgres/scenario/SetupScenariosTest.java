package dev.maintainer.connector.postgres.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others do in the database of the source, and a node that is started twice. */
class SetupScenariosTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    @DisplayName("S20: messages that look like those of the maintainer, and notes that others write, mean nothing")
    void forgedMessages() throws SQLException {
        try (Replication replication = new Replication(directory, Replication.ORDERS)) {
            String role = replication.source + "_forger";
            replication.atSource(
                    "create role " + role + " login password 'secret'", "insert into shop.orders (id) values (1), (2)");
            Node node = replication.first("n1");
            Dispatcher dispatcher = node.dispatch(node.table("orders")).follow(replication.walEnd());
            Properties forger = new Properties();
            forger.setProperty("user", role);
            forger.setProperty("password", "secret");
            try (Connection connection = replication.sourceServer.connect(replication.source, forger);
                    Statement statement = connection.createStatement()) {
                for (String prefix : new String[] {"maintainer.heartbeat", "maintainer.ddl", "maintainer.ddl_log"}) {
                    for (boolean isTransactional : new boolean[] {true, false}) {
                        statement.execute(
                                "select pg_logical_emit_message(" + isTransactional + ", '" + prefix
                                        + "', '{\"kind\": \"dropped\", \"schema_name\": \"shop\", \"object_name\": \"orders\"}')");
                    }
                }
                assertThatThrownBy(() -> statement.execute("insert into maintainer.ddl_log (kind, tag, schema_name,"
                                + " object_name) values ('dropped', 'DROP TABLE', 'shop', 'orders')"))
                        .hasMessageContaining("permission denied");
            }
            replication.atSource("insert into shop.orders (id) values (3)");
            dispatcher.follow(replication.walEnd());

            assertThat(node.failure()).isNull();
            replication.assertEqual("orders");
            replication.atSource("drop role " + role);
        }
    }

    @Test
    @DisplayName("S28: a node is started again while its former process still runs: one of them reads its slot")
    void startedTwice() {
        try (Replication replication = new Replication(directory, Replication.ORDERS)) {
            replication.atSource("insert into shop.orders (id) values (1)");
            Node former = replication.first("n1");
            Dispatcher before = former.dispatch(former.table("orders")).follow(replication.walEnd());
            replication.persist(before.checkpointTs());

            Node again = replication.node("n1", before.checkpointTs());
            Dispatcher after = again.dispatch(again.table("orders"), before.checkpointTs());
            replication.atSource("insert into shop.orders (id) values (2)");
            after.follow(replication.walEnd());

            Replication.await("the former process to learn it", () -> former.failure() != null);
            assertThat(former.failure())
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.FENCED));
            replication.atSource("insert into shop.orders (id) values (3)");
            after.follow(replication.walEnd());
            assertThat(again.failure()).isNull();
            replication.assertEqual("orders");
            assertThat(replication.slots()).hasSize(1);
        }
    }
}
