package dev.maintainer.connector.postgres.scenario;

import static dev.maintainer.connector.postgres.scenario.Replication.beforeOrder;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.WriteResult;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Spans move, are cut and are merged while orders change. */
class MovesScenariosTest extends OrdersScenario {
    private static final int MERGES = 6;

    MovesScenariosTest() {
        super(300);
    }

    /** The copy is over: from here on nothing may come twice. */
    private Dispatcher copied() {
        Dispatcher dispatcher = first.dispatch(orders).follow(replication.walEnd());
        replication.watchOrders();
        return dispatcher;
    }

    @Test
    @DisplayName(
            "S4: a span moves twenty times under three owners while its former dispatchers write on, and no change is written twice")
    void movesWithFormerDispatchersRunningOn() throws Exception {
        List<Node> nodes = List.of(first, replication.node("n2", 0), replication.node("n3", 0));
        Dispatcher begun = copied();
        Moves moves;
        try (Traffic traffic = new Traffic(replication)) {
            moves = Moves.of(replication, nodes, begun, () -> traffic.awaitTransactions(5));
            assertThat(traffic.stop()).isGreaterThan(5 * Moves.COUNT);
        }
        long end = replication.walEnd();
        Replication.await(
                "the last dispatcher to come to the end", () -> moves.last().checkpointTs() >= end);

        for (CompletableFuture<WriteResult> each : moves.former()) {
            assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(WriteResult.SEALED);
        }
        replication.assertEqual("orders");
        replication.assertNothingAgain();
    }

    @Test
    @DisplayName("S8: parts with unlike progress are merged again and again, and whoever watches sees no value go back")
    void mergesPartsWithUnlikeProgress() throws Exception {
        Node second = replication.node("n2", 0);
        Dispatcher whole = copied();
        SplittableRandom random = new SplittableRandom(5);
        int unlike = 0;
        try (Traffic traffic = new Traffic(replication)) {
            for (int merge = 1; merge <= MERGES; merge++) {
                SpanBound cut = beforeOrder(100 + random.nextInt(400));
                Dispatcher lower =
                        first.dispatch(new TableSpan(orders.table(), SpanBound.LOWEST, cut), whole.checkpointTs());
                Dispatcher upper =
                        second.dispatch(new TableSpan(orders.table(), cut, SpanBound.HIGHEST), whole.checkpointTs());
                Dispatcher fast = random.nextBoolean() ? lower : upper;
                Dispatcher slow = fast == lower ? upper : lower;
                traffic.awaitTransactions(20);
                slow.follow(replication.walEnd());
                traffic.awaitTransactions(20);
                fast.follow(replication.walEnd());
                // In the middle of a transaction, perhaps.
                traffic.awaitTransactions(5);
                assertThat(fast.turn(3)).isEqualTo(WriteResult.DURABLE);
                assertThat(slow.turn(2)).isEqualTo(WriteResult.DURABLE);
                unlike += slow.checkpointTs() != fast.checkpointTs() ? 1 : 0;

                // The slower one, where rows of its part are rare, may have come further with its few.
                long checkpointTs = Math.min(slow.checkpointTs(), fast.checkpointTs());
                replication.persist(checkpointTs);
                whole = (merge % 2 == 0 ? first : second).dispatch(orders, checkpointTs);
                traffic.awaitTransactions(5);
                assertThat(fast.turnWithRows()).isEqualTo(WriteResult.SEALED);
            }
            int unused = traffic.stop();
            assertThat(unlike).isGreaterThan(MERGES / 2);
        }
        whole.follow(replication.walEnd());

        replication.assertEqual("orders");
        replication.assertNothingAgain();
    }

    @Test
    @DisplayName("S9: an order gets a key of another span, and is there once, with the value that was not told anew")
    void changesKeyAcrossSpans() {
        replication.atSource("alter table shop.orders replica identity full");
        Node second = replication.node("n2", 0);
        SpanBound cut = beforeOrder(200);
        Dispatcher lower = first.dispatch(new TableSpan(orders.table(), SpanBound.LOWEST, cut));
        Dispatcher upper = second.dispatch(new TableSpan(orders.table(), cut, SpanBound.HIGHEST));
        lower.follow(replication.walEnd());
        upper.follow(replication.walEnd());

        replication.atSource(
                "update shop.orders set id = id + 1000 where id <= 5",
                "update shop.orders set id = id - 1000 where id = 1002",
                "update shop.orders set id = 0 where id = 300");
        upper.follow(replication.walEnd());
        assertThat(replication.ofSink("select id from shop.orders where id = 1001 or id = 1 order by id"))
                .as("the upper half has come, and the lower has not gone yet")
                .containsExactly("1", "1001");
        lower.follow(replication.walEnd());

        replication.assertEqual("orders");
        assertThat(replication.ofSink("select length(note)::text from shop.orders where id in (0, 2, 1001, 1005)"))
                .containsOnly("3000")
                .hasSize(4);
    }

    @Test
    @DisplayName("S9: without the former row in the log the source says what it lacks, and nothing is made up")
    void changesKeyWithoutFormerRow() {
        Dispatcher dispatcher = first.dispatch(orders).follow(replication.walEnd());
        replication.atSource("update shop.orders set id = 1000, note = 'told' where id = 1");
        dispatcher.follow(replication.walEnd());
        replication.assertEqual("orders");

        replication.atSource("update shop.orders set id = 1001 where id = 2");
        Replication.await("the source to end", () -> first.failure() != null);
        assertThat(first.failure())
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_MISSING))
                .hasMessageContaining("REPLICA IDENTITY FULL");
        assertThat(replication.ofSink("select id from shop.orders where id in (2, 1001)"))
                .containsExactly("2");
    }
}
