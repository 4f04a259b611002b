package dev.maintainer.connector.postgres.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.sink.Wire;
import dev.maintainer.replication.ReadableSink;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.state.Row;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables without a key, in which rows are equal to others. */
class KeylessScenariosTest {

    /** Values that have no operator for equality, or one that calls different texts equal. */
    private static final String[] EVENTS = {
        "create table shop.events (what int, price numeric, detail json, place point, note text)",
        "alter table shop.events replica identity full",
        "alter table shop.events alter column note set storage external"
    };

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    private Replication replication;

    private final Wire wire = new Wire(PostgresServer.shared().port());

    @BeforeEach
    void begin() {
        replication = new Replication(directory, EVENTS);
    }

    @AfterEach
    void end() {
        replication.close();
        wire.close();
    }

    private void insert(int rows) {
        replication.atSource("insert into shop.events select i % 7, case i % 3 when 0 then 1.0 when 1 then 1.00 end,"
                + " '{\"a\": 1, \"a\": 2}', case when i % 2 = 0 then point(1, 2) end, repeat('n', 2500)"
                + " from generate_series(1, " + rows + ") i");
    }

    private void assertEqual() {
        replication.assertEqual("events");
        assertThat(Long.parseLong(
                        replication.ofSink("select count(*) from shop.events").get(0)))
                .isPositive();
    }

    @Test
    @DisplayName(
            "S4: a table without a key moves twenty times under three owners while its former dispatchers write on: equal, and"
                    + " nothing twice")
    void movesWithFormerDispatchersRunningOn() throws Exception {
        insert(300);
        Node first = replication.first("n1");
        List<Node> nodes = List.of(first, replication.node("n2", 0), replication.node("n3", 0));
        Moves moves;
        try (Clients traffic = Clients.ofEvents(replication)) {
            moves = Moves.of(replication, nodes, first.dispatch(first.table("events")), () -> traffic.awaitMore(5));
            traffic.stop();
        }
        long end = replication.walEnd();
        Replication.await(
                "the last dispatcher to come to the end",
                () -> moves.last().checkpointTs() >= end || moves.running().isDone());

        assertThat(moves.running()).isNotDone();
        for (CompletableFuture<WriteResult> each : moves.former()) {
            assertThat(each.get(60, TimeUnit.SECONDS)).isEqualTo(WriteResult.SEALED);
        }
        assertEqual();
    }

    @Test
    @DisplayName("S4: whoever takes over within a large transaction goes on behind the last row that was written")
    void takesOverWithinATransaction() {
        insert(20);
        Node first = replication.first("n1");
        Dispatcher dispatcher = first.dispatch(first.table("events")).follow(replication.walEnd());
        insert(500);
        replication.atSource(
                "update shop.events set what = what + 1 where what < 3",
                "delete from shop.events where what = 3; insert into shop.events (what) values (3), (3), (3)");
        long end = replication.walEnd();
        Replication.await("all rows of it", () -> first.source.resolvedTs() >= end);
        for (int rows = 0; dispatcher.checkpointTs() < end; rows += 61) {
            for (int written = 0; written <= rows; written += 61) {
                assertThat(dispatcher.turn(61)).isEqualTo(WriteResult.DURABLE);
            }
            dispatcher = first.dispatch(dispatcher.span, dispatcher.checkpointTs());
        }

        assertEqual();
    }

    @Test
    @DisplayName("S1: a table without a key is copied under traffic, with transactions that run meanwhile")
    void copiedUnderTraffic() throws Exception {
        insert(3000);
        Node first = replication.first("n1");
        try (Clients traffic = Clients.ofEvents(replication);
                Connection open = replication.sourceServer.connect(replication.source);
                Statement statement = open.createStatement()) {
            traffic.awaitMore(20);
            open.setAutoCommit(false);
            statement.execute("insert into shop.events (what) values (100), (100)");
            Dispatcher dispatcher = first.dispatch(first.table("events"));
            Replication.await("the copy", () -> {
                assertThat(dispatcher.turn()).isEqualTo(WriteResult.DURABLE);
                return dispatcher.progress().isEmpty();
            });
            open.commit();
            traffic.awaitMore(20);
            traffic.stop();
            dispatcher.follow(replication.walEnd());
        }

        assertEqual();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "S2: a copy that was broken off begins anew and leaves nothing behind, also if the table is empty by then")
    void brokenOffInTheMiddleOfACopy(boolean isEmptied) {
        insert(5000);
        Node first = replication.first("n1");
        Dispatcher killed = first.dispatch(first.table("events"));
        Replication.await("a part of the copy", () -> {
            assertThat(killed.turn()).isEqualTo(WriteResult.DURABLE);
            return replication.ofSink("select count(*) > 600 from shop.events").contains("t");
        });
        first.close();
        replication.atSource(
                isEmptied ? "delete from shop.events" : "delete from shop.events where what = 1",
                "update shop.events set what = 2 where what = 3");
        Node second = replication.node("n2", 0);
        assertThat(killed.checkpointTs()).isEqualTo(second.source.startTs());
        Dispatcher next = second.dispatch(killed.span, killed.checkpointTs()).follow(replication.walEnd());
        replication.assertEqual("events");

        insert(10);
        next.follow(replication.walEnd());
        assertEqual();
        long copied = second.rowsCopied();
        second.dispatch(killed.span, killed.checkpointTs()).follow(replication.walEnd());
        assertEqual();
        assertThat(second.rowsCopied()).as("a complete copy is not made again").isEqualTo(copied);
    }

    @Test
    @DisplayName("S2: if the connection of a copy breaks, it begins anew in the same dispatcher")
    void connectionOfACopyBreaks() {
        insert(5000);
        Node first = replication.first("n1");
        Dispatcher dispatcher = first.dispatch(first.table("events"));
        Replication.await("a part of the copy", () -> {
            assertThat(dispatcher.turn()).isEqualTo(WriteResult.DURABLE);
            return replication.ofSink("select count(*) > 600 from shop.events").contains("t");
        });
        assertThat(replication.ofSource("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name = 'maintainer snapshot' and datname = current_database()"))
                .isNotEmpty();
        replication.atSource("delete from shop.events where what < 4");

        dispatcher.follow(replication.walEnd());
        assertEqual();
    }

    @ParameterizedTest
    @EnumSource(names = {"LOST", "ANSWER_LOST"})
    @DisplayName("S6: a commit is lost, or its answer, and each row is written once")
    void lostCommits(Wire.Fate fate) {
        insert(20);
        Node first = replication.first("n1");
        Node node = replication.node("n2", 0, wire.port());
        Dispatcher dispatcher = node.dispatch(first.table("events")).follow(replication.walEnd());
        for (int i = 0; i < 4; i++) {
            insert(5);
            replication.atSource("update shop.events set what = what + 10 where what = " + i);
            Wire.Plan commit = wire.next(Wire.COMMIT, fate);
            assertThat(dispatcher.turnWithRows()).isEqualTo(WriteResult.DURABLE);
            commit.awaitMet();
            dispatcher.follow(replication.walEnd());
        }
        assertEqual();
    }

    @Test
    @DisplayName("S12: a row that is not there is missed by name, and nothing else is changed in its place")
    void missingRow() {
        insert(20);
        Node first = replication.first("n1");
        Dispatcher dispatcher = first.dispatch(first.table("events")).follow(replication.walEnd());
        replication.atSink(
                "delete from shop.events where ctid in (select ctid from shop.events where what = 1 limit 1)");
        long there = Long.parseLong(
                replication.ofSink("select count(*) from shop.events").get(0));

        replication.atSource("delete from shop.events where what = 1");
        assertThatThrownBy(dispatcher::turnWithRows)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_MISSING))
                .hasMessageContainingAll("1 rows of table", "shop.events");
        assertThat(replication.ofSink("select count(*)::text from shop.events")).containsExactly("" + there);
    }

    @Test
    @DisplayName("S12: whoever finds no row because another one has come in its place is told that, and misses nothing")
    void supersededInTheMiddle() throws Exception {
        insert(20);
        Node first = replication.first("n1");
        Dispatcher former = first.dispatch(first.table("events")).follow(replication.walEnd());
        try (Connection other = PostgresServer.shared().connect(replication.sink);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("delete from shop.events where what = 1");
            replication.atSource("delete from shop.events where what = 1");
            CompletableFuture<WriteResult> late = CompletableFuture.supplyAsync(former::turnWithRows);
            Replication.await(
                    "the former dispatcher to wait for a row",
                    () -> !replication
                            .ofSink("select pid from pg_locks where not granted and locktype = 'transactionid'")
                            .isEmpty());
            Dispatcher unused = first.dispatch(former.span, former.checkpointTs());
            other.commit();
            assertThat(late.get(60, TimeUnit.SECONDS)).isEqualTo(WriteResult.SEALED);
        }
    }

    @Test
    @DisplayName("Rows that are equal are compared by how many there are")
    void compared() {
        insert(40);
        Node first = replication.first("n1");
        Dispatcher dispatcher = first.dispatch(first.table("events")).follow(replication.walEnd());
        assertThat(rowsOfSink(first))
                .isEqualTo(replication.rowsOfSource("events"))
                .hasSize(40);

        replication.atSource(
                "delete from shop.events where ctid in (select ctid from shop.events where what = 1 limit 1)");
        assertThat(rowsOfSink(first)).hasSize(40).containsAll(replication.rowsOfSource("events"));
        dispatcher.follow(replication.walEnd());
        assertThat(rowsOfSink(first))
                .isEqualTo(replication.rowsOfSource("events"))
                .hasSize(39);
    }

    private static List<Row> rowsOfSink(Node node) {
        return Replication.rows(((ReadableSink) node.sink).rows(new TableName("shop", "events")));
    }

    @Test
    @DisplayName("Of a table that gets a column before it was copied nothing is lost in silence")
    void alteredBeforeTheCopy() throws SQLException {
        insert(5);
        Node first = replication.first("n1");
        replication.atSource("alter table shop.events add column late text", "update shop.events set late = 'x'");
        Dispatcher dispatcher = first.dispatch(first.table("events"));
        assertThatThrownBy(() -> dispatcher.follow(replication.walEnd()))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT))
                .hasMessageContainingAll("shop.events", "late");
    }
}
