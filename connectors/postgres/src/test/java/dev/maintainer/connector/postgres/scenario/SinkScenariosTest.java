package dev.maintainer.connector.postgres.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.sink.Wire;
import dev.maintainer.replication.WriteResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink, or the way to it, fails while orders change. */
class SinkScenariosTest extends OrdersScenario {
    private static final String NO_SPACE = "create function no_space() returns trigger language plpgsql as $$ begin"
            + " raise exception 'could not extend file: No space left on device' using errcode = '53100'; end $$";

    private final Wire wire = new Wire(PostgresServer.shared().port());

    SinkScenariosTest() {
        super(20);
    }

    @AfterEach
    @Override
    void end() {
        super.end();
        wire.close();
    }

    private void change(String where) {
        replication.atSource(
                "update shop.orders set version = nextval('shop.versions'), total = total || 'x' where " + where);
    }

    @Test
    @DisplayName(
            "S5: a node freezes with a batch in its transaction; a new owner does not wait for it, and its commit fails")
    void frozenNode() throws Exception {
        Node frozen = replication.node("n2", 0, wire.port());
        Dispatcher before = frozen.dispatch(orders).follow(replication.walEnd());
        replication.watchOrders();
        long applied = frozen.sink.rowsApplied();
        change("id <= 10");
        Wire.Plan commit = wire.next(Wire.COMMIT, Wire.Fate.HELD);
        CompletableFuture<WriteResult> writing = CompletableFuture.supplyAsync(before::turnWithRows);
        commit.awaitMet();
        String backend = "select pid from pg_stat_activity where datname = current_database()"
                + " and state = 'idle in transaction' and application_name like 'maintainer/1/%'";
        assertThat(replication.ofSink(backend)).hasSize(1);

        first.own(2);
        assertThat(replication.ofSink(backend))
                .as("the session of the frozen node")
                .isEmpty();
        Dispatcher after = first.dispatch(orders, before.checkpointTs()).follow(replication.walEnd());
        change("id <= 5");
        after.follow(replication.walEnd());
        commit.release();

        assertThat(writing.get(60, TimeUnit.SECONDS)).isEqualTo(WriteResult.SEALED);
        assertThat(frozen.sink.rowsApplied()).isEqualTo(applied);
        replication.assertEqual("orders");
        replication.assertNothingAgain();
    }

    @ParameterizedTest
    @EnumSource(names = {"LOST", "ANSWER_LOST"})
    @DisplayName("S6: a commit is lost, or its answer, and each change is written once, also into a table with columns")
    void lostCommits(Wire.Fate fate) {
        Node node = replication.node("n2", 0, wire.port());
        Dispatcher dispatcher = node.dispatch(orders).follow(replication.walEnd());
        replication.watchOrders();
        for (String changed : new String[] {"id <= 10", "id in (1, 11)", "id > 15"}) {
            change(changed);
            replication.atSource("delete from shop.orders where id = 20", "insert into shop.orders (id) values (20)");
            Wire.Plan commit = wire.next(Wire.COMMIT, fate);
            dispatcher.follow(replication.walEnd());
            commit.awaitMet();
        }

        replication.assertEqual("orders");
        replication.assertNothingAgain();
        assertThat(node.sink.rowsAppliedAgain()).isZero();
    }

    @Test
    @DisplayName("S11, S12: a large value that does not change stays as it is, and its row must not be made up")
    void unchangedLargeValues() {
        Dispatcher dispatcher = first.dispatch(orders).follow(replication.walEnd());
        change("id <= 10");
        dispatcher.follow(replication.walEnd());
        replication.assertEqual("orders");
        assertThat(replication.ofSink("select distinct length(note) from shop.orders"))
                .containsExactly("3000");

        replication.atSink("delete from shop.orders where id = 7");
        change("id in (6, 7, 8)");
        assertThatThrownBy(dispatcher::turnWithRows)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_MISSING))
                .hasMessageContainingAll("1 rows", "shop.orders");
        assertThat(replication.ofSink("select count(*) from shop.orders where total like '%xx'"))
                .containsExactly("0");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create trigger full_disk before insert or update on shop.orders for each row execute function no_space()",
                "create constraint trigger full_disk after insert or update on shop.orders deferrable initially deferred"
                        + " for each row execute function no_space()",
                "create trigger full_disk before update on maintainer_sink.span for each row execute function no_space()"
            })
    @DisplayName(
            "S30: the disk of the sink is full, which is said as something that passes; with room again all goes on")
    void fullDisk(String trigger) {
        Dispatcher dispatcher = first.dispatch(orders).follow(replication.walEnd());
        replication.watchOrders();
        replication.atSink(NO_SPACE, trigger);
        String table = trigger.contains("shop.orders") ? "shop.orders" : "maintainer_sink.span";
        replication.atSink("alter table " + table + " enable always trigger full_disk");
        change("id <= 10");
        long standing = dispatcher.checkpointTs();
        for (int attempt = 1; attempt <= 3; attempt++) {
            Dispatcher full = dispatcher;
            assertThatThrownBy(full::turnWithRows)
                    .isInstanceOfSatisfying(
                            MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_UNAVAILABLE))
                    .hasMessageContainingAll("No space left", "make room");
            assertThat(full.checkpointTs()).as("the checkpoint stands").isLessThan(replication.walEnd());
            full.close();
            dispatcher = first.dispatch(orders, standing);
        }
        replication.atSink("drop trigger full_disk on " + table);
        dispatcher.follow(replication.walEnd());

        replication.assertEqual("orders");
        replication.assertNothingAgain();
    }
}
