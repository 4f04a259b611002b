package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A finished sink is there, or its finished successor, wherever a crash comes. */
class SinkReplacementTest {
    private static final List<String> OLD = List.of("tables", "metadata", "segments", "redo");
    private static final List<String> NEW = List.of("tables", "metadata", "epochs", "segments");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private Path home() {
        return temporary.resolve("sink");
    }

    private static void fill(Path directory, List<String> parts, String content) throws IOException {
        for (String part : parts) {
            Files.createDirectories(directory.resolve(part).resolve("s"));
            Files.writeString(directory.resolve(part).resolve("s/t.ndjson"), content);
        }
    }

    private SinkDirectory finishedWithSuccessor() throws IOException {
        SinkDirectory home = SinkDirectory.claim(home(), "digest");
        fill(home(), OLD, "{\"key\":\"old\",\"row\":{}}\n");
        try (SinkDirectory next = home.claimSuccessor("digest")) {
            fill(next.path(), NEW, "{\"key\":\"new\",\"row\":{}}\n");
        }
        return home;
    }

    private static String rows(Path sink) {
        FinishedTables tables = FinishedTables.of(SinkDirectory.of(sink));
        List<String> keys = new ArrayList<>();
        tables.names().forEach(name -> keys.addAll(tables.rows(name).keySet()));
        return String.join(" ", keys);
    }

    @Test
    @DisplayName("a successor that is not complete changes nothing, also for whoever claims the sink next")
    void unfinished() throws IOException {
        finishedWithSuccessor().close();
        assertThat(rows(home())).isEqualTo("old");
        try (SinkDirectory again = SinkDirectory.claim(home(), "digest")) {
            assertThat(again.isFinished()).isTrue();
            assertThat(rows(home())).isEqualTo("old");
        }
    }

    @Test
    @DisplayName("a complete successor takes the place of all of the old one")
    void replaces() throws IOException {
        try (SinkDirectory home = finishedWithSuccessor();
                SinkDirectory next = home.claimSuccessor("digest")) {
            home.replaceWith(next);
        }
        assertThat(rows(home())).isEqualTo("new");
        try (var left = Files.list(home())) {
            assertThat(left.map(each -> each.getFileName().toString()))
                    .containsExactlyInAnyOrder("tables", "metadata", "epochs", "segments", ".maintainer-sink");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName(
            "a crash after any step of the replacement leaves the new sink readable, and the next claim completes it")
    void crashes(int steps) throws IOException {
        finishedWithSuccessor().close();
        Path next = home().resolve("next");
        Files.writeString(next.resolve(".complete"), String.join("\n", NEW) + "\n");
        Path outdated = Files.createDirectories(home().resolve(".outdated"));
        int done = 0;
        for (String part : SinkDirectory.PARTS) {
            if (done < steps && Files.exists(home().resolve(part))) {
                Files.move(home().resolve(part), outdated.resolve(part));
                done++;
            }
            if (done < steps && Files.exists(next.resolve(part))) {
                Files.move(next.resolve(part), home().resolve(part));
                done++;
            }
        }
        assertThat(done).isEqualTo(steps);

        assertThat(rows(home())).isEqualTo("new");
        SinkDirectory.claim(home(), "digest").close();

        assertThat(rows(home())).isEqualTo("new");
        assertThat(next).doesNotExist();
        assertThat(outdated).doesNotExist();
        for (String part : NEW) {
            assertThat(home().resolve(part).resolve("s/t.ndjson")).content().contains("new");
        }
        assertThat(home().resolve("redo")).doesNotExist();
    }

    @Test
    @DisplayName("a finished sink of another log is refused as it is")
    void otherLog() throws IOException {
        finishedWithSuccessor().close();
        assertThatThrownBy(() -> SinkDirectory.claim(home(), "other")).isInstanceOf(MaintainerException.class);
        assertThat(rows(home())).isEqualTo("old");
    }

    @Test
    @DisplayName("a claim that is released leaves no trace, with all directories that it has made")
    void release() {
        SinkDirectory.claim(temporary.resolve("a/b/sink"), "digest").release();
        assertThat(temporary.resolve("a")).doesNotExist();
    }
}
