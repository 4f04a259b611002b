package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is lost under a sink is named, and never becomes a table that lacks it. */
class LostSegmentsTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final TableSpan TABLE = TableSpan.whole(new TableId(1));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private SinkDirectory directory;

    @SuppressWarnings("NullAway.Init")
    private FileSink sink;

    @SuppressWarnings("NullAway.Init")
    private SegmentWriter writer;

    @BeforeEach
    void replicateSome() {
        directory = SinkDirectory.claim(temporary.resolve("sink"), "digest");
        sink = new FileSink(directory, FEED);
        sink.fence(FEED, E1);
        sink.open(TableSpan.DDL, new DispatcherId(9, 9), E1, () -> E1)
                .writeDdls(new ChangeLogBuilder()
                        .createTable(10, new TableName("s", "t"))
                        .build("digest")
                        .ddls());
        writer = sink.open(TABLE, new DispatcherId(1, 1), E1, () -> E1);
        writer.write(List.of(row(11, "a"), row(12, "b"), row(13, "c")));
    }

    @AfterEach
    void close() {
        directory.close();
    }

    private static RowEvent row(long ts, String key) {
        return new RowEvent(ts, new TableId(1), RowEvent.Op.U, key, "{}");
    }

    private Path segment() {
        return SegmentReader.segments(directory.path().resolve("segments/1")).get(0);
    }

    private static void namesAs(Path what, ThrowingCallable code) {
        assertThatThrownBy(code)
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_UNAVAILABLE))
                .hasMessageContaining(what.toString());
    }

    private void inspectAll() {
        for (int i = 0; i < 10; i++) {
            sink.inspect();
        }
    }

    @Test
    @DisplayName("a segment that is removed while it is written to fails the next write, and the sink")
    void removedWhileWritten() throws IOException {
        Path lost = segment();
        Files.delete(lost);
        namesAs(lost, () -> writer.write(List.of(row(14, "d"))));
        assertThat(sink.failure()).isNotNull().hasMessageContaining("vanished");
        assertThat(lost).as("it is not begun again without its beginning").doesNotExist();
    }

    @Test
    @DisplayName("a segment that something else writes to fails the next write")
    void writtenByOthers() throws IOException {
        Files.writeString(segment(), "x", StandardOpenOption.APPEND);
        namesAs(segment(), () -> writer.write(List.of(row(14, "d"))));
    }

    @Test
    @DisplayName("a segment that nobody writes to is missed by the inspection, and so is one that was cut")
    void inspection() throws IOException {
        assertThatCode(this::inspectAll).doesNotThrowAnyException();
        byte[] content = Files.readAllBytes(segment());
        Files.write(segment(), Arrays.copyOf(content, content.length - 1));
        namesAs(segment(), this::inspectAll);
        Path lost = segment();
        Files.delete(lost);
        namesAs(lost, this::inspectAll);
    }

    @Test
    @DisplayName("a sink that is removed, moved or replaced while it is used is named by the inspection")
    void removedSink() throws IOException {
        inspectAll();
        Files.move(directory.path(), temporary.resolve("moved"));
        namesAs(directory.path(), this::inspectAll);
        SinkDirectory.claim(directory.path(), "digest").close();
        namesAs(directory.path(), this::inspectAll);
    }

    @Test
    @DisplayName("a part of a sink that is removed while it is used is named by the inspection")
    void removedPart() throws IOException {
        inspectAll();
        DurableFiles.deleteTree(directory.path().resolve("epochs"));
        namesAs(directory.path().resolve("epochs"), this::inspectAll);
    }

    @Test
    @DisplayName("no tables are made from segments of which one is lost, cut or changed")
    void noWrongTables() throws IOException {
        Path segment = segment();
        byte[] content = Files.readAllBytes(segment);

        String text = Files.readString(segment);
        Files.writeString(segment, text.substring(0, text.indexOf('\n') + 1));
        namesAs(segment, sink::stage);

        Files.writeString(segment, text.replace("\"b\"", "\"x\""));
        namesAs(segment, sink::stage);

        Files.delete(segment);
        namesAs(segment, sink::stage);

        Files.write(segment, content);
        assertThat(sink.stage().rows()).isEqualTo(3);
        assertThat(directory.tables())
                .as("not before somebody has looked at them")
                .doesNotExist();
    }

    @Test
    @DisplayName("a segment that was lost while nobody used the sink is named by the next process")
    void lostInBetween() throws IOException {
        Path lost = segment();
        directory.close();
        Files.delete(lost);
        directory = SinkDirectory.claim(temporary.resolve("sink"), "digest");
        namesAs(lost, () -> new FileSink(directory, FEED));
    }

    @Test
    @DisplayName(
            "a segment whose entry in the catalog was lost in a crash still counts, and so does the one after a torn entry")
    void tornCatalog() throws IOException {
        Path catalog = directory.path().resolve(SegmentCatalog.FILE);
        String entries = Files.readString(catalog);
        directory.close();
        Files.writeString(catalog, entries.substring(0, entries.length() - 5));
        directory = SinkDirectory.claim(temporary.resolve("sink"), "digest");
        FileSink again = new FileSink(directory, FEED);
        again.open(TABLE, new DispatcherId(1, 2), E1, () -> E1).write(List.of(row(14, "d")));
        assertThat(again.stage().rows()).isEqualTo(4);
        directory.close();
        directory = SinkDirectory.claim(temporary.resolve("sink"), "digest");
        assertThat(new FileSink(directory, FEED).stage().rows()).isEqualTo(4);
    }

    @Test
    @DisplayName("what a redo log has promised and lost is named when the log is taken up")
    void lostPromise() throws IOException {
        Path log = RedoLog.of(directory.path());
        try (RedoLog redo = RedoLog.claim(directory.path(), "digest", FEED)) {
            redo.rows().open(TABLE, new DispatcherId(2, 1), E1, () -> E1).write(List.of(row(11, "a"), row(12, "b")));
            redo.persist(new RedoMeta(10, 12));
        }
        Path segment = SegmentReader.segments(log.resolve("segments/1")).get(0);
        String text = Files.readString(segment);
        Files.writeString(segment, text.substring(0, text.indexOf('\n') + 1));
        namesAs(segment, () -> RedoLog.claim(directory.path(), "digest", FEED).close());
        Files.writeString(segment, text);
        Files.delete(log.resolve(SegmentCatalog.FILE));
        namesAs(
                log.resolve(SegmentCatalog.FILE),
                () -> RedoLog.claim(directory.path(), "digest", FEED).close());
    }
}
