package dev.maintainer.api.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileProblemTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private interface Access {
        void run() throws IOException;
    }

    private static IOException failure(Access access) {
        try {
            access.run();
        } catch (IOException e) {
            return e;
        }
        throw new AssertionError("it was possible");
    }

    @Test
    @DisplayName("problems in words that need no Java, without the path that the sentence has already")
    void words() {
        Path none = temporary.resolve("none");
        assertThat(FileProblem.of(failure(() -> Files.readString(none)))).isEqualTo("there is no such file");
        assertThat(FileProblem.of(failure(() -> new FileInputStream(none.toFile()).close())))
                .isEqualTo("No such file or directory");
        assertThat(FileProblem.of(failure(() -> Files.readString(temporary)))).isEqualTo("Is a directory");
        assertThat(FileProblem.of(failure(() -> Files.createDirectory(temporary))))
                .isEqualTo("it exists already");
        Path text = temporary.resolve("text");
        assertThat(FileProblem.of(failure(() -> {
                    Files.write(text, new byte[] {(byte) 0xff});
                    Files.readString(text);
                })))
                .isEqualTo("it is not UTF-8");
        assertThat(FileProblem.of(new IOException())).isEqualTo("IOException");
    }

    @Test
    @DisplayName("where a file cannot be written because its directory is missing, that is named")
    void missingDirectory() {
        Path file = temporary.resolve("none/report.json");
        IOException missing = failure(() -> Files.writeString(file.resolveSibling("other.tmp"), ""));
        assertThat(FileProblem.ofWriting(file, missing))
                .isEqualTo("there is no directory " + temporary.resolve("none"));
    }
}
