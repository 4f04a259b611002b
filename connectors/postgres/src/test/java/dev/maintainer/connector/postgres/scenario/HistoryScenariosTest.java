package dev.maintainer.connector.postgres.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.server.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a source has lost is never passed over, and the target stays as it is. */
class HistoryScenariosTest {
    private static final String FILL =
            "insert into shop.orders (id, total) select i, 't' from generate_series(1, 10) i";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    private static void awaitLost(Node node) {
        Replication.await("the source to end", () -> node.failure() != null);
        assertThat(node.failure())
                .isInstanceOfSatisfying(
                        MaintainerException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.SOURCE_HISTORY_LOST));
    }

    private static void assertRefused(Replication replication, String node, long checkpointTs) {
        assertThatThrownBy(() -> {
                    Node opened = replication.node(node, checkpointTs);
                    Dispatcher unused = opened.dispatch(opened.table("orders"), checkpointTs);
                    awaitLost(opened);
                    throw opened.failure();
                })
                .isInstanceOfSatisfying(
                        MaintainerException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(ErrorCode.SOURCE_HISTORY_LOST));
    }

    private static void awaitNoted(Replication replication, int timeline) {
        Replication.await(
                "timeline " + timeline + " to be noted for nodes that come later",
                () -> replication
                        .ofSource("select timeline from maintainer.changefeed")
                        .equals(List.of(Integer.toString(timeline))));
    }

    private static List<String> target(Replication replication) {
        return replication.ofSink("select o::text from shop.orders o order by id");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = 'SLOT';"
                        + " select pg_sleep(0.1); select pg_drop_replication_slot('SLOT')",
                "drop publication maintainer"
            })
    @DisplayName(
            "S22, S23: a slot, or the publication, is dropped and made anew: nobody goes on behind what is missing")
    void droppedAndMadeAnew(String drop) {
        try (Replication replication = new Replication(directory, Replication.ORDERS)) {
            replication.atSource(FILL);
            Node node = replication.first("n1");
            Dispatcher dispatcher = node.dispatch(node.table("orders")).follow(replication.walEnd());
            replication.persist(dispatcher.checkpointTs());
            List<String> before = target(replication);
            String slot = replication.slots().get(0);

            replication.atSource(drop.replace("SLOT", slot), "update shop.orders set total = 'missed'");
            replication.atSource(
                    drop.contains("publication")
                            ? "create publication maintainer for table maintainer.ddl_log, tables in schema shop"
                            : "select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
            awaitLost(node);
            node.close();
            replication.atSource("update shop.orders set total = 'after' where id = 1");

            assertRefused(replication, "n1", dispatcher.checkpointTs());
            assertRefused(replication, "n2", dispatcher.checkpointTs());
            assertThat(target(replication)).isEqualTo(before);
        }
    }

    @Test
    @DisplayName(
            "S24: the server gives up the log of a slot, of a node that reads and of one that is away; it is said once")
    void logGivenUp() {
        try (PostgresServer server = PostgresServer.start(new TreeMap<>(Map.of(
                        "max_slot_wal_keep_size",
                        "16MB",
                        "min_wal_size",
                        "32MB",
                        "max_wal_size",
                        "48MB",
                        "log_replication_commands",
                        "on")));
                Replication replication = new Replication(server, directory, Replication.ORDERS)) {
            replication.atSource(FILL);
            Node node = replication.first("n1");
            Node away = replication.node("n2", 0);
            Dispatcher dispatcher = node.dispatch(node.table("orders")).follow(replication.walEnd());
            List<String> before = target(replication);
            away.close();

            // The checkpoint is not durable, so no slot follows.
            for (int i = 0; i < 5; i++) {
                replication.atSource("select pg_switch_wal()", "update shop.orders set total = 'missed'", "checkpoint");
            }
            awaitLost(node);
            node.close();
            assertRefused(replication, "n2", dispatcher.checkpointTs());
            assertRefused(replication, "n1", dispatcher.checkpointTs());

            assertThat(target(replication)).isEqualTo(before);
            // Once for each node, and once more if the server ends the session before it gives up the log.
            assertThat(server.serverLog().split("command: START_REPLICATION", -1))
                    .as("attempts to read")
                    .hasSizeBetween(3, 5);
        }
    }

    @Test
    @DisplayName("S25: while others write much and the tables of the changefeed are idle, the server retains little")
    void idleTables() {
        try (Replication replication = new Replication(directory, Replication.ORDERS)) {
            replication.atSource(FILL, "create table public.others (id int, t text)");
            Node node = replication.first("n1");
            Dispatcher dispatcher = node.dispatch(node.table("orders")).follow(replication.walEnd());
            String retained = "select pg_current_wal_lsn() - restart_lsn < 64 * 1024 * 1024"
                    + " from pg_replication_slots where slot_name = '"
                    + replication.slots().get(0) + "'";
            long began = replication.walEnd();
            for (int i = 0; i < 6; i++) {
                replication.atSource(
                        "insert into public.others select i, repeat('x', 1000) from generate_series(1, 15000) i");
                dispatcher.follow(replication.walEnd());
                replication.persist(dispatcher.checkpointTs());
                // As the server does every 15 seconds.
                replication.atSource("checkpoint");
                Replication.await("the slot to follow", () -> {
                    dispatcher.follow(replication.walEnd());
                    replication.persist(dispatcher.checkpointTs());
                    return replication.ofSource(retained).equals(List.of("t"));
                });
            }
            assertThat(replication.walEnd() - began).isGreaterThan(80L << 20);
            assertThat(dispatcher.progress()).isEmpty();
        }
    }

    @Test
    @DisplayName("S26: a standby that keeps the slots takes the place of a server that is gone, for all nodes")
    void takenOverByAStandby() throws Exception {
        try (PostgresServer server = PostgresServer.start(new TreeMap<>());
                PostgresServer standby = server.standby();
                Replication replication = new Replication(server, directory, Replication.ORDERS)) {
            assumeTrue(server.release() >= 17, "slots are kept by standbys from 17 on");
            replication.atSource(FILL);
            Node node = replication.first("n1");
            Dispatcher dispatcher = node.dispatch(node.table("orders")).follow(replication.walEnd());
            replication.watchOrders();
            // Its slot is a copy of the first one.
            Node other = replication.node("n2", dispatcher.checkpointTs());
            assertThat(replication.ofSource(
                            "select distinct failover from pg_replication_slots where slot_type = 'logical'"))
                    .containsExactly("t");
            standby.follow(server);
            // The copy of a slot is of use as soon as the slot has moved beyond where the standby has begun.
            Replication.await("the standby to keep both slots", () -> {
                replication.atSource(
                        "update shop.orders set version = nextval('shop.versions') where id <= 5", "checkpoint");
                dispatcher.follow(replication.walEnd());
                replication.persist(dispatcher.checkpointTs());
                return standby.column(
                                "postgres",
                                "select 1 from pg_replication_slots where synced and not temporary"
                                        + " and invalidation_reason is null")
                        .equals(List.of("1", "1"));
            });

            standby.takeOver(server);
            replication.atSource("update shop.orders set version = nextval('shop.versions') where id > 3");
            dispatcher.follow(replication.walEnd());
            replication.assertEqual("orders");
            Dispatcher onOther = other.dispatch(other.table("orders"), dispatcher.checkpointTs());
            replication.atSource("update shop.orders set version = nextval('shop.versions') where id > 8");
            onOther.follow(replication.walEnd());
            replication.assertEqual("orders");
            replication.assertNothingAgain();
        }
    }

    @Test
    @DisplayName("S26: a standby that had everything is promoted, and it goes on there")
    void promoted() {
        try (PostgresServer server = PostgresServer.start(new TreeMap<>());
                Replication replication = new Replication(server, directory, Replication.ORDERS)) {
            replication.atSource(FILL);
            Node node = replication.first("n1");
            Dispatcher dispatcher = node.dispatch(node.table("orders")).follow(replication.walEnd());
            replication.watchOrders();
            replication.atSource("update shop.orders set version = nextval('shop.versions') where id <= 5");

            server.promote();
            replication.atSource("update shop.orders set version = nextval('shop.versions') where id > 3");
            dispatcher.follow(replication.walEnd());
            replication.assertEqual("orders");
            replication.persist(dispatcher.checkpointTs());
            awaitNoted(replication, 2);
            node.close();

            // Another node knows nothing but the checkpoint.
            Node next = replication.node("n2", dispatcher.checkpointTs());
            Dispatcher onNext = next.dispatch(next.table("orders"), dispatcher.checkpointTs());
            replication.atSource("update shop.orders set version = nextval('shop.versions') where id > 8");
            onNext.follow(replication.walEnd());
            replication.assertEqual("orders");
            replication.assertNothingAgain();
        }
    }

    @Test
    @DisplayName("S27: a standby that lacks what was delivered is promoted, and everybody stops")
    void promotedWithoutWhatWasDelivered() {
        try (PostgresServer server = PostgresServer.start(new TreeMap<>());
                Replication replication = new Replication(server, directory, Replication.ORDERS)) {
            replication.atSource(FILL);
            Node node = replication.first("n1");
            Dispatcher dispatcher = node.dispatch(node.table("orders")).follow(replication.walEnd());
            replication.persist(dispatcher.checkpointTs());
            awaitNoted(replication, 1);
            server.keepData();
            replication.atSource("update shop.orders set total = 'delivered'");
            dispatcher.follow(replication.walEnd());
            List<String> before = target(replication);
            replication.persist(dispatcher.checkpointTs());

            server.promoteKept();
            // Its log becomes longer than what was delivered, so length alone tells nothing.
            replication.atSource("update shop.orders set total = repeat('other', 1000)");
            awaitLost(node);
            node.close();

            assertRefused(replication, "n1", dispatcher.checkpointTs());
            assertRefused(replication, "n2", dispatcher.checkpointTs());
            assertThat(target(replication)).isEqualTo(before);
        }
    }
}
