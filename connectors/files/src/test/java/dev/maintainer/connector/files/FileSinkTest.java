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
import dev.maintainer.changelog.testing.RandomChangeLog;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.changelog.LoggedTable;
import dev.maintainer.connector.files.claim.Extent;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileSinkTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final MaintainerEpoch E2 = new MaintainerEpoch(2);
    private static final TableName NAME = new TableName("s", "t");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private @Nullable SinkDirectory held;

    /** As a process does that comes after the one before it. */
    private SinkDirectory claim() {
        giveBack();
        SinkDirectory claimed = SinkDirectory.claim(temporary.resolve("sink"), "digest");
        held = claimed;
        return claimed;
    }

    @AfterEach
    void giveBack() {
        if (held != null) {
            held.close();
        }
    }

    private static RowEvent row(long ts, String key, String value) {
        return new RowEvent(ts, new TableId(1), RowEvent.Op.U, key, "{\"v\":\"" + value + "\"}");
    }

    private static ChangeLog oneTable() {
        return new ChangeLogBuilder().createTable(10, NAME).build("digest");
    }

    @Test
    @DisplayName("a late create of a former owner is refused, and does not seal the segment of the present one")
    void lateCreateDoesNotSeal() {
        FileSink sink = new FileSink(claim(), FEED);
        DispatcherId id = new DispatcherId(1, 1);
        sink.fence(FEED, E2);
        SegmentWriter present = sink.open(TableSpan.whole(new TableId(1)), id, E2, () -> E2);

        assertThatThrownBy(() -> sink.open(TableSpan.whole(new TableId(1)), id, E1, () -> E1))
                .isInstanceOfSatisfying(
                        MaintainerException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.SINK_FENCED))
                .hasMessageContaining("epoch 1");

        assertThat(present.write(List.of(row(11, "k", "a")))).isEqualTo(WriteResult.DURABLE);
    }

    @Test
    @DisplayName("a node that has not accepted the new owner is held, and goes on once it has")
    void fencing() {
        FileSink sink = new FileSink(claim(), FEED);
        MaintainerEpoch[] nodeEpoch = {E1};
        SegmentWriter writer =
                sink.open(TableSpan.whole(new TableId(1)), new DispatcherId(1, 1), E1, () -> nodeEpoch[0]);
        assertThat(writer.write(List.of(row(11, "k", "a")))).isEqualTo(WriteResult.DURABLE);

        sink.fence(FEED, E2);

        assertThat(writer.write(List.of(row(12, "k", "b")))).isEqualTo(WriteResult.HELD);
        nodeEpoch[0] = E2;
        assertThat(writer.write(List.of(row(12, "k", "b")))).isEqualTo(WriteResult.DURABLE);
        assertThat(sink.rowsApplied()).isEqualTo(2);
    }

    @Test
    @DisplayName("a fence is durable and never goes back")
    void fenceIsDurable() {
        new FileSink(claim(), FEED).fence(FEED, E2);
        FileSink reopened = new FileSink(claim(), FEED);
        assertThat(reopened.epoch()).isEqualTo(2);
        assertThatThrownBy(() -> reopened.fence(FEED, E1))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_FENCED));
    }

    @Test
    @DisplayName("what is in logs that were full is taken up after a restart, with those that follow")
    void rolledSegmentsAreTakenUp() {
        FileSink sink = new FileSink(claim(), FEED);
        sink.rollAfter(200);
        SegmentWriter writer = sink.open(TableSpan.whole(new TableId(1)), new DispatcherId(1, 1), E1, () -> E1);
        for (int i = 0; i < 9; i++) {
            assertThat(writer.write(List.of(row(11 + i, "k" + i, "a")))).isEqualTo(WriteResult.DURABLE);
            Extent unused = sink.promiseSegments();
        }
        assertThat(temporary.resolve("sink/segments/1/3.log")).exists();
        sink.inspect();

        FileSink reopened = new FileSink(claim(), FEED);
        SegmentWriter again = reopened.open(TableSpan.whole(new TableId(1)), new DispatcherId(1, 1), E1, () -> E1);
        for (int i = 0; i < 9; i++) {
            assertThat(again.write(List.of(row(11 + i, "k" + i, "a")))).isEqualTo(WriteResult.DURABLE);
        }
        assertThat(reopened.rowsApplied()).isZero();
        assertThat(reopened.rowsAppliedAgain()).isEqualTo(9);
    }

    @Test
    @DisplayName("opening a dispatcher again seals its older segment")
    void sealing() {
        FileSink sink = new FileSink(claim(), FEED);
        DispatcherId id = new DispatcherId(1, 1);
        SegmentWriter older = sink.open(TableSpan.whole(new TableId(1)), id, E1, () -> E1);
        assertThat(older.write(List.of(row(11, "k", "a")))).isEqualTo(WriteResult.DURABLE);
        SegmentWriter newer = sink.open(TableSpan.whole(new TableId(1)), id, E1, () -> E1);
        assertThat(older.write(List.of(row(12, "k", "b")))).isEqualTo(WriteResult.SEALED);
        assertThat(newer.write(List.of(row(12, "k", "b")))).isEqualTo(WriteResult.DURABLE);
    }

    @Test
    @DisplayName("a torn last line is left out; a damaged complete line is an error")
    void tornTail() throws IOException {
        SinkDirectory directory = claim();
        FileSink sink = new FileSink(directory, FEED);
        sink.open(TableSpan.whole(new TableId(0)), new DispatcherId(9, 9), E1, () -> E1)
                .writeDdls(oneTable().ddls());
        sink.open(TableSpan.whole(new TableId(1)), new DispatcherId(1, 1), E1, () -> E1)
                .write(List.of(row(11, "k", "a")));
        Path segment =
                SegmentReader.segments(directory.path().resolve("segments/1")).get(0);
        Files.writeString(segment, "{\"commitTs\":12,\"table\":1,\"op\":\"D\",\"k", StandardOpenOption.APPEND);

        SinkDirectory again = claim();
        assertThat(new FileSink(again, FEED).stage().rows()).isEqualTo(1);

        Files.writeString(segment, "\n", StandardOpenOption.APPEND);
        SinkDirectory third = claim();
        assertThatThrownBy(() -> new FileSink(third, FEED)).hasMessageContaining(segment + ":3: ");
    }

    @Test
    @DisplayName("a directory that is not ours is refused and left alone")
    void refusesForeignDirectory() throws IOException {
        Path foreign = Files.createDirectories(temporary.resolve("foreign"));
        Files.createDirectories(foreign.resolve("tables"));
        Files.writeString(foreign.resolve("tables/precious"), "x");
        assertThatThrownBy(() -> SinkDirectory.claim(foreign, "digest")).hasMessageContaining("not empty");
        assertThat(foreign.resolve("tables/precious")).exists();
        claim();
        assertThatThrownBy(() -> SinkDirectory.claim(temporary.resolve("sink"), "digest"))
                .hasMessageContaining("in use by another run");
        giveBack();
        assertThatThrownBy(() -> SinkDirectory.claim(temporary.resolve("sink"), "other"))
                .hasMessageContaining("another change log");
    }

    @Test
    @DisplayName("a sink inside of another sink, or of its redo log, is refused: the other one would remove it")
    void insideAnother() throws IOException {
        Path outer = claim().path();
        RedoLog.claim(outer, "digest", FEED).close();
        Files.createDirectories(outer.resolve("tables/s"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), outer.resolve("tables"));
        for (Path inside : List.of(
                outer.resolve("mine"),
                outer.resolve("tables/s"),
                outer.resolve("tables/a/b"),
                outer.resolve("redo/mine"),
                outer.resolve("../sink/tables/mine"),
                temporary.resolve("none/../sink/mine"),
                link,
                link.resolve("mine"))) {
            assertThatThrownBy(() -> SinkDirectory.claim(inside, "digest"))
                    .as(inside.toString())
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageContaining("inside of another sink");
        }
        assertThat(outer.resolve("mine")).doesNotExist();
        assertThat(temporary.resolve("none")).doesNotExist();
        SinkDirectory.claim(temporary.resolve("sink-2"), "digest").close();
    }

    @Test
    @DisplayName("tables that somebody else has put into an unfinished sink stay, and the run says which")
    void foreignTables() throws IOException {
        ChangeLog log = new ChangeLogBuilder().createTable(10, NAME).build("digest");
        SinkDirectory directory = claim();
        FileSink sink = new FileSink(directory, FEED);
        sink.open(TableSpan.DDL, new DispatcherId(9, 9), E1, () -> E1).writeDdls(log.ddls());
        Path precious = Files.createDirectories(directory.tables()).resolve("precious");
        Files.writeString(precious, "x");
        StagedTables staged = sink.stage();
        assertThatThrownBy(staged::publish)
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(directory.tables() + " was not made by a run; it stays");
        assertThat(precious).hasContent("x");
        assertThatThrownBy(this::claim).as("nor by the next run").hasMessageContaining("was not made by a run");
        assertThat(precious).hasContent("x");

        DurableFiles.deleteTree(directory.tables());
        Files.writeString(directory.tables(), "y");
        assertThatThrownBy(this::claim).hasMessageContaining(directory.tables() + " is no directory");
        assertThat(directory.tables()).hasContent("y");

        Files.delete(directory.tables());
        new FileSink(claim(), FEED).stage().publish();
        assertThat(FinishedTables.of(directory).names()).containsExactly(NAME);
        new FileSink(claim(), FEED).stage().publish();
        assertThat(FinishedTables.of(directory).names()).as("ours are replaced").containsExactly(NAME);
    }

    @Test
    @DisplayName("names that try to escape become files inside the sink")
    void hostileNames() {
        ChangeLog log = new ChangeLogBuilder()
                .createTable(10, new TableName("..", "../../evil"))
                .createTable(11, new TableName("a/b", "."))
                .build("digest");
        SinkDirectory directory = claim();
        FileSink sink = new FileSink(directory, FEED);
        sink.open(TableSpan.DDL, new DispatcherId(9, 9), E1, () -> E1).writeDdls(log.ddls());
        sink.stage().publish();
        assertThat(directory.tables().resolve("%2E%2E/..%2F..%2Fevil.ndjson")).exists();
        assertThat(FinishedTables.of(directory).names())
                .isEqualTo(log.finalState().keySet());
    }

    private static ChangeLog generated(long seed) {
        byte[] lines = String.join("\n", RandomChangeLog.lines(seed, 600)).getBytes(StandardCharsets.UTF_8);
        return ChangeLogReader.read("log", new ByteArrayInputStream(lines));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("replays of overlapping ranges by several writers give the state of the log, at any moment")
    void idempotentReplay(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        ChangeLog log = generated(seed);
        SinkDirectory directory = claim();
        FileSink sink = new FileSink(directory, FEED);
        for (int writer = 0; writer < 3; writer++) {
            SegmentWriter ddls = sink.open(TableSpan.DDL, new DispatcherId(0, writer + 1), E1, () -> E1);
            List<DdlEvent> all = log.ddls();
            int from = writer == 0 ? 0 : random.nextInt(all.size());
            ddls.writeDdls(all.subList(from, all.size()));
        }
        for (LoggedTable table : log.tables()) {
            List<RowEvent> events = table.rows().all();
            int done = 0;
            for (int writer = 1; done < events.size(); writer++) {
                SegmentWriter rows =
                        sink.open(TableSpan.whole(table.table()), new DispatcherId(1, writer), E1, () -> E1);
                int from = random.nextInt(done + 1);
                int to = from + random.nextInt(events.size() - from + 1);
                rows.write(events.subList(from, to));
                done = Math.max(done, to);
            }
        }
        sink.stage().publish();
        FinishedTables tables = FinishedTables.of(directory);
        assertThat(all(tables.names(), tables::cursor))
                .isEqualTo(all(log.endState().names(), log.endState()::rows));
        for (long ts = log.startTs(); ts <= log.endTs(); ts += 1 + random.nextInt(20)) {
            SegmentState then = sink.state(ts);
            SortedMap<TableName, TableId> names = then.tables();
            assertThat(all(names.keySet(), name -> rows(then, Objects.requireNonNull(names.get(name)))))
                    .as("at %s", ts)
                    .isEqualTo(all(log.stateAt(ts).names(), log.stateAt(ts)::rows));
        }
        assertThat(sink.rowsApplied()).isEqualTo(log.rowEvents());
        assertThat(new FileSink(directory, FEED).rowsApplied()).isZero();
    }

    private static RowCursor rows(SegmentState state, TableId table) {
        try {
            return state.rows(table);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static SortedMap<TableName, List<Row>> all(Set<TableName> names, Function<TableName, RowCursor> rows) {
        SortedMap<TableName, List<Row>> all = new TreeMap<>();
        for (TableName name : names) {
            List<Row> found = new ArrayList<>();
            try (RowCursor cursor = rows.apply(name)) {
                for (Row row = cursor.next(); row != null; row = cursor.next()) {
                    found.add(row);
                }
            }
            all.put(name, found);
        }
        return all;
    }

    private List<String> lines(String glob) throws IOException {
        try (Stream<Path> files = Files.walk(temporary)) {
            PathMatcher wanted = temporary.getFileSystem().getPathMatcher("glob:**/" + glob);
            List<String> lines = new ArrayList<>();
            for (Path file : files.filter(wanted::matches).sorted().toList()) {
                Files.readAllLines(file).stream()
                        .filter(line -> !line.startsWith("{\"claim\":"))
                        .forEach(lines::add);
            }
            return lines;
        }
    }

    @Test
    @DisplayName(
            "a definition is written where the first row has it, once in each segment and in each table, and rows without"
                    + " one as if there were none")
    void definitionsInFiles() throws IOException {
        SinkDirectory directory = claim();
        FileSink sink = new FileSink(directory, FEED);
        DispatcherId dispatcher = new DispatcherId(1, 1);
        ChangeLog log = new ChangeLogBuilder()
                .createTable(10, NAME)
                .row(11, NAME, RowEvent.Op.I, "b", "{\"v\":1}")
                .alterTable(12, NAME, "one\n")
                .row(13, NAME, RowEvent.Op.I, "c", "{\"v\":2}")
                .row(14, NAME, RowEvent.Op.I, "a", "{\"v\":3}")
                .alterTable(15, NAME, "two")
                .row(16, NAME, RowEvent.Op.I, "d", "{\"v\":4}")
                .row(17, NAME, RowEvent.Op.D, "e", null)
                .build("digest");
        List<RowEvent> rows = log.tables().get(0).rows().all();
        sink.open(TableSpan.DDL, new DispatcherId(9, 9), E1, () -> E1).writeDdls(log.ddls());
        SegmentWriter first = sink.open(TableSpan.whole(new TableId(1)), dispatcher, E1, () -> E1);
        first.write(rows.subList(0, 2));
        first.write(rows.subList(2, 3));
        sink.open(TableSpan.whole(new TableId(1)), dispatcher, E1, () -> E1).write(rows.subList(2, 5));
        sink.stage().publish();

        assertThat(lines("segments/0/*.log"))
                .containsExactly(
                        "{\"commitTs\":10,\"ordinal\":0,\"ddl\":\"CREATE_TABLE\",\"schemaId\":1,\"schema\":\"s\",\"tableId\":1,\"table\":\"t\"}",
                        "{\"commitTs\":12,\"ordinal\":1,\"ddl\":\"ALTER_TABLE\",\"schemaId\":1,\"schema\":\"s\",\"tableId\":1,\"table\":\"t\",\"definition\":\"one\\n\"}",
                        "{\"commitTs\":15,\"ordinal\":2,\"ddl\":\"ALTER_TABLE\",\"schemaId\":1,\"schema\":\"s\",\"tableId\":1,\"table\":\"t\",\"definition\":\"two\"}");
        assertThat(lines("segments/1/*.log"))
                .containsExactly(
                        "{\"commitTs\":11,\"table\":1,\"op\":\"I\",\"key\":\"b\",\"row\":{\"v\":1}}",
                        "{\"definition\":\"one\\n\"}",
                        "{\"commitTs\":13,\"table\":1,\"op\":\"I\",\"key\":\"c\",\"row\":{\"v\":2}}",
                        "{\"commitTs\":14,\"table\":1,\"op\":\"I\",\"key\":\"a\",\"row\":{\"v\":3}}",
                        "{\"definition\":\"one\\n\"}",
                        "{\"commitTs\":14,\"table\":1,\"op\":\"I\",\"key\":\"a\",\"row\":{\"v\":3}}",
                        "{\"definition\":\"two\"}",
                        "{\"commitTs\":16,\"table\":1,\"op\":\"I\",\"key\":\"d\",\"row\":{\"v\":4}}",
                        "{\"commitTs\":17,\"table\":1,\"op\":\"D\",\"key\":\"e\"}");
        assertThat(lines("tables/s/t.ndjson"))
                .containsExactly(
                        "{\"definition\":0,\"text\":\"one\\n\"}",
                        "{\"key\":\"a\",\"row\":{\"v\":3},\"definition\":0}",
                        "{\"key\":\"b\",\"row\":{\"v\":1}}",
                        "{\"key\":\"c\",\"row\":{\"v\":2},\"definition\":0}",
                        "{\"definition\":1,\"text\":\"two\"}",
                        "{\"key\":\"d\",\"row\":{\"v\":4},\"definition\":1}");
    }

    @Test
    @DisplayName("a table whose rows name a definition that was not said, or says one out of turn, is damaged")
    void damagedDefinitions() throws IOException {
        SinkDirectory directory = claim();
        FileSink sink = new FileSink(directory, FEED);
        ChangeLog log = new ChangeLogBuilder()
                .createTable(10, NAME, "one")
                .row(11, NAME, RowEvent.Op.I, "a", "{}")
                .build("digest");
        sink.open(TableSpan.DDL, new DispatcherId(9, 9), E1, () -> E1).writeDdls(log.ddls());
        sink.open(TableSpan.whole(new TableId(1)), new DispatcherId(1, 1), E1, () -> E1)
                .write(log.tables().get(0).rows().all());
        sink.stage().publish();
        Path table = directory.tables().resolve("s/t.ndjson");
        List<String> lines = Files.readAllLines(table);
        FinishedTables tables = FinishedTables.of(directory);

        Files.write(table, lines.subList(1, 2));
        assertThatThrownBy(() -> tables.rows(NAME)).hasMessageContaining("t.ndjson:1: definition 0 is not in a line");
        Files.write(table, List.of(lines.get(0), lines.get(0), lines.get(1)));
        assertThatThrownBy(() -> tables.rows(NAME)).hasMessageContaining("t.ndjson:2: definition 0 after 1 of them");
    }
}
