package dev.maintainer.connector.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.scenario.RandomTransactions;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.event.DdlEvent;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresSourceTest {
    @TempDir
    private Path temporary;

    private LiveDatabase database;

    @BeforeEach
    void begin() {
        database = new LiveDatabase(PostgresServer.shared(), temporary);
        database.execute(
                "create table shop.orders (id int primary key, total text, note text)",
                "alter table shop.orders alter column note set storage external");
    }

    @AfterEach
    void end() {
        database.close();
    }

    private TableSpan orders(Source source) {
        return TableSpan.whole(database.table(source, "orders").table());
    }

    private Map<String, Map<String, String>> present() {
        Map<String, Map<String, String>> rows = new TreeMap<>();
        for (String row : database.column(
                "select id || '|' || coalesce(total, '<null>') || '|' || note from shop.orders order by id")) {
            String[] columns = row.split("\\|", -1);
            Map<String, String> values = new TreeMap<>();
            values.put("id", columns[0]);
            values.put("total", columns[1].equals("<null>") ? null : columns[1]);
            values.put("note", columns[2]);
            rows.put("[\"" + columns[0] + "\"]", values);
        }
        return rows;
    }

    @Test
    @DisplayName("What is there comes first, then what is committed, and the sink has what the source has")
    void copiesAndFollows() {
        database.execute("insert into shop.orders select i, 't' || i, 'n' from generate_series(1, 3000) i");
        Source source = database.open("n1", 0);
        try (Follower follower = Follower.of(source, orders(source), source.startTs())) {
            follower.follow(database.walEnd());
            assertThat(follower.rows).isEqualTo(present());
            assertThat(follower.progress()).isEmpty();

            database.execute(
                    "update shop.orders set total = null where id % 10 = 0",
                    "delete from shop.orders where id > 2900", "update shop.orders set id = id + 10000 where id < 50");
            follower.follow(database.walEnd());

            assertThat(follower.rows).isEqualTo(present()).hasSize(2900);
            assertThat(source.wallMillis(follower.checkpointTs()))
                    .isBetween(System.currentTimeMillis() - 60_000, System.currentTimeMillis() + 1_000);
        }
    }

    @Test
    @DisplayName("A table that is copied under traffic converges, whatever the sink does with rows that come again")
    void copiesUnderTraffic() throws Exception {
        database.execute(
                "insert into shop.orders select i, 't' || i, repeat('n', 3000) from generate_series(1, 800) i");
        Source source = database.open("n1", 0);
        try (Follower plain = Follower.of(source, orders(source), source.startTs());
                Follower latest = Follower.latestWins(source, orders(source), source.startTs())) {
            RandomTransactions traffic = Traffic.on(database);
            plain.follow(source.startTs() + 2);
            latest.follow(source.startTs() + 2);
            int committed = traffic.stop();
            long end = database.walEnd();
            plain.follow(end);
            latest.follow(end);

            assertThat(plain.rows).isEqualTo(present());
            assertThat(latest.rows).isEqualTo(present());
            assertThat(committed).isGreaterThan(20);
        }
    }

    @Test
    @DisplayName("A copy that is broken off is made again elsewhere, and rows deleted meanwhile do not stay")
    void copiesAgainAfterACrash() throws Exception {
        database.execute(
                "insert into shop.orders select i, 't' || i, repeat('n', 3000) from generate_series(1, 1500) i");
        for (boolean latestWins : new boolean[] {false, true}) {
            Source first = database.open("first" + latestWins, 0);
            Follower broken = latestWins
                    ? Follower.latestWins(first, orders(first), first.startTs())
                    : Follower.of(first, orders(first), first.startTs());
            RandomTransactions traffic = Traffic.on(database);
            LiveDatabase.await("some rows to be copied", () -> broken.step(50) > 0 && broken.read > 200);
            assertThat(broken.checkpointTs()).isEqualTo(first.startTs());
            assertThat(broken.progress()).startsWith("copying");
            // It waits for no row, since the traffic, which changes rows in any order, may wait for one of it.
            database.execute("delete from shop.orders where id in"
                    + " (select id from shop.orders where id % 7 = 0 for update skip locked)");
            first.close();

            Source second = database.open("second" + latestWins, 0);
            assertThat(second.startTs()).isEqualTo(first.startTs());
            try (Follower follower = broken.next(second, orders(second), broken.checkpointTs())) {
                follower.step(100);
                int unused = traffic.stop();
                follower.follow(database.walEnd());
                assertThat(follower.rows).isEqualTo(present());
            }
        }
    }

    @Test
    @DisplayName("A large value that was not changed is not lost, and its row may be gone when it is copied")
    void unchangedValuesWithinTheWindow() {
        database.execute("insert into shop.orders select i, 't' || i, repeat('n', 9000) from generate_series(1, 5) i");
        Source source = database.open("n1", 0);
        database.execute(
                "update shop.orders set total = 'gone soon' where id = 1",
                "delete from shop.orders where id = 1",
                "update shop.orders set total = 'stays' where id = 2",
                "update shop.orders set total = 'comes back' where id = 3",
                "delete from shop.orders where id = 3",
                "insert into shop.orders values (3, 'back', 'small')");
        try (Follower follower = Follower.of(source, orders(source), source.startTs())) {
            follower.follow(database.walEnd());
            assertThat(follower.rows).isEqualTo(present());

            database.execute("update shop.orders set total = 'later' where id = 4");
            follower.follow(database.walEnd());
            assertThat(follower.rows).isEqualTo(present());
        }
    }

    @Test
    @DisplayName("A transaction that is open while its table is copied comes when it is committed")
    void transactionThatOutlastsTheCopy() throws SQLException {
        database.execute("insert into shop.orders values (1, 'a', 'n')");
        Source source = database.open("n1", 0);
        try (Connection open = database.connect();
                Statement statement = open.createStatement();
                Follower follower = Follower.of(source, orders(source), source.startTs())) {
            open.setAutoCommit(false);
            statement.execute("insert into shop.orders values (2, 'b', 'n')");
            follower.follow(database.walEnd());
            assertThat(follower.rows).hasSize(1);

            open.commit();
            follower.follow(database.walEnd());
            assertThat(follower.rows).isEqualTo(present()).hasSize(2);
        }
    }

    @Test
    @DisplayName("Two dispatchers share a table by its key, and one of them moves to another node")
    void spansAndMoves() {
        database.execute("insert into shop.orders select i, 't' || i, 'n' from generate_series(1, 1000) i");
        Source source = database.open("n1", 0);
        TableSpan whole = orders(source);
        database.execute("update shop.orders set total = 'cut' where id = 400");
        try (Follower probe = Follower.of(source, whole, source.startTs())) {
            probe.follow(database.walEnd());
        }
        assertThat(database.table(source, "orders").splittable()).isTrue();
        var cut = dev.maintainer.api.model.SpanBound.before(new byte[] {(byte) 0x80, 0, 1, (byte) 0x90});
        TableSpan low = new TableSpan(whole.table(), whole.start(), cut);
        TableSpan high = new TableSpan(whole.table(), cut, whole.end());
        Follower lower = Follower.of(source, low, source.startTs());
        Follower upper = lower.next(source, high, source.startTs());
        lower.follow(database.walEnd());
        upper.follow(database.walEnd());
        assertThat(lower.rows).isEqualTo(present());
        assertThat(upper.read).isBetween(600, 602);

        long moved = upper.checkpointTs();
        upper.close();
        source.retainAfter(Math.min(moved, lower.checkpointTs()));
        database.execute("update shop.orders set total = total || 'x'");
        Source other = database.open("n2", Math.min(moved, lower.checkpointTs()));
        Follower onOther = lower.next(other, high, moved);
        onOther.follow(database.walEnd());
        lower.follow(database.walEnd());

        assertThat(lower.rows).isEqualTo(present());
        assertThat(onOther.read).isEqualTo(601);
        assertThat(database.slots()).hasSize(2);
        other.release(LiveDatabase.FEED);
        assertThat(database.slots()).hasSize(1);
        source.release(LiveDatabase.FEED);
        assertThat(database.slots()).isEmpty();
        assertThat(database.query("select count(*) from maintainer.changefeed")).isEqualTo("0");
    }

    @Test
    @DisplayName("A process that begins again goes on with what it has kept, and with its slot if that is lost")
    void opensAgain() {
        Source source = database.open("n1", 0);
        long checkpoint;
        Follower follower = Follower.of(source, orders(source), source.startTs());
        database.execute("insert into shop.orders select i, 't' || i, 'n' from generate_series(1, 100) i");
        follower.follow(database.walEnd());
        checkpoint = follower.checkpointTs();
        database.execute("update shop.orders set total = 'not in the sink'");
        LiveDatabase.await("it to be read", () -> source.resolvedTs() >= database.walEnd() - 200);
        source.retainAfter(checkpoint);
        source.close();
        database.execute("insert into shop.orders values (1000, 'while away', 'n')");
        for (String node : List.of("n1", "n1", "elsewhere")) {
            Source again = database.open(node, checkpoint);
            try (Follower next = follower.next(again, orders(again), checkpoint)) {
                next.follow(database.walEnd());
                assertThat(next.read).as(node).isEqualTo(101);
                assertThat(next.rows).isEqualTo(present());
                assertThat(again.identity()).isEqualTo(source.identity());
            }
            if (node.equals("elsewhere")) {
                refused(
                        () -> Follower.of(again, orders(again), source.startTs() + 1)
                                .close(),
                        "a later checkpoint was durable");
            }
            again.close();
        }
    }

    @Test
    @DisplayName("Nodes that open a changefeed at once begin at one position, each with a slot of its own")
    void severalOpenAtOnce() {
        List<Source> sources = java.util.stream.IntStream.range(0, 4)
                .parallel()
                .mapToObj(node -> database.open("n" + node, 0))
                .toList();

        assertThat(sources)
                .extracting(Source::startTs)
                .containsOnly(sources.get(0).startTs());
        assertThat(sources)
                .extracting(Source::identity)
                .containsOnly(sources.get(0).identity());
        assertThat(database.slots()).hasSize(4);
        database.execute("insert into shop.orders values (1, 'a', 'n')");
        for (Source source : sources) {
            try (Follower follower = Follower.of(source, orders(source), source.startTs())) {
                follower.follow(database.walEnd());
                assertThat(follower.rows).isEqualTo(present());
            }
        }
    }

    @Test
    @DisplayName("A slot that was dropped ends the source, and so does one that was made anew: nothing is passed over")
    void slotIsLost() {
        Source source = database.open("n1", 0);
        database.execute("insert into shop.orders values (1, 'a', 'n')");
        long end = database.walEnd();
        LiveDatabase.await("rows to be read", () -> source.resolvedTs() >= end);
        source.retainAfter(end);
        String slot = database.slots().get(0);
        source.close();
        database.dropSlot(slot);
        refused(() -> database.open("n1", end), "is not there");

        database.execute("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        refused(() -> database.open("n1", end), "dropped and made anew");
    }

    private static void refused(org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String why) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SOURCE_HISTORY_LOST))
                .hasMessageContaining(why);
    }

    @Test
    @DisplayName("Tables that cannot be replicated are named before anything is made")
    void refusesTables() {
        database.execute("create table shop.log (line text)", "create table shop.other (a int primary key)");
        for (SourceContext context : List.of(
                SourceContext.toLookAt(LiveDatabase.FEED),
                new SourceContext(0, null, LiveDatabase.FEED, new dev.maintainer.api.model.NodeId("n")))) {
            assertThatThrownBy(() -> database.open(context, ""))
                    .hasMessageContaining("shop.log")
                    .hasMessageNotContaining("shop.other")
                    .isInstanceOfSatisfying(
                            MaintainerException.class,
                            e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION));
            assertThatThrownBy(() -> database.open(context, "&tables=shop.orders,shop.nothing"))
                    .hasMessageContaining("called shop.nothing");
            assertThatThrownBy(() -> database.open(context, "&publication=other"))
                    .hasMessageContaining("no publication \"other\"");
        }
        assertThat(database.slots()).isEmpty();
        try (Source seen = database.open(SourceContext.toLookAt(LiveDatabase.FEED), "&tables=shop.o*")) {
            assertThat(seen.tablesAt(seen.startTs() + 1).tables()).hasSize(2);
            assertThat(seen.startTs()).isLessThanOrEqualTo(database.walEnd());
        }
        assertThat(database.slots()).isEmpty();
    }

    @Test
    @DisplayName("Once a changefeed has begun, a table without a key does not keep anybody from looking at its source")
    void looksAtOneThatHasBegun() {
        Source source = database.open("n1", 0);
        database.execute("create table shop.log (line text)");
        try (Source seen = database.open(SourceContext.toLookAt(LiveDatabase.FEED), "")) {
            assertThat(seen.startTs()).isEqualTo(source.startTs());
            assertThat(seen.tables()).isEqualTo(source.tables());
        }
    }

    @Test
    @DisplayName("Where DDLs are not followed, a table that changes ends the source, by name")
    void refusesWhatItDoesNotFollow() {
        for (String[] change : new String[][] {
            {"truncate shop.orders", "was truncated"},
            {"alter table shop.orders add column more int; insert into shop.orders values (7, 'x', 'n', 1)", "more"},
            {"create table shop.late (id int primary key); insert into shop.late values (1)", "shop.late"}
        }) {
            LiveDatabase own =
                    new LiveDatabase(PostgresServer.shared(), temporary.resolve(change[1].replace(' ', '_')));
            own.execute("create table shop.orders (id int primary key, total text, note text)");
            try (own) {
                Source source = own.open("n1", 0, "&ddl=none");
                own.execute(change[0]);
                LiveDatabase.await("the source to end", () -> failure(source) != null);
                assertThat(failure(source)).hasMessageContaining(change[1]);
                assertThat(Objects.requireNonNull(failure(source)).code()).isEqualTo(ErrorCode.SCHEMA_DRIFT);
            }
        }
    }

    private static @Nullable MaintainerException failure(Source source) {
        try {
            source.check();
            return null;
        } catch (MaintainerException e) {
            return e;
        }
    }

    @Test
    @DisplayName("A table where nothing happens is read as far as the log, and the slot follows what others write")
    void idleTables() {
        database.execute("create table public.foreigners (id int, t text)");
        Source source = database.open("n1", 0);
        try (Follower follower = Follower.of(source, orders(source), source.startTs())) {
            follower.follow(database.walEnd());
            int polled = follower.read;
            for (int i = 0; i < 5; i++) {
                database.execute(
                        "insert into public.foreigners select i, repeat('x', 500) from generate_series(1, 4000) i");
                follower.follow(database.walEnd());
                source.retainAfter(follower.checkpointTs());
            }
            assertThat(follower.read).isEqualTo(polled);
            long end = database.walEnd();
            follower.follow(end);
            source.retainAfter(follower.checkpointTs());
            LiveDatabase.await(
                    "the slot to be confirmed",
                    () -> database.column("select confirmed_flush_lsn > pg_lsn('0/0') + " + (end - 1)
                                    + " from pg_replication_slots where slot_name = '"
                                    + database.slots().get(0) + "'")
                            .equals(List.of("t")));
        }
    }

    @Test
    @DisplayName("A server that starts again is read on by itself")
    void serverRestarts() {
        try (PostgresServer own = PostgresServer.start(new TreeMap<>());
                LiveDatabase live = new LiveDatabase(own, temporary.resolve("own"))) {
            live.execute(
                    "create table shop.orders (id int primary key, total text, note text)",
                    "insert into shop.orders values (1, 'a', 'n')");
            Source source = live.open("n1", 0);
            try (Follower follower = Follower.of(
                    source, TableSpan.whole(live.table(source, "orders").table()), source.startTs())) {
                follower.follow(live.walEnd());
                own.crash();
                own.resume();
                live.execute("insert into shop.orders values (2, 'b', 'n')");
                follower.follow(live.walEnd());
                assertThat(follower.rows).hasSize(2);
            }
        }
    }

    @Test
    @DisplayName("The tables that are there come into being right behind the start, with what they look like")
    void tablesComeFirst() {
        Source source = database.open("n1", 0);
        long created = source.startTs() + 1;
        DdlReader ddls = source.ddls(source.startTs());
        assertThat(source.tablesAt(source.startTs()).tables()).isEmpty();
        assertThat(ddls.nextTs()).isEqualTo(created);
        assertThat(ddls.poll(created)).singleElement().satisfies(ddl -> {
            assertThat(ddl.kind()).isEqualTo(DdlEvent.Kind.CREATE_TABLE);
            assertThat(ddl.definition()).contains("\"note\"");
        });
        assertThat(ddls.nextTs()).isEqualTo(RowReader.NONE);
        assertThat(source.ddls(created).nextTs()).isEqualTo(RowReader.NONE);
        assertThat(source.tablesAt(created).tables()).hasSize(1);
        database.execute("insert into shop.orders values (1, 'a', 'n')");
        try (Follower follower = Follower.of(source, orders(source), created)) {
            follower.follow(database.walEnd());
            assertThat(follower.rows).isEqualTo(present());
        }
    }

    @Test
    @DisplayName("A reader of a table that is not replicated is refused")
    void unknownTable() {
        Source source = database.open("n1", 0);
        assertThatThrownBy(() -> {
                    RowReader unused = source.rows(TableSpan.whole(new TableId(1)), source.startTs(), () -> {});
                })
                .isInstanceOf(MaintainerException.class);
    }

    @Test
    @DisplayName(
            "Whoever goes on one position before a commit gets that transaction, also if the slot was confirmed up to there")
    void beginsWithinACommit() {
        Source source = database.open("n1", 0);
        database.execute(
                "insert into shop.orders values (1, 'a', 'n')", "insert into shop.orders values (2, 'b', 'n')");
        long end = database.walEnd();
        LiveDatabase.await("the log to be read", () -> source.resolvedTs() >= end);
        long second;
        try (RowReader rows = source.rows(orders(source), source.startTs() + 2, () -> {})) {
            second = rows.poll(10, end).get(1).commitTs();
        }
        source.retainAfter(second - 1);
        LiveDatabase.await(
                "the slot to follow",
                () -> database.query("select confirmed_flush_lsn > (pg_lsn '0/0' + " + (source.startTs() + 1)
                                + ") from pg_replication_slots where database = current_database()")
                        .equals("t"));
        source.close();

        // Nothing of what was stored is there any more: another node, and one that has lost its directory.
        for (String node : List.of("n2", "n3")) {
            Source other = database.open(node, second - 1);
            LiveDatabase.await("the log to be read", () -> other.resolvedTs() >= end);
            try (RowReader rows = other.rows(orders(other), second - 1, () -> {})) {
                assertThat(rows.poll(10, end)).hasSize(1);
            }
        }
    }

    @Test
    @DisplayName("A publication of a partitioned table has its leaves")
    void leavesOfAPublishedTable() {
        database.execute(
                "create table shop.parts (id int primary key) partition by range (id)",
                "create table shop.parts_low partition of shop.parts for values from (0) to (100)",
                "create publication single for table shop.parts, maintainer.ddl_log");
        Source source = database.open("n1", 0, "&publication=single");

        assertThat(source.tables()).extracting(table -> table.name().table()).containsExactly("parts_low");
        database.execute("insert into shop.parts values (7)");
        long end = database.walEnd();
        LiveDatabase.await("the log to be read", () -> source.resolvedTs() >= end);
        TableSpan leaf = TableSpan.whole(database.table(source, "parts_low").table());
        try (RowReader rows = source.rows(leaf, source.startTs() + 2, () -> {})) {
            assertThat(rows.poll(10, end)).hasSize(1);
        }
    }

    @Test
    @DisplayName(
            "A leaf that leaves a published table is told no more, and goes; one that comes to it filled is copied")
    void leavesComeAndGo() {
        database.execute(
                "create table shop.parts (id int primary key, a int, b int) partition by range (id)",
                "create table shop.low partition of shop.parts for values from (0) to (100)",
                "create table shop.high (id int primary key, a int, b int)",
                "insert into shop.high values (101)",
                "create publication single for table shop.parts, maintainer.ddl_log");
        Source source = database.open("n1", 0, "&publication=single");
        database.execute(
                "begin; insert into shop.parts values (7); alter table shop.parts detach partition shop.low; commit",
                "alter table shop.parts attach partition shop.high for values from (100) to (200)",
                "insert into shop.low values (8)",
                "alter table shop.parts attach partition shop.low for values from (0) to (100)");
        long end = database.walEnd();
        LiveDatabase.await("the log to be read", () -> source.resolvedTs() >= end);

        List<String> ddls = new ArrayList<>();
        try (DdlReader reader = source.ddls(source.startTs() + 1)) {
            for (List<DdlEvent> more = reader.poll(end); !more.isEmpty(); more = reader.poll(end)) {
                more.forEach(ddl -> ddls.add(ddl.statement().replaceAll(" DEFINITION.*", "")));
            }
        }
        assertThat(ddls).containsExactly("DROP TABLE shop.low", "CREATE TABLE shop.high", "CREATE TABLE shop.low");
        for (TableInfo leaf : source.tablesAt(end).tables()) {
            try (Follower rows = Follower.of(source, TableSpan.whole(leaf.table()), source.startTs())) {
                rows.follow(end);
                assertThat(rows.rows).hasSize(leaf.name().table().equals("low") ? 2 : 1);
            }
        }
    }

    @Test
    @DisplayName("A log of DDLs that has tables which are not there is refused, and no slot is left")
    void refusesAForeignLog() {
        database.execute(
                "create table shop.left_over (id int primary key)",
                "alter event trigger maintainer_drop disable",
                "drop table shop.left_over",
                "alter event trigger maintainer_drop enable always");

        assertThatThrownBy(() -> database.open("n1", 0))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContainingAll("shop.left_over", "setup-sql --drop");
        assertThat(database.slots()).isEmpty();
    }

    @Test
    @DisplayName("A source that cannot be opened leaves no thread behind, and its directory to the next one")
    void failedOpening() {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        database.execute("insert into maintainer.ddl_log (kind, tag) values ('of a later release', 'x')");
        assertThatThrownBy(() -> database.open("n1", 0)).hasMessageContaining("of a later release");
        LiveDatabase.await(
                "the threads to end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread ->
                                !before.contains(thread) && thread.getName().equals("event-store")));

        database.execute("delete from maintainer.ddl_log where kind = 'of a later release'");
        Source source = database.open("n1", 0);
        assertThat(source.tables()).hasSize(1);
    }
}
