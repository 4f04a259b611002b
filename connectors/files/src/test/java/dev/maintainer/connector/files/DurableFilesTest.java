package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableFilesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @Test
    @DisplayName("a file is there under another name as well, and stays when the first name goes")
    void link() throws IOException {
        Path file = Files.writeString(temporary.resolve("file"), "rows");
        Path other = temporary.resolve("other");
        DurableFiles.linkOrCopy(file, other);
        assertThat(Files.isSameFile(file, other)).isTrue();
        Files.delete(file);
        assertThat(other).hasContent("rows");
        assertThatThrownBy(() -> DurableFiles.linkOrCopy(file, temporary.resolve("third")))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    @DisplayName("where the file system has no links it is a copy")
    void copy() throws IOException {
        try (FileSystem archive =
                FileSystems.newFileSystem(temporary.resolve("archive.zip"), Map.of("create", "true"))) {
            Path file = Files.writeString(archive.getPath("file"), "rows");
            Path other = archive.getPath("other");
            DurableFiles.linkOrCopy(file, other);
            assertThat(Files.readString(other)).isEqualTo("rows");
        }
    }
}
