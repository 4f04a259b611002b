package dev.maintainer.seeded.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourcesTest {
    private static final Patch PATCH = new Patch("Gate", "if (open) {", "if (true) {");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path reactor;

    private void source(String module, String name, String body) throws IOException {
        Path file = reactor.resolve(module).resolve("src/main/java/dev").resolve(name + ".java");
        Files.createDirectories(file.getParent());
        Files.writeString(file, body);
    }

    private String found() {
        return new Sources(reactor).of(PATCH).className();
    }

    @Test
    @DisplayName("a class is found wherever it is, in whatever layout its source is written")
    void moved() throws IOException {
        source("core", "a/Gate", "class Gate { if  (open)\n {");
        assertThat(found()).isEqualTo("dev.a.Gate");
        Files.delete(reactor.resolve("core/src/main/java/dev/a/Gate.java"));
        source("runtime/other", "b/c/Gate", "class Gate { if (open) {");
        assertThat(found()).isEqualTo("dev.b.c.Gate");
    }

    @Test
    @DisplayName("of two classes with one name it is the one that says what is replaced")
    void namesakes() throws IOException {
        source("core", "a/Gate", "class Gate { if (open) {");
        source("core", "b/Gate", "class Gate { }");
        assertThat(found()).isEqualTo("dev.a.Gate");
    }

    @Test
    @DisplayName("a class that was renamed is found by what it says")
    void renamed() throws IOException {
        source("core", "a/Door", "class Door { if (open) {");
        assertThat(found()).isEqualTo("dev.a.Door");
    }

    @Test
    @DisplayName("what is not there exactly once is refused, and says where it would fit")
    void refused() throws IOException {
        source("core", "a/Gate", "class Gate { if (open) { if (open) {");
        source("core", "a/Door", "class Door { if (open) {");
        assertThatThrownBy(this::found)
                .hasMessageContaining("Gate has not exactly once: if (open) {")
                .hasMessageContaining("[dev.a.Door]");
    }
}
