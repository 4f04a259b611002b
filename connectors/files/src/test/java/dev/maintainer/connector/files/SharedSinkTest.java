package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes with one directory. */
class SharedSinkTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final MaintainerEpoch E2 = new MaintainerEpoch(2);
    private static final TableName NAME = new TableName("s", "t");
    private static final TableSpan WHOLE = TableSpan.whole(new TableId(1));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private Path place() {
        return temporary.resolve("sink");
    }

    /** As each node of a cluster does. */
    private Sink process() {
        return new FileSinkProvider()
                .open(new ConnectorAddress("files", place().toString()), new TreeMap<>(), FEED, "digest");
    }

    private static RowEvent row(long ts, String key) {
        return new RowEvent(ts, new TableId(1), RowEvent.Op.U, key, "{}");
    }

    private static void createTable(Sink sink) {
        sink.open(TableSpan.DDL, new DispatcherId(9, 9), E1, () -> E1)
                .writeDdls(new ChangeLogBuilder()
                        .createTable(10, NAME)
                        .build("digest")
                        .ddls());
    }

    private Path onlyLog() throws IOException {
        try (Stream<Path> files = Files.list(place().resolve("segments/1"))) {
            return files.filter(file -> file.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    @Test
    @DisplayName(
            "whoever opens a span supersedes its writer in another process, whatever the dispatcher is called; what that has"
                    + " reported counts, and nothing else of it")
    void takeOver() throws IOException {
        Sink first = process();
        Sink second = process();
        createTable(first);
        SpanWriter older = first.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1);
        assertThat(older.write(List.of(row(11, "a")))).isEqualTo(WriteResult.DURABLE);

        TableSpan left = new TableSpan(new TableId(1), SpanBound.LOWEST, SpanBound.before("m"));
        SpanWriter newer = second.open(left, new DispatcherId(2, 1), E1, () -> E1);
        assertThat(older.write(List.of(row(12, "b")))).isEqualTo(WriteResult.SEALED);
        assertThat(older.write(List.of(row(13, "b")))).isEqualTo(WriteResult.SEALED);
        assertThat(newer.write(List.of(row(12, "c")))).isEqualTo(WriteResult.DURABLE);

        assertThat(SinkCheck.materialise(place()).rows(NAME)).containsOnlyKeys("a", "c");
        SinkCheck check = SinkCheck.of(place());
        assertThat(check.claims()).isEqualTo(3);
        assertThat(check.sealed()).isEqualTo(1);
        assertThat(check.bytesAfterSeal())
                .as("the row that was written too late")
                .isPositive();
    }

    private static Sink rolling(Sink sink, long bytes) {
        ((FileSink) sink).rollAfter(bytes);
        return sink;
    }

    private static RowEvent defined(long ts, String key) {
        return new RowEvent(ts, new TableId(1), RowEvent.Op.U, key, null, "{}", "CREATE TABLE t (v int)");
    }

    private List<String> logs() throws IOException {
        try (Stream<Path> files = Files.list(place().resolve("segments/1"))) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
        }
    }

    @Test
    @DisplayName("a log that is full is followed by another one, which begins as if nothing had been before it")
    void rolls() throws IOException {
        Sink sink = rolling(process(), 300);
        createTable(sink);
        SpanWriter writer = sink.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1);
        for (int i = 0; i < 10; i++) {
            assertThat(writer.write(List.of(defined(11 + i, "k" + i)))).isEqualTo(WriteResult.DURABLE);
        }

        assertThat(logs()).contains("1.log", "1.seal", "2.log", "2.seal").doesNotContain("2.void");
        assertThat(Files.size(place().resolve("segments/1/1.log"))).isLessThan(600);
        assertThat(Files.readString(place().resolve("segments/1/2.log"))).contains("CREATE TABLE t");
        assertThat(SinkCheck.materialise(place()).rows(NAME)).hasSize(10);
        assertThat(sink.rowsApplied()).isEqualTo(10);
        writer.seal();
        assertThat(writer.write(List.of(row(30, "late")))).isEqualTo(WriteResult.SEALED);
    }

    @Test
    @DisplayName(
            "a writer that is superseded and does not know it does not supersede its successor when its log is full")
    void rollsTooLate() throws IOException {
        Sink first = rolling(process(), 1);
        Sink second = process();
        createTable(second);
        SpanWriter older = first.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1);
        assertThat(older.write(List.of(row(11, "a")))).isEqualTo(WriteResult.DURABLE);
        SpanWriter newer = second.open(WHOLE, new DispatcherId(2, 1), E1, () -> E1);

        assertThat(older.write(List.of(row(12, "b")))).isEqualTo(WriteResult.SEALED);

        assertThat(newer.write(List.of(row(12, "c")))).isEqualTo(WriteResult.DURABLE);
        assertThat(logs()).contains("3.void");
        assertThat(SinkCheck.materialise(place()).rows(NAME)).containsOnlyKeys("a", "c");
    }

    @Test
    @DisplayName(
            "a writer whose log is full writes on where a crash has torn a claim of which nobody can tell the span")
    void rollsPastATornClaim() throws IOException {
        Sink sink = rolling(process(), 100);
        createTable(sink);
        SpanWriter writer = sink.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1);
        assertThat(writer.write(List.of(row(11, "a")))).isEqualTo(WriteResult.DURABLE);
        Files.createFile(place().resolve("segments/1/2.claim"));

        for (int i = 0; i < 9; i++) {
            assertThat(writer.write(List.of(row(12 + i, "b" + i)))).isEqualTo(WriteResult.DURABLE);
        }

        assertThat(logs().stream().filter(name -> name.endsWith(".void")))
                .as("it does not try again each time")
                .hasSizeBetween(1, 8);
        assertThat(SinkCheck.materialise(place()).rows(NAME)).hasSize(10);
    }

    @Test
    @DisplayName("under a later epoch nothing is rolled, and the write is held as any other")
    void rollsUnderAnEarlierEpoch() throws IOException {
        Sink first = rolling(process(), 1);
        MaintainerEpoch[] accepted = {E1};
        SpanWriter writer = first.open(WHOLE, new DispatcherId(1, 1), E1, () -> accepted[0]);
        assertThat(writer.write(List.of(row(11, "a")))).isEqualTo(WriteResult.DURABLE);
        process().fence(FEED, E2);

        assertThat(writer.write(List.of(row(12, "b")))).isEqualTo(WriteResult.HELD);
        accepted[0] = E2;
        assertThat(writer.write(List.of(row(12, "b")))).isEqualTo(WriteResult.DURABLE);
        assertThat(Files.readString(place().resolve("segments/1/3.claim"))).contains("\"epoch\":2");
    }

    @Test
    @DisplayName("parts of a table that do not overlap are written side by side by two processes")
    void sideBySide() {
        Sink first = process();
        Sink second = process();
        createTable(first);
        SpanBound middle = SpanBound.before("m");
        SpanWriter left = first.open(
                new TableSpan(new TableId(1), SpanBound.LOWEST, middle), new DispatcherId(1, 1), E1, () -> E1);
        SpanWriter right = second.open(
                new TableSpan(new TableId(1), middle, SpanBound.HIGHEST), new DispatcherId(1, 2), E1, () -> E1);
        assertThat(left.write(List.of(row(11, "a")))).isEqualTo(WriteResult.DURABLE);
        assertThat(right.write(List.of(row(11, "z")))).isEqualTo(WriteResult.DURABLE);
        assertThat(left.write(List.of(row(12, "b")))).isEqualTo(WriteResult.DURABLE);
        assertThat(SinkCheck.materialise(place()).rows(NAME)).containsOnlyKeys("a", "b", "z");
    }

    @Test
    @DisplayName("an epoch that one process fences holds the writers of others and refuses their openings")
    void fencedElsewhere() {
        Sink first = process();
        Sink second = process();
        MaintainerEpoch[] accepted = {E1};
        SpanWriter writer = first.open(WHOLE, new DispatcherId(1, 1), E1, () -> accepted[0]);
        second.fence(FEED, E2);

        assertThat(writer.write(List.of(row(11, "a")))).isEqualTo(WriteResult.HELD);
        assertThatThrownBy(() -> first.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_FENCED));
        Sink third = process();
        assertThatThrownBy(() -> third.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1))
                .hasMessageContaining("the sink is at 2");
        accepted[0] = E2;
        assertThat(writer.write(List.of(row(11, "a")))).isEqualTo(WriteResult.DURABLE);
    }

    @Test
    @DisplayName("a process whose notes somebody has removed counts as dead")
    void declaredDead() throws IOException {
        Sink sink = process();
        SpanWriter writer = sink.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1);
        assertThat(writer.write(List.of(row(11, "a")))).isEqualTo(WriteResult.DURABLE);
        DurableFiles.deleteTree(place().resolve("superseded"));
        assertThat(writer.write(List.of(row(12, "b")))).isEqualTo(WriteResult.SEALED);
    }

    @Test
    @DisplayName("a process that goes leaves no notes, and what it wrote counts")
    void leaves() {
        try (Sink sink = process()) {
            createTable(sink);
            sink.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1).write(List.of(row(11, "a")));
        }
        assertThat(place().resolve("superseded")).doesNotExist();
        assertThat(SinkCheck.materialise(place()).rows(NAME)).containsOnlyKeys("a");
        assertThat(process().rowsApplied()).as("the tables are in nobody's way").isZero();
    }

    @Test
    @DisplayName("what is sealed and was changed, and a claim that is gone, are named")
    void damage() throws IOException {
        Sink first = process();
        first.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1).write(List.of(row(11, "a")));
        process().open(WHOLE, new DispatcherId(1, 2), E1, () -> E1);
        Path log = onlyLog();
        String content = Files.readString(log);
        Files.writeString(log, content.replace("\"a\"", "\"b\""));
        assertThatThrownBy(() -> SinkCheck.of(place())).hasMessageContaining(log.toString());
        Files.writeString(log, content + "x", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(SinkCheck.of(place()).bytesAfterSeal()).isOne();
        Files.delete(place().resolve("segments/1/1.claim"));
        assertThatThrownBy(() -> SinkCheck.of(place())).hasMessageContaining("1.claim");
    }

    @Test
    @DisplayName("a claim that a crash has torn is one under which nothing was written")
    void tornClaim() throws IOException {
        Sink sink = process();
        createTable(sink);
        Files.createDirectories(place().resolve("segments/1"));
        Files.writeString(place().resolve("segments/1/1.claim"), "{\"claim\":1,\"chan");
        SpanWriter writer = sink.open(WHOLE, new DispatcherId(1, 1), E1, () -> E1);
        assertThat(writer.write(List.of(row(11, "a")))).isEqualTo(WriteResult.DURABLE);
        assertThat(place().resolve("segments/1/1.seal")).exists();
        assertThat(SinkCheck.materialise(place()).rows(NAME)).containsOnlyKeys("a");
    }

    @Test
    @DisplayName("a run and a cluster refuse the sink of each other, and both that of an earlier version")
    void othersAreRefused() throws IOException {
        process().close();
        assertThatThrownBy(() -> SinkDirectory.claim(place(), "digest")).hasMessageContaining("shared by the nodes");
        assertThatThrownBy(() -> SinkDirectory.share(place(), "other")).hasMessageContaining("another change log");

        DurableFiles.deleteTree(place());
        SinkDirectory.claim(place(), "digest").close();
        assertThatThrownBy(this::process).hasMessageContaining("belongs to a run");
        assertThatThrownBy(() -> SinkCheck.materialise(place())).hasMessageContaining("belongs to a run");

        Files.writeString(place().resolve(".maintainer-sink"), "{\"format\":1,\"changelog\":\"digest\"}\n");
        assertThatThrownBy(() -> SinkDirectory.claim(place(), "digest")).hasMessageContaining("format 1");
        assertThatThrownBy(() -> SinkCheck.of(place())).hasMessageContaining("format 1");

        DurableFiles.deleteTree(place());
        Files.createDirectories(place().resolve("precious"));
        assertThatThrownBy(this::process).hasMessageContaining("not empty");
    }
}
