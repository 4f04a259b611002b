package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes of a cluster replicate one database into another, for as long as the changefeed is there. */
class PostgresChangefeedTest {
    private static final Duration SESSION = Duration.ofSeconds(3);
    private static final long PATIENCE_SECONDS = 60;
    private static final ChangefeedId FEED = new ChangefeedId("shop");

    private final PostgresServer server = PostgresServer.shared();
    private final String source = server.newDatabase();
    private final String sink = server.newDatabase();
    private final List<NodeServer> nodes = new ArrayList<>();

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private StoreProvider.EmbeddedStore store;

    @BeforeEach
    void begin() throws IOException {
        server.execute(
                source,
                "create schema maintainer",
                "create table maintainer.changefeed (name text primary key, system_id text not null,"
                        + " database_oid bigint not null, publication_oid bigint not null, start_ts bigint not null)",
                "create schema shop",
                "create table shop.orders (id int primary key, total text)",
                "create table shop.customers (name text primary key, city text)",
                "insert into shop.orders select i, 't' || i from generate_series(1, 2000) i",
                "create publication maintainer for tables in schema shop");
        StoreProvider stores = Stores.provider();
        store = stores.embedded(temporary.resolve("store"), "127.0.0.1", 0, SESSION);
        assertThat(stores.initialise(new StoreSettings(store.address(), "/maintainer", "test", SESSION), 1))
                .isTrue();
        start("n1");
        start("n2");
    }

    @AfterEach
    void end() {
        List.copyOf(nodes).forEach(this::kill);
        store.close();
    }

    private void start(String name) throws IOException {
        Path file = Files.writeString(
                temporary.resolve(name + ".toml"), """
                [cluster]
                name = "test"
                [node]
                name = "%s"
                data_dir = "%s"
                [peer]
                listen = "127.0.0.1:0"
                [zookeeper]
                connect = "%s"
                [lease]
                session = "3s"
                renew = "300ms"
                lease = "1200ms"
                grace = "1800ms"
                """.formatted(name, temporary.resolve(name), store.address()));
        NodeServer node = new NodeServer(ServerConfig.read(file, Map.of(), List.of()), "test", false);
        nodes.add(node);
        node.start();
    }

    private void kill(NodeServer node) {
        nodes.remove(node);
        node.close();
    }

    private NodeServer leader() throws InterruptedException {
        await("a leader", () -> nodes.stream().anyMatch(each -> each.leaderEpoch() > 0));
        return nodes.stream().filter(each -> each.leaderEpoch() > 0).findFirst().orElseThrow();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime())
                    .as("waited %d s for %s", PATIENCE_SECONDS, what)
                    .isLessThan(until);
            TimeUnit.MILLISECONDS.sleep(20);
        }
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
        ChangefeedConfiguration configuration = new ChangefeedConfiguration(new TreeMap<>(
                Map.of("source", address(source) + "?tables=shop.*&heartbeat-seconds=1", "sink", address(sink))));
        NodeServer leading = leader();
        long startTs = leading.validate(FEED, configuration, (earliest, end) -> earliest);
        assertThat(query(source, "select count(*) from pg_replication_slots where database = '" + source + "'"))
                .isEqualTo("0");
        leading.coordinator()
                .createIfLeading(new CoordinatorInput.CreateChangefeed(FEED, startTs, "", false, configuration));
        awaitEqual();

        server.execute(
                source,
                "delete from shop.orders where id <= 500",
                "insert into shop.customers select 'c' || i, 'Bern' from generate_series(1, 300) i");
        awaitEqual();
        kill(nodes.stream().filter(each -> !each.equals(leading)).findFirst().orElseThrow());
        server.execute(source, "insert into shop.orders select i, 'late' from generate_series(3001, 3100) i");
        awaitEqual();
        await(
                "the slot to follow",
                () -> query(
                                source,
                                "select min(pg_current_wal_lsn() - confirmed_flush_lsn) < 100000 from pg_replication_slots"
                                        + " where active and database = '" + source + "'")
                        .equals("t"));

        leader().coordinator().remove(FEED);
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
