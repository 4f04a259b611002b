package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the script {@code maintainer} says where nothing can be built. */
class LauncherTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    /** In a source tree that was never built; returns the status and all that was said. */
    private String launch(Path tree) throws IOException, InterruptedException {
        Files.createDirectories(tree);
        Files.copy(MavenBuild.root().resolve("maintainer"), tree.resolve("maintainer"));
        Process process;
        try {
            process = new ProcessBuilder("bash", tree.resolve("maintainer").toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "the script needs bash");
            return "";
        }
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return process.waitFor() + " " + said.strip();
    }

    @Test
    @DisplayName("a path with a colon is refused before anything is built: a class path cannot have it")
    void colon() throws IOException, InterruptedException {
        Path tree = temporary.resolve("a:b");
        assertThat(launch(tree)).startsWith("2 maintainer: the path ").contains("a:b has a colon");
        assertThat(tree.resolve("target")).doesNotExist();
    }

    @Test
    @DisplayName("a tree that was not built and cannot be written is one line, without what the shell thinks of it")
    void notWritable() throws IOException, InterruptedException {
        Path tree = Files.createDirectories(temporary.resolve("tree"));
        // No directory can be made where a file is, whoever runs this.
        Files.writeString(tree.resolve("target"), "");
        assertThat(launch(tree))
                .startsWith("2 maintainer: not built yet, and ")
                .contains("cannot be written")
                .hasLineCount(1);
    }
}
