package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotsTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final MaintainerEpoch E2 = new MaintainerEpoch(2);
    private static final TableName ORDERS = new TableName("shop", "orders");
    private static final TableName ITEMS = new TableName("shop", "items");
    private static final DispatcherId TRIGGER = new DispatcherId(9, 9);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private @Nullable SinkDirectory held;

    @SuppressWarnings("NullAway.Init")
    private FileSink sink;

    @SuppressWarnings("NullAway.Init")
    private SegmentWriter ddls;

    @SuppressWarnings("NullAway.Init")
    private SegmentWriter rows;

    /** As a process does that comes after the one before it. */
    private SinkDirectory claim() {
        giveBack();
        SinkDirectory claimed = SinkDirectory.claim(place(), "digest");
        held = claimed;
        return claimed;
    }

    @BeforeEach
    void open() {
        sink = new FileSink(claim(), FEED);
        ddls = sink.open(TableSpan.DDL, TRIGGER, E1, () -> E1);
        rows = sink.open(TableSpan.whole(new TableId(1)), new DispatcherId(1, 1), E1, () -> E1);
    }

    @AfterEach
    void giveBack() {
        if (held != null) {
            held.close();
        }
    }

    private Path place() {
        return temporary.resolve("sink");
    }

    private void twoTables() {
        ddls.writeDdls(new ChangeLogBuilder()
                .createTable(10, ORDERS)
                .createTable(10, ITEMS)
                .build("digest")
                .ddls());
    }

    private static RowEvent row(long ts, String key) {
        return new RowEvent(ts, new TableId(1), RowEvent.Op.U, key, "{\"at\":" + ts + "}");
    }

    private Snapshots snapshots() {
        return Snapshots.of(SinkDirectory.of(place()));
    }

    private String orders(long ts) {
        return snapshots().tables(ts).rows(ORDERS).toString();
    }

    private List<String> content() throws IOException {
        try (var files = Files.list(place())) {
            return files.map(file -> String.valueOf(file.getFileName())).toList();
        }
    }

    @Test
    @DisplayName("at a sync point all tables are written as the finished ones are, and stay as they are")
    void wholeState() {
        twoTables();
        rows.write(List.of(row(11, "a"), row(12, "b")));
        assertThat(ddls.writeSyncPoint(12)).isEqualTo(WriteResult.DURABLE);
        rows.write(List.of(row(13, "a"), row(14, "c")));
        assertThat(ddls.writeSyncPoint(14)).isEqualTo(WriteResult.DURABLE);

        assertThat(snapshots().times()).containsExactly(12L, 14L);
        assertThat(place().resolve("snapshots/12/tables/shop/orders.ndjson")).hasContent("""
                {"key":"a","row":{"at":11}}
                {"key":"b","row":{"at":12}}
                """);
        assertThat(place().resolve("snapshots/12/tables/shop/items.ndjson")).isEmptyFile();
        assertThat(snapshots().tables(12).names()).containsExactly(ITEMS, ORDERS);
        assertThat(orders(14)).isEqualTo("{a={\"at\":13}, b={\"at\":12}, c={\"at\":14}}");
    }

    @Test
    @DisplayName("a row that is there too early is not hidden")
    void rowOnTheWrongSide() {
        twoTables();
        rows.write(List.of(row(11, "a"), row(99, "b")));
        ddls.writeSyncPoint(12);
        assertThat(orders(12)).contains("b={\"at\":99}");
    }

    @Test
    @DisplayName("a sync point that is written again, also by a later process, changes nothing: the sink is beyond it")
    void again() throws IOException {
        twoTables();
        rows.write(List.of(row(11, "a")));
        ddls.writeSyncPoint(11);
        rows.write(List.of(row(12, "b")));
        assertThat(ddls.writeSyncPoint(11)).isEqualTo(WriteResult.DURABLE);
        assertThat(orders(11)).isEqualTo("{a={\"at\":11}}");

        ddls.writeSyncPoint(12);
        rows.write(List.of(row(13, "c")));
        open();
        assertThat(ddls.writeSyncPoint(11)).isEqualTo(WriteResult.DURABLE);
        assertThat(ddls.writeSyncPoint(12)).isEqualTo(WriteResult.DURABLE);
        assertThat(orders(11)).isEqualTo("{a={\"at\":11}}");
        assertThat(orders(12)).isEqualTo("{a={\"at\":11}, b={\"at\":12}}");

        DurableFiles.deleteTree(place().resolve("snapshots/11"));
        ddls.writeSyncPoint(11);
        assertThat(snapshots().times())
                .as("whoever takes one away does not get a wrong one for it")
                .containsExactly(12L);
    }

    @Test
    @DisplayName(
            "a node that has not accepted the new owner writes none, neither at once nor after all that it takes to write")
    void fenced() throws IOException {
        twoTables();
        sink.fence(FEED, E2);
        assertThat(ddls.writeSyncPoint(12)).isEqualTo(WriteResult.HELD);

        Iterator<MaintainerEpoch> accepted = List.of(E2, E2, E1).iterator();
        SegmentWriter overtaken = sink.open(TableSpan.DDL, TRIGGER, E2, accepted::next);
        assertThat(overtaken.writeSyncPoint(12)).isEqualTo(WriteResult.HELD);

        assertThat(snapshots().times()).isEmpty();
        assertThat(content()).noneMatch(name -> name.startsWith(Snapshots.STAGED));
        assertThat(sink.open(TableSpan.DDL, TRIGGER, E2, () -> E2).writeSyncPoint(12))
                .isEqualTo(WriteResult.DURABLE);
        assertThat(snapshots().times()).containsExactly(12L);
    }

    @Test
    @DisplayName("a sealed writer writes none, also if it was sealed meanwhile, and nobody waits for it")
    void sealed() throws IOException {
        SegmentWriter[] writer = new SegmentWriter[1];
        int[] asked = new int[1];
        writer[0] = sink.open(TableSpan.DDL, TRIGGER, E1, () -> {
            // First when it is opened, then before and after the state is written.
            if (++asked[0] == 3) {
                writer[0].seal();
            }
            return E1;
        });
        assertThat(writer[0].writeSyncPoint(12)).isEqualTo(WriteResult.SEALED);
        assertThat(asked[0]).isEqualTo(3);
        assertThat(writer[0].writeSyncPoint(12)).isEqualTo(WriteResult.SEALED);
        assertThat(snapshots().times()).isEmpty();
        assertThat(content()).noneMatch(name -> name.startsWith(Snapshots.STAGED));
    }

    @Test
    @DisplayName("what a crash has left of one is none, and goes with the next start")
    void crash() throws IOException {
        Path left = place().resolve(Snapshots.STAGED + "1/tables/shop");
        Files.createDirectories(left);
        Files.writeString(left.resolve("orders.ndjson"), "{\"key\":\"a\",\"ro");
        assertThat(snapshots().times()).isEmpty();

        open();
        twoTables();
        assertThat(content()).noneMatch(name -> name.startsWith(Snapshots.STAGED));
        ddls.writeSyncPoint(12);
        assertThat(orders(12)).isEqualTo("{}");
    }

    @Test
    @DisplayName("one that cannot be written fails the sink, and the writer writes no more")
    void unwritable() throws IOException {
        twoTables();
        Files.writeString(place().resolve("snapshots"), "x");

        assertThatThrownBy(() -> ddls.writeSyncPoint(12))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_UNAVAILABLE))
                .hasMessageContaining("cannot write a snapshot to " + place().resolve("snapshots"));
        assertThat(sink.failure()).isNotNull();
        assertThat(ddls.writeSyncPoint(12)).isEqualTo(WriteResult.SEALED);
        assertThat(content()).noneMatch(name -> name.startsWith(Snapshots.STAGED));
    }

    private Path file(long ts, String table) {
        return place().resolve("snapshots/" + ts + "/tables/shop/" + table + ".ndjson");
    }

    @Test
    @DisplayName("a table to which nothing was written since the last one is the same file in both")
    void unchangedTables() throws IOException {
        twoTables();
        rows.write(List.of(row(11, "a")));
        SegmentWriter items = sink.open(TableSpan.whole(new TableId(2)), new DispatcherId(2, 1), E1, () -> E1);
        items.write(List.of(new RowEvent(12, new TableId(2), RowEvent.Op.I, "i", "{}")));
        ddls.writeSyncPoint(12);
        rows.write(List.of(row(13, "a")));
        ddls.writeSyncPoint(13);
        ddls.writeSyncPoint(14);

        assertThat(Files.isSameFile(file(12, "items"), file(13, "items"))).isTrue();
        assertThat(Files.isSameFile(file(13, "items"), file(14, "items"))).isTrue();
        assertThat(Files.isSameFile(file(12, "orders"), file(13, "orders"))).isFalse();
        assertThat(Files.isSameFile(file(13, "orders"), file(14, "orders"))).isTrue();
        assertThat(orders(12)).isEqualTo("{a={\"at\":11}}");
        assertThat(orders(14)).isEqualTo("{a={\"at\":13}}");
        assertThat(snapshots().tables(14).rows(ITEMS)).hasToString("{i={}}");
    }

    @Test
    @DisplayName("one that is removed takes nothing from the others, nor from the next")
    void removed() throws IOException {
        twoTables();
        rows.write(List.of(row(11, "a")));
        ddls.writeSyncPoint(12);
        ddls.writeSyncPoint(13);
        DurableFiles.deleteTree(place().resolve("snapshots/12"));
        assertThat(orders(13)).isEqualTo("{a={\"at\":11}}");

        DurableFiles.deleteTree(place().resolve("snapshots/13"));
        ddls.writeSyncPoint(14);
        assertThat(orders(14)).isEqualTo("{a={\"at\":11}}");
    }

    @Test
    @DisplayName("another table of the same name is another file, also if it has as much in its segments")
    void madeAnew() throws IOException {
        var log = new ChangeLogBuilder()
                .createTable(10, ORDERS)
                .dropTable(20, ORDERS)
                .createTable(20, ORDERS)
                .build("digest")
                .ddls();
        ddls.writeDdls(log.subList(0, 1));
        rows.write(List.of(row(11, "a")));
        ddls.writeSyncPoint(12);
        ddls.writeDdls(log.subList(1, 3));
        SegmentWriter again = sink.open(TableSpan.whole(new TableId(2)), new DispatcherId(2, 1), E1, () -> E1);
        again.write(List.of(new RowEvent(21, new TableId(2), RowEvent.Op.U, "b", "{\"at\":21}")));
        ddls.writeSyncPoint(21);

        assertThat(orders(12)).isEqualTo("{a={\"at\":11}}");
        assertThat(orders(21)).isEqualTo("{b={\"at\":21}}");
    }

    @Test
    @DisplayName("after a restart the first one has files of its own: nobody knows what has changed")
    void afterRestart() throws IOException {
        twoTables();
        rows.write(List.of(row(11, "a")));
        ddls.writeSyncPoint(12);
        open();
        ddls.writeSyncPoint(13);
        ddls.writeSyncPoint(14);

        assertThat(Files.isSameFile(file(12, "orders"), file(13, "orders"))).isFalse();
        assertThat(Files.isSameFile(file(13, "orders"), file(14, "orders"))).isTrue();
        assertThat(orders(14)).isEqualTo("{a={\"at\":11}}");
    }

    @Test
    @DisplayName("a redo log keeps none")
    void redoLog() {
        try (RedoLog redo = RedoLog.claim(place(), "digest", FEED)) {
            SegmentWriter trigger = redo.rows().open(TableSpan.DDL, TRIGGER, E1, () -> E1);
            assertThat(trigger.writeSyncPoint(12)).isEqualTo(WriteResult.DURABLE);
            assertThat(redo.directory().path().resolve("snapshots")).doesNotExist();
        }
        assertThat(snapshots().times()).isEmpty();
    }

    @Test
    @DisplayName("they go when what was replicated is forgotten, and are replaced together with a finished sink")
    void goWithTheSink() {
        twoTables();
        ddls.writeSyncPoint(12);
        SinkDirectory directory = claim();
        directory.clear();
        assertThat(snapshots().times()).isEmpty();

        open();
        twoTables();
        ddls.writeSyncPoint(13);
        sink.stage().publish();
        SinkDirectory home = claim();
        try (SinkDirectory next = home.claimSuccessor("digest")) {
            FileSink successor = new FileSink(next, FEED);
            SegmentWriter trigger = successor.open(TableSpan.DDL, TRIGGER, E1, () -> E1);
            trigger.writeDdls(new ChangeLogBuilder()
                    .createTable(10, ORDERS)
                    .build("digest")
                    .ddls());
            trigger.writeSyncPoint(14);
            assertThat(snapshots().times()).as("until then they stay").containsExactly(13L);
            successor.stage().publish();
            home.replaceWith(next);
        }
        assertThat(snapshots().times()).containsExactly(14L);
        assertThat(snapshots().tables(14).names()).containsExactly(ORDERS);
    }

    @Test
    @DisplayName("a replacement that a crash has interrupted has the snapshots of the new sink, if it has any")
    void interruptedReplacement() throws IOException {
        twoTables();
        ddls.writeSyncPoint(12);
        Path next = place().resolve("next");
        Files.createDirectories(next.resolve("snapshots/13/tables"));
        assertThat(snapshots().times()).containsExactly(12L);
        Files.writeString(next.resolve(".complete"), "tables\nsnapshots\n");
        assertThat(snapshots().times()).containsExactly(13L);
        DurableFiles.deleteTree(next.resolve("snapshots"));
        assertThat(snapshots().times()).as("moved already").containsExactly(12L);
        Files.writeString(next.resolve(".complete"), "tables\n");
        assertThat(snapshots().times()).isEmpty();
    }

    @Test
    @DisplayName("what somebody else has put there is not taken for one, and refused before it is replaced")
    void foreign() throws IOException {
        Path precious =
                Files.createDirectories(place().resolve("snapshots/012")).resolve("precious");
        Files.writeString(precious, "x");
        assertThat(snapshots().times()).isEmpty();
        assertThatThrownBy(this::claim)
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(place().resolve("snapshots") + " has something else than the snapshots of a run");
        assertThat(precious).hasContent("x");
    }

    @Test
    @DisplayName("one that is damaged says so when it is read")
    void damaged() throws IOException {
        twoTables();
        rows.write(List.of(row(11, "a"), row(12, "b")));
        ddls.writeSyncPoint(12);
        Path tables = place().resolve("snapshots/12/tables");

        Files.writeString(tables.resolve("shop/orders.ndjson"), "{\"key\":\"a\",\"row\":{\"at\":11}}\n");
        assertThatThrownBy(() -> orders(12)).hasMessageContaining("has 1 rows, and 2 were written");
        Files.delete(tables.resolve("shop/orders.ndjson"));
        assertThatThrownBy(() -> orders(12)).hasMessageContaining("orders.ndjson is missing");
        Files.writeString(tables.resolve("INDEX.ndjson"), "{\"schema\":\"shop\",\"ta");
        assertThatThrownBy(() -> snapshots().tables(12)).hasMessageContaining("INDEX.ndjson:1: ");
        DurableFiles.deleteTree(tables);
        assertThatThrownBy(() -> snapshots().tables(12)).hasMessageContaining("12 has no tables");
    }
}
