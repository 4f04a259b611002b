package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.node.run.BothEnds;
import dev.maintainer.node.run.DeliveryTimeoutException;
import dev.maintainer.node.run.LiveComparison;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.TableContents;
import java.nio.file.Path;
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

    private final TwoDatabases databases = new TwoDatabases("");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @BeforeEach
    void prepare() {
        databases.on(
                "create table shop.orders (id int primary key, total text)",
                "create table shop.customers (name text primary key, city text)",
                "insert into shop.orders select i, 't' || i from generate_series(1, 2000) i");
        databases.setUp();
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
                    FEED,
                    ClusterOfServers.configuration(databases.sourceAddress(), databases.sinkAddress()),
                    (earliest, end) -> earliest);
            assertThat(databases.query(
                            databases.source,
                            "select count(*) from pg_replication_slots where database = '" + databases.source + "'"))
                    .isEqualTo("0");
            cluster.create(FEED.name(), databases.sourceAddress(), databases.sinkAddress());
            databases.awaitEqual();

            databases.on(
                    "delete from shop.orders where id <= 500",
                    "insert into shop.customers select 'c' || i, 'Bern' from generate_series(1, 300) i");
            databases.awaitEqual();
            cluster.kill(leading.equals(first) ? second : first);
            databases.on("insert into shop.orders select i, 'late' from generate_series(3001, 3100) i");
            databases.awaitEqual();
            await(
                    "the slot to follow",
                    () -> databases
                            .query(
                                    databases.source,
                                    "select min(pg_current_wal_lsn() - confirmed_flush_lsn) < 100000 from"
                                            + " pg_replication_slots where active and database = '" + databases.source
                                            + "'")
                            .equals("t"));

            await("a leader", () -> cluster.leader().isPresent());
            cluster.leader().orElseThrow().coordinator().remove(FEED);
            await(
                    "the slots to go",
                    () -> databases
                            .query(
                                    databases.source,
                                    "select count(*) from pg_replication_slots where database = '" + databases.source
                                            + "'")
                            .equals("0"));
            await(
                    "the note of where it began to go",
                    () -> databases
                            .query(databases.source, "select count(*) from maintainer.changefeed")
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
            cluster.create(FEED.name(), databases.sourceAddress(), databases.sinkAddress());
            databases.awaitEqual();

            AtomicBoolean writes = new AtomicBoolean(true);
            Thread application = new Thread(() -> {
                for (int i = 0; writes.get(); i++) {
                    databases.on(
                            "update shop.orders set total = 'u" + i + "' where id between 100 and 120",
                            "insert into shop.customers values ('d" + i + "', 'Bern')");
                }
            });
            application.start();
            try {
                assertThat(compareLive().difference().first()).isEmpty();

                databases.forge("update shop.orders set total = 'forged' where id = 7");
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
        ConnectorAddress from = ConnectorAddress.parse(databases.sourceAddress(), "--source");
        ConnectorAddress to = ConnectorAddress.parse(databases.sinkAddress(), "--sink");
        BothEnds ends = new BothEnds(
                () -> connectors.sourceContents(from, new TreeMap<>()),
                () -> connectors.sinkContents(to, new TreeMap<>(), FEED));
        try (TableContents contents = connectors.sourceContents(from, new TreeMap<>())) {
            return LiveComparison.run(
                    ends, contents.delivery(FEED).orElseThrow(), TimeUnit.SECONDS.toMillis(60), line -> {});
        }
    }
}
