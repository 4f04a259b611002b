package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.node.run.BothEnds;
import dev.maintainer.node.run.DeliveryTimeoutException;
import dev.maintainer.node.run.LiveComparison;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.TableContents;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a cluster replicate one database into another, for as long as the changefeed is there. */
class PostgresChangefeedTest {
    private static final ChangefeedId FEED = new ChangefeedId("shop");

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String sink = server.newDatabase();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @BeforeEach
    void prepare() {
        ConnectorAddress address = ConnectorAddress.parse(sourceAddress(), "the source");
        server.execute(
                source,
                "create schema shop",
                "create table shop.orders (id int primary key, total text)",
                "create table shop.customers (name text primary key, city text)",
                "insert into shop.orders select i, 't' || i from generate_series(1, 2000) i",
                String.join("\n", new PostgresSetup(System::getenv).script(address, address.with(new TreeMap<>()))));
    }

    private String sourceAddress() {
        return address(source) + "?tables=shop.*&heartbeat-seconds=1";
    }

    private String address(String database) {
        return "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + server.port() + "/" + database;
    }

    private String query(String database, String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            return result.next() ? String.valueOf(result.getString(1)) : "";
        } catch (SQLException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void awaitEqual() throws InterruptedException {
        for (String table : List.of("shop.orders", "shop.customers")) {
            String there = query(source, "select count(*) from " + table);
            await(
                    there + " rows of " + table,
                    () -> query(sink, "select count(*) from " + table).equals(there));
        }
    }

    @Test
    @DisplayName(
            "What is there is copied, what is committed follows, a node dies, and nothing is left when it is removed")
    void replicates() throws Exception {
        try (ClusterOfServers cluster = new ClusterOfServers(temporary)) {
            NodeServer first = cluster.start("n1");
            NodeServer second = cluster.start("n2");
            await("a leader", () -> cluster.leader().isPresent());
            NodeServer leading = cluster.leader().orElseThrow();
            long unused = leading.validate(
                    FEED, ClusterOfServers.configuration(sourceAddress(), address(sink)), (earliest, end) -> earliest);
            assertThat(query(source, "select count(*) from pg_replication_slots where database = '" + source + "'"))
                    .isEqualTo("0");
            cluster.create(FEED.name(), sourceAddress(), address(sink));
            awaitEqual();

            server.execute(
                    source,
                    "delete from shop.orders where id <= 500",
                    "insert into shop.customers select 'c' || i, 'Bern' from generate_series(1, 300) i");
            awaitEqual();
            cluster.kill(leading.equals(first) ? second : first);
            server.execute(source, "insert into shop.orders select i, 'late' from generate_series(3001, 3100) i");
            awaitEqual();
            await(
                    "the slot to follow",
                    () -> query(
                                    source,
                                    "select min(pg_current_wal_lsn() - confirmed_flush_lsn) < 100000 from"
                                            + " pg_replication_slots where active and database = '" + source + "'")
                            .equals("t"));

            await("a leader", () -> cluster.leader().isPresent());
            cluster.leader().orElseThrow().coordinator().remove(FEED);
            await(
                    "the slots to go",
                    () -> query(source, "select count(*) from pg_replication_slots where database = '" + source + "'")
                            .equals("0"));
            await(
                    "the note of where it began to go",
                    () -> query(source, "select count(*) from maintainer.changefeed")
                            .equals("0"));
        }
    }

    @Test
    @DisplayName(
            "Both ends are compared while applications write; a row that somebody has changed in the sink is found")
    void comparesWhileItGoesOn() throws Exception {
        try (ClusterOfServers cluster = new ClusterOfServers(temporary)) {
            NodeServer unused = cluster.start("n1");
            await("a leader", () -> cluster.leader().isPresent());
            cluster.create(FEED.name(), sourceAddress(), address(sink));
            awaitEqual();

            AtomicBoolean writes = new AtomicBoolean(true);
            Thread application = new Thread(() -> {
                for (int i = 0; writes.get(); i++) {
                    server.execute(
                            source,
                            "update shop.orders set total = 'u" + i + "' where id between 100 and 120",
                            "insert into shop.customers values ('d" + i + "', 'Bern')");
                }
            });
            application.start();
            try {
                assertThat(compareLive().difference().first()).isEmpty();

                server.execute(sink, "update shop.orders set total = 'forged' where id = 7");
                assertThat(compareLive().difference().first())
                        .singleElement()
                        .asString()
                        .contains("shop.orders '[\"7\"]'", "\"t7\"", "forged");
            } finally {
                writes.set(false);
                application.join();
            }
        }
    }

    private LiveComparison.Outcome compareLive() throws DeliveryTimeoutException {
        Connectors connectors = Connectors.load(getClass().getClassLoader());
        ConnectorAddress from = ConnectorAddress.parse(sourceAddress(), "--source");
        ConnectorAddress to = ConnectorAddress.parse(address(sink), "--sink");
        BothEnds ends = new BothEnds(
                () -> connectors.sourceContents(from, new TreeMap<>()),
                () -> connectors.sinkContents(to, new TreeMap<>(), FEED));
        try (TableContents contents = connectors.sourceContents(from, new TreeMap<>())) {
            return LiveComparison.run(
                    ends, contents.delivery(FEED).orElseThrow(), TimeUnit.SECONDS.toMillis(60), line -> {});
        }
    }
}
