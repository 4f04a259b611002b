package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedoLogTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch E1 = new MaintainerEpoch(1);
    private static final TableId TABLE = new TableId(1);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private RedoLog claim() {
        return RedoLog.claim(temporary, "digest", FEED);
    }

    private static RowEvent row(long ts, String key) {
        return new RowEvent(ts, TABLE, RowEvent.Op.U, key, "{}");
    }

    @Test
    @DisplayName("S33: a promise is durable, and is never taken back")
    void promises() {
        try (RedoLog log = claim()) {
            assertThat(log.meta()).isNull();
            assertThat(log.persist(new RedoMeta(10, 40))).isEqualTo(new RedoMeta(10, 40));
            assertThat(log.persist(new RedoMeta(20, 30))).isEqualTo(new RedoMeta(20, 40));
        }
        try (RedoLog reopened = claim()) {
            assertThat(reopened.meta()).isEqualTo(new RedoMeta(20, 40));
            assertThat(reopened.persist(new RedoMeta(5, 5))).isEqualTo(new RedoMeta(20, 40));
        }
    }

    @Test
    @DisplayName("a promise that cannot be read is not taken for none: the log is refused, and the file is named")
    void damagedPromise() throws IOException {
        try (RedoLog log = claim()) {
            log.persist(new RedoMeta(10, 40));
        }
        Path file;
        try (var files = Files.walk(RedoLog.of(temporary))) {
            file = files.filter(each -> each.endsWith("redo-meta")).findFirst().orElseThrow();
        }
        Files.writeString(file, "resolved=no");
        assertThatThrownBy(this::claim).isInstanceOf(MaintainerException.class).hasMessageContaining("redo-meta");

        // Refusing has given the directory back.
        Files.delete(file);
        claim().close();
    }

    @Test
    @DisplayName("a promise that cannot be kept counts for nothing, and is a failure of the log that a run looks at")
    void diskFails() throws IOException {
        try (RedoLog log = claim()) {
            Files.createDirectories(RedoLog.of(temporary).resolve("redo-meta").resolve("in the way"));
            assertThatThrownBy(() -> log.persist(new RedoMeta(10, 40))).isInstanceOf(MaintainerException.class);
            assertThat(log.meta()).isNull();
            assertThat(log.rows().failure()).isNotNull();
        }
    }

    @Test
    @DisplayName("one process at a time")
    void oneProcess() {
        try (RedoLog log = claim()) {
            assertThat(log.directory().path()).isEqualTo(RedoLog.of(temporary));
            assertThatThrownBy(this::claim).isInstanceOf(MaintainerException.class);
        }
    }

    @Test
    @DisplayName("a sink counts the rows that reach it before the log has them, or has a later change of their key")
    void rowsAhead() {
        try (SinkDirectory directory = SinkDirectory.claim(temporary, "digest");
                RedoLog log = claim()) {
            FileSink sink = new FileSink(directory, FEED, log);
            DispatcherId writing = new DispatcherId(1, 1);
            DispatcherId logging = new DispatcherId(1, 2);
            log.rows().open(TableSpan.whole(TABLE), logging, E1, () -> E1).write(List.of(row(11, "a"), row(15, "b")));

            SegmentWriter writer = sink.open(TableSpan.whole(TABLE), writing, E1, () -> E1);
            writer.write(List.of(row(11, "a"), row(12, "b")));
            assertThat(sink.rowsAheadOfRedo()).isZero();

            writer.write(List.of(row(16, "a"), row(16, "b")));
            assertThat(sink.rowsAheadOfRedo()).isEqualTo(2);
        }
    }
}
