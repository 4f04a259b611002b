package dev.maintainer.connector.files.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The directory of this machine does what claims need. */
class MountedFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path root;

    @SuppressWarnings("NullAway.Init")
    private MountedFiles files;

    @BeforeEach
    void open() throws IOException {
        files = MountedFiles.writable(root, "scratch");
        files.makeDirectory("scratch");
        files.makeDirectory("d");
    }

    @Test
    @Timeout(30)
    @DisplayName("What is no file is refused, and not waited for")
    void pipe() throws Exception {
        Process mkfifo = new ProcessBuilder("mkfifo", root.resolve("d/1").toString()).start();
        assumeThat(mkfifo.waitFor()).isZero();
        assertThatThrownBy(() -> files.measure("d/1"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("it is no file");
        assertThatThrownBy(() -> files.read("d/1")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> files.read("d"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("remove it");
    }

    @Test
    @DisplayName("of many links of one name one wins, with its content, and nothing is left beside it")
    void oneWins() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (int round = 0; round < 50; round++) {
                String name = "d/" + round;
                List<Future<Boolean>> results = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    String content = "by " + i;
                    results.add(threads.submit(() -> files.link(name, content, false)));
                }
                int winner = -1;
                for (int i = 0; i < results.size(); i++) {
                    if (results.get(i).get()) {
                        assertThat(winner).isNegative();
                        winner = i;
                    }
                }
                assertThat(files.read(name)).isEqualTo("by " + winner);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(files.list("scratch")).isEmpty();
        assertThat(root.resolve("scratch")).isEmptyDirectory();
        assertThat(files.list("d")).hasSize(50);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("a fresh listing has all names but its own, and says if there is no such directory")
    void fresh(boolean local) throws IOException {
        MountedFiles looking = new MountedFiles(root, "scratch", local);
        looking.link("d/a", "x", false);
        assertThat(looking.listFresh("d")).containsExactly("a");
        assertThat(looking.listFresh("scratch")).isEmpty();
        assertThatThrownBy(() -> looking.listFresh("none")).isInstanceOf(NoSuchFileException.class);
        assertThat(looking.list("none")).isEmpty();
        looking.remove("scratch");
        assertThatThrownBy(() -> looking.listFresh("scratch")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    @DisplayName("whole lines are measured, however long they are, and not what follows them")
    void measured() throws IOException {
        String lines = "a\n" + "b".repeat(200_000) + "\nc\n";
        Files.writeString(root.resolve("d/log"), lines + "d".repeat(150_000));
        CRC32C checksum = new CRC32C();
        checksum.update(lines.getBytes(StandardCharsets.UTF_8));
        assertThat(files.measure("d/log")).isEqualTo(new Extent(lines.length(), checksum.getValue()));
        assertThat(files.measure("d/none")).isEqualTo(Extent.NONE);
        Files.writeString(root.resolve("d/torn"), "x");
        assertThat(files.measure("d/torn")).isEqualTo(Extent.NONE);
    }

    @Test
    @DisplayName("a directory is tried before it is used; one that cannot be written is refused by its name")
    void tried() throws IOException {
        assertThatCode(files::check).doesNotThrowAnyException();
        Files.writeString(root.resolve("file"), "");
        MountedFiles unusable = MountedFiles.writable(root, "file");
        assertThatThrownBy(unusable::check)
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(root.toString());
    }
}
