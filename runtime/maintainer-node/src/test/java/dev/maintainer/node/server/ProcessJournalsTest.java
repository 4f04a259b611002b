package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.journal.JournalDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessJournalsTest {
    @TempDir
    private Path directory;

    @Test
    @DisplayName("a node that starts again and again keeps the journals of its last processes, and not all")
    void bounded() throws IOException {
        for (int i = 1; i <= 12; i++) {
            JournalDirectory begun =
                    ProcessJournals.begin(directory, new NodeId("n1." + i), 1L << 20, "balance", "test");
            Files.writeString(begun.path().resolve("n1." + i + ".journal"), "what was recorded");
            Files.setLastModifiedTime(begun.path(), FileTime.fromMillis(1_000L * i));
        }

        try (Stream<Path> kept = Files.list(directory)) {
            assertThat(kept.map(each -> String.valueOf(each.getFileName())))
                    .containsExactlyInAnyOrder("n1.5", "n1.6", "n1.7", "n1.8", "n1.9", "n1.10", "n1.11", "n1.12");
        }
    }
}
