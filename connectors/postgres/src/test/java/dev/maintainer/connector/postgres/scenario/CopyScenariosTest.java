package dev.maintainer.connector.postgres.scenario;

import static dev.maintainer.connector.postgres.scenario.Replication.beforeOrder;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.WriteResult;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables are copied while others write them. */
class CopyScenariosTest {
    private static final int MANY = 2500;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Test
    @DisplayName("S1: a bank is copied under transfers by two nodes, and the books are equal in the end")
    void copiesABankUnderTransfers() throws Exception {
        String[] tables = {"accounts", "tellers", "branches", "history"};
        try (Replication replication = new Replication(
                        directory,
                        "create table shop.branches (bid int primary key, balance int not null)",
                        "create table shop.tellers (tid int primary key, bid int, balance int not null)",
                        "create table shop.accounts (aid int primary key, bid int, balance int not null, filler char(84))",
                        "create table shop.history (id bigserial primary key, tid int, bid int, aid int, delta int)",
                        "insert into shop.branches values (1, 0), (2, 0)",
                        "insert into shop.tellers select i, 1 + i % 2, 0 from generate_series(1, 20) i",
                        "insert into shop.accounts select i, 1 + i % 2, 0, '' from generate_series(1, 15000) i");
                Clients transfers = Clients.ofBank(replication)) {
            transfers.awaitMore(50);
            Node first = replication.first("n1");
            Node second = replication.node("n2", 0);
            List<Dispatcher> dispatchers = new ArrayList<>();
            for (int i = 0; i < tables.length; i++) {
                Node node = i % 2 == 0 ? first : second;
                dispatchers.add(node.dispatch(node.table(tables[i])));
            }
            List<CompletableFuture<WriteResult>> running =
                    dispatchers.stream().map(Dispatcher::run).toList();
            Replication.await(
                    "all copies to end",
                    () -> dispatchers.stream()
                            .allMatch(dispatcher -> dispatcher.progress().isEmpty()));
            transfers.awaitMore(50);
            transfers.stop();
            long end = replication.walEnd();
            Replication.await(
                    "all to come to the end",
                    () -> dispatchers.stream().allMatch(dispatcher -> dispatcher.checkpointTs() >= end));

            assertThat(running).noneMatch(CompletableFuture::isDone);
            replication.assertEqual(tables);
            assertThat(replication.ofSink(
                            "select sum(balance) = (select sum(delta) from shop.history) and sum(balance) ="
                                    + " (select sum(balance) from shop.branches) from shop.accounts"))
                    .containsExactly("t");
        }
    }

    @Test
    @DisplayName(
            "S3: a transaction that runs since before the slot is waited for, or comes with the log, and is there once")
    void transactionsFromBeforeTheSlot() throws Exception {
        try (Replication replication = new Replication(directory, Replication.ORDERS);
                Connection open = replication.sourceServer.connect(replication.source);
                Statement statement = open.createStatement()) {
            open.setAutoCommit(false);
            statement.execute("insert into shop.orders (id) values (1)");
            CompletableFuture<Node> opening = CompletableFuture.supplyAsync(() -> replication.first("n1"));
            Replication.await("the making of the slot to wait for the transaction", () -> isWaitedFor(replication));
            assertThat(opening).isNotDone();
            open.commit();
            Node first = opening.get(60, TimeUnit.SECONDS);
            replication.watchOrders();

            statement.execute("insert into shop.orders (id) values (2)");
            // Its slot is a copy of the first one, from before that transaction.
            Node second = replication.node("n2", 0);
            Dispatcher dispatcher = second.dispatch(first.table("orders")).follow(replication.walEnd());
            assertThat(replication.ofSink("select id from shop.orders")).containsExactly("1");
            open.commit();
            dispatcher.follow(replication.walEnd());

            replication.assertEqual("orders");
            assertThat(replication.ofSink("select what || ' ' || id from audit"))
                    .containsExactly("INSERT 1", "INSERT 2");
        }
    }

    private static boolean isWaitedFor(Replication replication) {
        return !replication
                .ofSource("select l.pid from pg_locks l join pg_stat_activity a using (pid)"
                        + " where l.locktype = 'transactionid' and not l.granted and a.datname = current_database()")
                .isEmpty();
    }

    /** A dispatcher whose copy waits for the table, and reads it after a transaction that has all of these changes. */
    private static Dispatcher copyBehind(Replication replication, Node node, String... changes) throws SQLException {
        try (Connection other = replication.sourceServer.connect(replication.source);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("lock table shop.orders in access exclusive mode");
            Dispatcher dispatcher = node.dispatch(node.table("orders"));
            Replication.await(
                    "the copy to wait for the table",
                    () -> !replication
                            .ofSource(
                                    "select pid from pg_locks where relation = 'shop.orders'::regclass and not granted")
                            .isEmpty());
            for (String change : changes) {
                statement.execute(change);
            }
            other.commit();
            return dispatcher;
        }
    }

    /** By one row at a time: in a batch the deletion of a row would hide what was before. */
    private static void followByRows(Replication replication, Dispatcher dispatcher) {
        long end = replication.walEnd();
        Replication.await("the checkpoint to come to " + end, () -> {
            assertThat(dispatcher.turn(1)).isEqualTo(WriteResult.DURABLE);
            return dispatcher.checkpointTs() >= end;
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "What is committed while rows are copied is in the window: of one that is gone no part is written, and whoever"
                    + " takes over within the window copies again")
    void windowOfTheCopy(boolean isHandedOver) throws SQLException {
        try (Replication replication = new Replication(directory, Replication.ORDERS)) {
            replication.atSource("insert into shop.orders (id, total, note) select i, 't', repeat('n', 3000)"
                    + " from generate_series(1, 5) i");
            Node first = replication.first("n1");
            Dispatcher dispatcher = copyBehind(
                    replication,
                    first,
                    "update shop.orders set total = 'not all of it is told' where id = 1",
                    "delete from shop.orders where id = 1",
                    "update shop.orders set total = 'stays' where id = 2");
            if (isHandedOver) {
                Replication.await("the last row of the copy", () -> {
                    assertThat(dispatcher.turn(1)).isEqualTo(WriteResult.DURABLE);
                    return !dispatcher.progress().startsWith("copying");
                });
                followByRows(replication, first.dispatch(dispatcher.span, dispatcher.checkpointTs()));
            } else {
                followByRows(replication, dispatcher);
            }

            replication.assertEqual("orders");
        }
    }

    /** How many orders there are behind one. */
    private static long ordersBehind(Replication replication, long id) {
        return Long.parseLong(replication
                .ofSource("select count(*) from shop.orders where id > " + id)
                .get(0));
    }

    /** The last order that the sink has. */
    private static long lastOrder(Replication replication) {
        return Long.parseLong(replication
                .ofSink("select coalesce(max(id), 0) from shop.orders")
                .get(0));
    }

    @Test
    @DisplayName("S2: a process is killed in the middle of a copy, and whoever goes on copies only what is not there")
    void killedInTheMiddleOfACopy() throws SQLException {
        try (Replication replication = new Replication(directory, Replication.ORDERS)) {
            replication.atSource("insert into shop.orders (id, total, note) select i, 't', repeat('n', 3000)"
                    + " from generate_series(1, " + 2 * MANY + ") i");
            Node first = replication.first("n1");
            Dispatcher killed = first.dispatch(first.table("orders"));
            Replication.await("more than half of the copy", () -> {
                assertThat(killed.turn()).isEqualTo(WriteResult.DURABLE);
                return lastOrder(replication) > MANY;
            });
            long copied = lastOrder(replication);
            first.close();
            // Of rows that are not copied again, too.
            replication.atSource(
                    "delete from shop.orders where id % 7 = 0",
                    "update shop.orders set total = 'later' where id % 11 = 0",
                    "update shop.orders set id = id + 100000, note = 'moved' where id % 13 = 0",
                    "insert into shop.orders (id, total) values (-1, 'before all'), (7, 'again')");
            Node second = replication.node("n2", 0);
            Dispatcher next = second.dispatch(killed.span, killed.checkpointTs());
            assertThat(next.checkpointTs()).isEqualTo(second.source.startTs());

            next.follow(replication.walEnd());

            replication.assertEqual("orders");
            assertThat(second.rowsCopied()).isPositive().isLessThanOrEqualTo(ordersBehind(replication, copied - 256));

            Node third = replication.node("n3", 0);
            third.dispatch(killed.span, killed.checkpointTs()).follow(replication.walEnd());
            replication.assertEqual("orders");
            assertThat(third.rowsCopied())
                    .as("whoever begins within the window")
                    .isZero();
        }
    }

    @Test
    @DisplayName(
            "S2: of a key that the server orders otherwise a copy begins anew, and loses nothing; a complete one does not")
    void killedWithAnotherOrder() throws SQLException {
        try (Replication replication = new Replication(
                directory,
                "create table shop.prices (price numeric primary key, note text)",
                "insert into shop.prices select i / 10.0, 'n' from generate_series(1, " + MANY + ") i")) {
            Node first = replication.first("n1");
            Dispatcher killed = first.dispatch(first.table("prices"));
            Replication.await("a part of the copy", () -> {
                assertThat(killed.turn()).isEqualTo(WriteResult.DURABLE);
                return replication
                        .ofSink("select count(*) > 600 from shop.prices")
                        .contains("t");
            });
            first.close();
            replication.atSource(
                    "delete from shop.prices where price < 20", "insert into shop.prices values (0.5, 'new')");
            long there = Long.parseLong(
                    replication.ofSource("select count(*) from shop.prices").get(0));

            Node second = replication.node("n2", 0);
            second.dispatch(killed.span, killed.checkpointTs()).follow(replication.walEnd());
            replication.assertEqual("prices");
            assertThat(second.rowsCopied()).isEqualTo(there);

            Node third = replication.node("n3", 0);
            third.dispatch(killed.span, killed.checkpointTs()).follow(replication.walEnd());
            replication.assertEqual("prices");
            assertThat(third.rowsCopied()).isZero();
        }
    }

    @Test
    @DisplayName("S7: a span is cut in the middle of its copy, and both parts go on where it was")
    void cutInTheMiddleOfItsCopy() throws SQLException {
        try (Replication replication = new Replication(directory, Replication.ORDERS)) {
            replication.atSource("insert into shop.orders (id, total, note) select i, 't', repeat('n', 3000)"
                    + " from generate_series(1, " + MANY + ") i");
            Node first = replication.first("n1");
            Node second = replication.node("n2", 0);
            TableSpan orders = first.table("orders");
            Dispatcher whole = first.dispatch(orders);
            try (Traffic traffic = new Traffic(replication)) {
                Replication.await("a part of the copy", () -> {
                    assertThat(whole.turn()).isEqualTo(WriteResult.DURABLE);
                    return !replication
                            .ofSink("select id from shop.orders where id > 500 limit 1")
                            .isEmpty();
                });
                assertThat(whole.checkpointTs()).isEqualTo(first.source.startTs());
                assertThat(whole.progress()).startsWith("copying");
                // Those were copied, and nobody tells the parts but the log.
                replication.atSource(
                        "delete from shop.orders where id % 7 = 0", "delete from shop.orders where id > 2400");

                long copied = lastOrder(replication);
                SpanBound cut = beforeOrder(200);
                Node third = replication.node("n3", 0);
                Dispatcher lower =
                        third.dispatch(new TableSpan(orders.table(), SpanBound.LOWEST, cut), whole.checkpointTs());
                assertThat(whole.turnWithRows()).isEqualTo(WriteResult.SEALED);
                traffic.awaitTransactions(20);
                Dispatcher upper =
                        second.dispatch(new TableSpan(orders.table(), cut, SpanBound.HIGHEST), whole.checkpointTs());
                lower.follow(first.source.startTs() + 1);
                upper.follow(first.source.startTs() + 1);
                traffic.awaitTransactions(20);
                int unused = traffic.stop();
                lower.follow(replication.walEnd());
                upper.follow(replication.walEnd());
                assertThat(third.rowsCopied()).as("all of it was there").isZero();
                assertThat(second.rowsCopied())
                        .isPositive()
                        .isLessThanOrEqualTo(ordersBehind(replication, copied - 2 * 256));
            }
            replication.assertEqual("orders");
        }
    }

    @Test
    @DisplayName("S7: the half of a table that is copied by itself costs the source that half")
    void halfOfATable() throws SQLException {
        try (Replication replication = new Replication(directory, Replication.ORDERS)) {
            replication.atSource(
                    "insert into shop.orders (id, total) select i, 't' from generate_series(1, " + MANY + ") i");
            Node first = replication.first("n1");
            Node second = replication.node("n2", 0);
            TableSpan orders = first.table("orders");
            first.dispatch(new TableSpan(orders.table(), SpanBound.LOWEST, beforeOrder(1001)))
                    .follow(replication.walEnd());
            second.dispatch(new TableSpan(orders.table(), beforeOrder(1001), SpanBound.HIGHEST))
                    .follow(replication.walEnd());

            replication.assertEqual("orders");
            assertThat(first.rowsCopied()).isEqualTo(1000);
            assertThat(second.rowsCopied()).isEqualTo(MANY - 1000);
        }
    }

    @Test
    @DisplayName(
            "S7, S8: a part that follows and one that still copies become one span, which copies what the second lacks")
    void mergedInTheMiddleOfACopy() throws SQLException {
        try (Replication replication = new Replication(directory, Replication.ORDERS)) {
            replication.atSource("insert into shop.orders (id, total, note) select i, 't', repeat('n', 3000)"
                    + " from generate_series(1, " + MANY + ") i");
            Node first = replication.first("n1");
            Node second = replication.node("n2", 0);
            TableSpan orders = first.table("orders");
            SpanBound cut = beforeOrder(1000);
            Dispatcher lower = first.dispatch(new TableSpan(orders.table(), SpanBound.LOWEST, cut));
            Dispatcher upper = second.dispatch(new TableSpan(orders.table(), cut, SpanBound.HIGHEST));
            lower.follow(replication.walEnd());
            Replication.await("the copy of the upper part to begin", () -> {
                assertThat(upper.turn()).isEqualTo(WriteResult.DURABLE);
                return !replication
                        .ofSink("select id from shop.orders where id > 1500 limit 1")
                        .isEmpty();
            });
            try (Traffic traffic = new Traffic(replication)) {
                traffic.awaitTransactions(20);
                lower.follow(replication.walEnd());
                replication.atSource("delete from shop.orders where id % 5 = 0");
                assertThat(upper.checkpointTs()).isEqualTo(first.source.startTs());

                long copied = lastOrder(replication);
                Node third = replication.node("n3", 0);
                Dispatcher whole = third.dispatch(orders, upper.checkpointTs());
                assertThat(lower.turnWithRows()).isEqualTo(WriteResult.SEALED);
                traffic.awaitTransactions(20);
                int unused = traffic.stop();
                whole.follow(replication.walEnd());
                assertThat(third.rowsCopied())
                        .isPositive()
                        .isLessThanOrEqualTo(ordersBehind(replication, copied - 2 * 256));
            }
            replication.assertEqual("orders");
        }
    }
}
