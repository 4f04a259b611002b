package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.sink.Shop.DISPATCHER;
import static dev.maintainer.connector.postgres.sink.Shop.OTHER;
import static dev.maintainer.connector.postgres.sink.Shop.WHOLE;
import static dev.maintainer.connector.postgres.sink.Shop.order;
import static dev.maintainer.connector.postgres.sink.Shop.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Writers that stand still in the middle of a transaction, and wake when others have taken over. */
class LateWritersTest {
    private static final int WRITERS = 4;
    private static final int FENCES = 20;

    private final Shop shop = new Shop();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Shop.SinkProcess owner = shop.owner();

    @BeforeEach
    void audit() {
        shop.audit();
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        shop.close();
    }

    private Future<WriteResult> begin(SpanWriter writer, RowEvent... rows) {
        return CompletableFuture.supplyAsync(() -> writer.write(List.of(rows)), threads);
    }

    private static WriteResult result(Future<WriteResult> write) throws Exception {
        return write.get(60, TimeUnit.SECONDS);
    }

    @Test
    @DisplayName("A commit that was on its way when a new owner fenced is never carried out")
    void heldCommit() throws Exception {
        Wire wire = shop.wire();
        Shop.SinkProcess former = shop.processBehind(wire);
        SpanWriter late = former.open(WHOLE, DISPATCHER);
        Wire.Plan commit = wire.next(Wire.COMMIT, Wire.Fate.HELD);
        Future<WriteResult> writing = begin(late, order(20, "a", 1), order(21, "b", 1));
        commit.awaitMet();

        owner.own(2);
        write(owner.open(WHOLE, OTHER), order(20, "a", 1), order(21, "b", 1), order(22, "a", 2));
        commit.release();

        assertThat(result(writing)).as("its span was opened again").isEqualTo(WriteResult.SEALED);
        assertThat(former.sink.rowsApplied()).isZero();
        assertThat(shop.orders()).isEqualTo(Map.of("a", "2", "b", "1"));
        assertThat(shop.query("select what || ' ' || key from audit order by 1"))
                .containsExactly("INSERT a", "INSERT b");
    }

    @Test
    @DisplayName(
            "A writer whose transaction a fence has ended is held until its node accepts the epoch, and then goes on")
    void heldUntilAccepted() throws Exception {
        Wire wire = shop.wire();
        Shop.SinkProcess former = shop.processBehind(wire);
        SpanWriter late = former.open(WHOLE, DISPATCHER);
        Wire.Plan commit = wire.next(Wire.COMMIT, Wire.Fate.HELD);
        Future<WriteResult> writing = begin(late, order(20, "a", 1));
        commit.awaitMet();
        owner.own(2);
        commit.release();

        assertThat(result(writing)).isEqualTo(WriteResult.HELD);
        assertThat(shop.orders()).isEmpty();
        former.accepted.set(2);
        write(late, order(20, "a", 1));
        assertThat(shop.orders()).isEqualTo(Map.of("a", "1"));
    }

    @Test
    @DisplayName(
            "A writer that had not come to its commit when its span was opened elsewhere, in the same epoch, is sealed")
    void movedSpan() throws Exception {
        Wire wire = shop.wire();
        Shop.SinkProcess former = shop.processBehind(wire);
        SpanWriter late = former.open(WHOLE, DISPATCHER);
        Wire.Plan rows = wire.next(sql -> sql.startsWith("insert into \"shop\""), Wire.Fate.HELD);
        Future<WriteResult> writing = begin(late, order(20, "a", 1));
        rows.awaitMet();

        SpanWriter successor = owner.open(WHOLE, OTHER);
        write(successor, order(20, "a", 1), order(21, "a", 2));
        rows.release();

        assertThat(result(writing)).isEqualTo(WriteResult.SEALED);
        assertThat(shop.orders()).isEqualTo(Map.of("a", "2"));
        assertThat(late.write(List.of(order(30, "a", 3)))).isEqualTo(WriteResult.SEALED);
        assertThat(shop.query("select what from audit")).containsExactly("INSERT");
    }

    @Test
    @DisplayName("Opening a span waits for a commit that is on its way, and then knows what that has written")
    void openingWaitsForTheCommit() throws Exception {
        Wire wire = shop.wire();
        Shop.SinkProcess former = shop.processBehind(wire);
        SpanWriter late = former.open(WHOLE, DISPATCHER);
        Wire.Plan commit = wire.next(Wire.COMMIT, Wire.Fate.HELD);
        Future<WriteResult> writing = begin(late, order(20, "a", 1));
        commit.awaitMet();

        Future<SpanWriter> opening = CompletableFuture.supplyAsync(() -> owner.open(WHOLE, OTHER), threads);
        awaitSomebodyWaiting("the opening to wait for the commit");
        commit.release();

        assertThat(result(writing)).isEqualTo(WriteResult.DURABLE);
        write(opening.get(60, TimeUnit.SECONDS), order(20, "a", 1), order(21, "b", 2));
        assertThat(owner.sink.rowsAppliedAgain()).isEqualTo(1);
        assertThat(shop.query("select what || ' ' || key from audit order by 1"))
                .as("the row that came again was not written")
                .containsExactly("INSERT a", "INSERT b");
    }

    @Test
    @DisplayName("A DDL waits for those who have found the name of a table and not written their rows yet")
    void ddlWaitsForWriters() throws Exception {
        Wire wire = shop.wire();
        SpanWriter writer = shop.processBehind(wire).open(WHOLE, DISPATCHER);
        Wire.Plan rows = wire.next(sql -> sql.startsWith("insert into \"shop\""), Wire.Fate.HELD);
        Future<WriteResult> writing = begin(writer, order(20, "a", 1));
        rows.awaitMet();

        TableInfo renamed = new TableInfo(Shop.ORDERS, Shop.TABLE.schema(), new TableName("shop", "bills"), true);
        Future<?> ddl = threads.submit(() -> shop.execute(owner, DdlEvent.renameTable(30, 1, Shop.TABLE, renamed)));
        awaitSomebodyWaiting("the DDL to wait for the writer");
        rows.release();

        assertThat(result(writing)).isEqualTo(WriteResult.DURABLE);
        ddl.get(60, TimeUnit.SECONDS);
        assertThat(shop.query("select key from shop.bills")).containsExactly("a");
    }

    private void awaitSomebodyWaiting(String what) {
        shop.until(
                what,
                () -> !shop.query(
                                "select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'")
                        .isEmpty());
    }

    @Test
    @DisplayName("Of two who open a span at once, one is sealed")
    void openedAtOnce() throws Exception {
        Shop.SinkProcess other = shop.process();
        for (int round = 1; round <= 10; round++) {
            int ts = 100 * round;
            CyclicBarrier start = new CyclicBarrier(2);
            List<Future<SpanWriter>> openings =
                    List.of(threads.submit(() -> openAt(start, owner)), threads.submit(() -> openAt(start, other)));
            List<SpanWriter> opened = new ArrayList<>();
            for (Future<SpanWriter> opening : openings) {
                opened.add(opening.get(60, TimeUnit.SECONDS));
            }
            List<WriteResult> results = opened.stream()
                    .map(writer -> writer.write(List.of(order(ts, "a", ts))))
                    .toList();
            assertThat(results).containsExactlyInAnyOrder(WriteResult.DURABLE, WriteResult.SEALED);
        }
    }

    private static SpanWriter openAt(CyclicBarrier start, Shop.SinkProcess process) throws Exception {
        start.await(60, TimeUnit.SECONDS);
        return process.open(WHOLE, DISPATCHER);
    }

    @Test
    @DisplayName("Half of a span that is split is sealed by the opening of the other half, and loses nothing")
    void splitSpan() {
        SpanWriter whole = owner.open(WHOLE, DISPATCHER);
        write(whole, order(20, "a", 1), order(21, "z", 1));
        whole.complete(21);
        write(whole, order(22, "z", 2));
        SpanBound middle = SpanBound.before("m");

        SpanWriter left = owner.open(new TableSpan(Shop.ORDERS, SpanBound.LOWEST, middle), new DispatcherId(2, 1));
        assertThat(whole.write(List.of(order(23, "z", 3)))).isEqualTo(WriteResult.SEALED);
        write(left, order(20, "a", 1), order(24, "b", 1));
        SpanWriter right = owner.open(new TableSpan(Shop.ORDERS, middle, SpanBound.HIGHEST), new DispatcherId(2, 2));
        write(right, order(21, "z", 1), order(22, "z", 2), order(23, "z", 3));
        write(left, order(25, "c", 1));

        assertThat(shop.orders()).isEqualTo(Map.of("a", "1", "b", "1", "c", "1", "z", "3"));
        assertThat(shop.query("select what || ' ' || key from audit"))
                .as("a and both first changes of z were known")
                .containsExactly("INSERT a", "INSERT z", "UPDATE z", "INSERT b", "UPDATE z", "INSERT c");
    }

    @Test
    @DisplayName("When parts with unlike progress are merged, no row goes back to an older value, and none comes back")
    void mergedParts() {
        SpanBound middle = SpanBound.before("m");
        SpanWriter left = owner.open(new TableSpan(Shop.ORDERS, SpanBound.LOWEST, middle), new DispatcherId(2, 1));
        SpanWriter right = owner.open(new TableSpan(Shop.ORDERS, middle, SpanBound.HIGHEST), new DispatcherId(2, 2));
        write(left, order(20, "a", 1), order(30, "a", 2), order(31, "b", 1), order(40, "b", null));
        left.complete(100);
        write(left, order(101, "c", 1));
        assertThat(shop.query("select key from maintainer_sink.tombstone"))
                .as("what is complete needs no tombstone")
                .isEmpty();
        write(right, order(20, "z", 1));
        right.complete(25);
        write(right, order(26, "y", 1));

        SpanWriter merged = owner.open(WHOLE, OTHER);
        write(merged, order(30, "a", 2), order(31, "b", 1));
        assertThat(shop.orders()).as("b was deleted").isEqualTo(Map.of("a", "2", "c", "1", "y", "1", "z", "1"));
        write(merged, order(32, "z", 2), order(40, "b", null), order(101, "c", 1), order(102, "b", 3));

        assertThat(shop.orders()).isEqualTo(Map.of("a", "2", "b", "3", "c", "1", "y", "1", "z", "2"));
        assertThat(shop.query("select key from audit where what <> 'INSERT'")).containsExactly("z");
    }

    @Test
    @DisplayName(
            "While owners follow one another, what former ones write is committed before the fence returns, or never")
    void manyFences() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicLong heard = new AtomicLong(1);
        List<Future<Integer>> writers = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            Shop.SinkProcess node = shop.process();
            String start = String.valueOf((char) ('a' + i));
            String end = String.valueOf((char) ('b' + i));
            TableSpan span = new TableSpan(Shop.ORDERS, SpanBound.before(start), SpanBound.before(end));
            DispatcherId dispatcher = new DispatcherId(3, i + 1);
            SpanWriter writer = node.open(span, dispatcher);
            writers.add(threads.submit(() -> writeUntil(done, heard, node, writer, start)));
        }
        Map<Long, String> whenFenced = new HashMap<>();
        for (long epoch = 2; epoch <= FENCES; epoch++) {
            owner.sink.fence(Shop.FEED, new MaintainerEpoch(epoch));
            whenFenced.put(epoch - 1, count(epoch - 1));
            heard.set(epoch);
        }
        done.set(true);
        int written = 0;
        for (Future<Integer> writer : writers) {
            written += writer.get(60, TimeUnit.SECONDS);
        }

        whenFenced.forEach((epoch, count) ->
                assertThat(count(epoch)).as("rows of epoch %s", epoch).isEqualTo(count));
        assertThat(shop.query("select count(*) from shop.orders")).containsExactly(String.valueOf(written));
    }

    private String count(long epoch) {
        return shop.query("select count(*) from shop.orders where value::text = '" + epoch + "'")
                .get(0);
    }

    /** Each row says under which epoch its writer believed to write. */
    private static int writeUntil(
            AtomicBoolean done, AtomicLong heard, Shop.SinkProcess node, SpanWriter writer, String prefix) {
        int written = 0;
        for (int i = 1; !done.get(); i++) {
            node.accepted.set(heard.get());
            WriteResult result = writer.write(List.of(order(100 + i, prefix + i, node.accepted.get())));
            written += result == WriteResult.DURABLE ? 1 : 0;
        }
        return written;
    }
}
