package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.changelog.ChangeLogBuilder;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several processes with one redo log, beside the sink that they share. */
class SharedRedoLogTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final ChangefeedId REDO = FEED.in(ReplicationMode.REDO);
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final MaintainerEpoch E2 = new MaintainerEpoch(2);
    private static final TableId TABLE = new TableId(1);
    private static final TableName NAME = new TableName("s", "t");
    private static final TableSpan WHOLE = TableSpan.whole(TABLE);
    private static final SpanBound MIDDLE = SpanBound.before("m");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private Path place() {
        return temporary.resolve("sink");
    }

    private Path log() {
        return RedoLog.of(place());
    }

    private Path promises() {
        return log().resolve("redo-meta");
    }

    private Sink sink() {
        return new FileSinkProvider()
                .open(new ConnectorAddress("files", place().toString()), new TreeMap<>(), FEED, "digest");
    }

    /** As each node of a cluster does. */
    private SharedRedoLog process() {
        return SharedRedoLog.open(new RedoPlace(log(), true), "digest", FEED);
    }

    private static RowEvent row(long ts, String key) {
        return new RowEvent(ts, TABLE, RowEvent.Op.U, key, "{}");
    }

    private static void createTable(Sink sink) {
        sink.open(TableSpan.DDL, new DispatcherId(9, 9), E1, () -> E1)
                .writeDdls(new ChangeLogBuilder()
                        .createTable(10, NAME)
                        .build("digest")
                        .ddls());
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(promises())) {
            return files.sorted().toList();
        }
    }

    private Path highest() throws IOException {
        return files().stream()
                .max((one, other) -> Long.compare(numberOf(one), numberOf(other)))
                .orElseThrow();
    }

    private static long numberOf(Path file) {
        return Long.parseLong(String.valueOf(file.getFileName()));
    }

    @Test
    @DisplayName("a promise is durable for all processes, is never taken back, and leaves few files")
    void promisesLast() throws IOException {
        SharedRedoLog first = process();
        assertThat(first.meta()).isNull();
        first.fence(REDO, E1);
        assertThat(first.meta()).isNull();
        assertThat(first.persist(new RedoMeta(10, 40), E1)).contains(new RedoMeta(10, 40));
        assertThat(first.persist(new RedoMeta(20, 30), E1)).contains(new RedoMeta(20, 40));

        SharedRedoLog second = process();
        assertThat(second.meta()).isEqualTo(new RedoMeta(20, 40));
        assertThat(second.persist(new RedoMeta(5, 50), E1)).contains(new RedoMeta(20, 50));
        for (long ts = 51; ts < 200; ts++) {
            first.persist(new RedoMeta(20, ts), E1);
        }
        assertThat(second.meta()).isEqualTo(new RedoMeta(20, 199));
        assertThat(second.persist(new RedoMeta(20, 100), E1)).contains(new RedoMeta(20, 199));
        assertThat(files()).hasSizeLessThan(12);
    }

    @Test
    @DisplayName(
            "once a new owner is accepted anywhere, a former one that does not know it promises nothing any more, and what it had"
                    + " promised stays")
    void formerOwner() {
        SharedRedoLog former = process();
        former.fence(REDO, E1);
        former.persist(new RedoMeta(10, 40), E1);

        SharedRedoLog present = process();
        present.fence(REDO, E2);
        assertThat(present.meta()).isEqualTo(new RedoMeta(10, 40));

        assertThat(former.persist(new RedoMeta(10, 90), E1)).isEmpty();
        assertThat(former.persist(new RedoMeta(10, 90), E1)).isEmpty();
        assertThat(present.meta()).isEqualTo(new RedoMeta(10, 40));
        assertThatThrownBy(() -> former.fence(REDO, E1))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_FENCED));
        assertThat(present.persist(new RedoMeta(10, 41), E2)).contains(new RedoMeta(10, 41));
    }

    @Test
    @DisplayName("a promise that is damaged is not taken for none, nor for the one before: the file is named")
    void damaged() throws IOException {
        SharedRedoLog log = process();
        log.persist(new RedoMeta(10, 40), E1);
        log.persist(new RedoMeta(10, 50), E1);
        Path torn = highest();
        String content = Files.readString(torn);
        Files.writeString(torn, content.substring(0, content.length() / 2));

        String name = "redo-meta/" + torn.getFileName();
        assertThatThrownBy(log::meta).isInstanceOf(MaintainerException.class).hasMessageContaining(name);
        assertThatThrownBy(() -> process().persist(new RedoMeta(10, 60), E1))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(name);
        assertThatThrownBy(() -> RedoRestore.from(log()))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(name);

        Files.delete(torn);
        assertThat(process().meta()).isEqualTo(new RedoMeta(10, 40));
    }

    @Test
    @DisplayName("a table is complete when that was said of all its parts, by whichever processes and openings")
    void complete() {
        SharedRedoLog first = process();
        SharedRedoLog second = process();
        SpanWriter left =
                first.rows().open(new TableSpan(TABLE, SpanBound.LOWEST, MIDDLE), new DispatcherId(1, 1), E1, () -> E1);
        SpanWriter right = second.rows()
                .open(new TableSpan(TABLE, MIDDLE, SpanBound.HIGHEST), new DispatcherId(2, 1), E1, () -> E1);
        right.write(List.of(row(11, "x")));
        assertThat(first.completeTo(TABLE)).isZero();
        right.completeAtDdl(70);
        assertThat(first.completeTo(TABLE)).isZero();
        left.completeAtDdl(30);
        assertThat(first.completeTo(TABLE)).isEqualTo(30);
        left.completeAtDdl(70);
        assertThat(first.completeTo(TABLE)).isEqualTo(70);
        assertThat(second.completeTo(TABLE)).isEqualTo(70);
        assertThat(process().completeTo(TABLE)).isEqualTo(70);
        assertThat(second.completeTo(new TableId(2))).isZero();
    }

    @Test
    @DisplayName("what a process has written after it was superseded is in no moment that is restored")
    void restores() {
        SharedRedoLog zombie = process();
        SharedRedoLog present = process();
        createTable(zombie.rows());
        SpanWriter older = zombie.rows().open(WHOLE, new DispatcherId(1, 1), E1, () -> E1);
        older.write(List.of(row(11, "a"), row(12, "b")));
        SpanWriter newer = present.rows().open(WHOLE, new DispatcherId(2, 1), E1, () -> E1);
        older.write(List.of(row(13, "zombie")));
        newer.write(List.of(row(14, "c")));
        present.persist(new RedoMeta(9, 15), E1);

        RedoRestore restore = RedoRestore.from(log());
        assertThat(restore.promisedTs()).isEqualTo(15);
        assertThat(restore.restore(15, temporary.resolve("now")).rows(NAME)).containsOnlyKeys("a", "b", "c");
        assertThat(restore.restore(11, temporary.resolve("then")).rows(NAME)).containsOnlyKeys("a");
        assertThatThrownBy(() -> restore.restore(16, temporary.resolve("later")))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("complete up to 15");
    }

    @Test
    @DisplayName(
            "what of the sink is later than the promise, or is not in the log, is counted from the directories alone")
    void sinkAhead() {
        Sink sink = sink();
        SharedRedoLog log = process();
        createTable(log.rows());
        log.rows().open(WHOLE, new DispatcherId(1, 1), E1, () -> E1).write(List.of(row(11, "a"), row(13, "b")));
        log.persist(new RedoMeta(9, 12), E1);
        createTable(sink);
        SpanWriter writer = sink.open(WHOLE, new DispatcherId(1, 2), E1, () -> E1);
        writer.write(List.of(row(11, "a")));
        assertThat(RedoCheck.of(place(), log())).contains(new RedoCheck(1, 9, 12, 0, 0));

        writer.write(List.of(row(13, "b"), row(14, "b"), row(12, "c")));
        RedoCheck check = RedoCheck.of(place(), log()).orElseThrow();
        assertThat(check.isGood()).isFalse();
        assertThat(check.beyondPromise()).as("b at 13 and 14").isEqualTo(2);
        assertThat(check.missing()).as("b at 14, and c").isEqualTo(2);
        assertThat(RedoCheck.of(place(), temporary.resolve("elsewhere"))).isEmpty();
    }

    @Test
    @DisplayName("what another changefeed has promised is not taken for a promise of this one")
    void checked() {
        RedoPlace beside = new RedoPlace(log(), true);
        SharedRedoLog.check(beside, "digest");
        sink();
        SharedRedoLog.check(beside, "digest");
        process().fence(REDO, E1);
        assertThatThrownBy(() -> SharedRedoLog.check(beside, "digest"))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("what another changefeed has written");
    }
}
