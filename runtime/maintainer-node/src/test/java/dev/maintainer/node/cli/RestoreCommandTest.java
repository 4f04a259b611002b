package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.connector.files.SinkDirectory;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people hear when they restore from the redo log of a finished run. */
class RestoreCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final StringWriter printed = new StringWriter();

    @SuppressWarnings("NullAway.Init")
    private Path log;

    private int execute(String... arguments) {
        return Console.execute(printed, arguments);
    }

    private int replicate(Path sink) {
        return execute("run", "--changelog", log.toString(), "--sink", sink.toString(), "--redo");
    }

    private int restore(Path to) {
        return execute("restore", "--redo", RedoLog.of(sink()).toString(), "--sink", to.toString());
    }

    private Path sink() {
        return temporary.resolve("sink");
    }

    @BeforeEach
    void replicate() throws IOException {
        log = Files.writeString(temporary.resolve("log.ndjson"), """
                {"commitTs":10,"ddl":"CREATE_TABLE","schema":"s","table":"t"}
                {"commitTs":20,"op":"I","schema":"s","table":"t","key":"k","row":{"v":1}}
                """);
        assertThat(replicate(sink())).as(printed.toString()).isZero();
    }

    @Test
    @DisplayName(
            "a sink of files may be named with its scheme, as for a run; any other is refused, and nothing is made")
    void addresses() throws IOException {
        Path to = temporary.resolve("restored");
        assertThat(execute("restore", "--redo", RedoLog.of(sink()).toString(), "--sink", "files:" + to))
                .as(printed.toString())
                .isZero();
        assertThat(to.resolve("tables")).isDirectory();

        for (String other : List.of("memory:r2", "files:", "")) {
            printed.getBuffer().setLength(0);
            assertThat(execute("restore", "--redo", RedoLog.of(sink()).toString(), "--sink", other))
                    .isEqualTo(2);
            assertThat(printed.toString()).contains("write files:DIR, or DIR alone");
        }
        assertThat(Path.of("memory:r2")).doesNotExist();
    }

    @Test
    @DisplayName("while the next run goes on, the answer says that it is of the last one, and where the new log is")
    void nextRun() throws IOException {
        assertThat(restore(temporary.resolve("before"))).isZero();
        assertThat(printed.toString()).doesNotContain("note:");
        String digest = ChangeLogReader.read(log).digest();
        Path next = sink().resolve("next");
        try (SinkDirectory home = SinkDirectory.claim(sink(), digest);
                SinkDirectory successor = home.claimSuccessor(digest);
                RedoLog redo = RedoLog.claim(successor.path(), digest, new ChangefeedId("changelog"))) {
            assertThat(restore(temporary.resolve("meanwhile"))).isZero();
            assertThat(printed.toString())
                    .contains("note: that is the log of the last run that has come to its end.")
                    .contains(redo.directory().path().toString())
                    .contains(RedoLog.of(next).toString());
        }
    }

    @Test
    @DisplayName("a finished sink that has a redo log of its own does not lose it to a restore")
    void otherRedoLog() {
        Path other = temporary.resolve("other");
        assertThat(replicate(other)).isZero();
        assertThat(restore(other)).isEqualTo(2);
        assertThat(printed.toString()).contains("has a redo log of its own, which would go with it");
        assertThat(RedoLog.of(other)).isNotEmptyDirectory();
    }
}
