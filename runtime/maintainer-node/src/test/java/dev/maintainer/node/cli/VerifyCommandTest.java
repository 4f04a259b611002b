package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class VerifyCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final StringWriter printed = new StringWriter();

    private int verify(String expected) throws IOException {
        Path file = temporary.resolve("expected.tsv");
        Files.writeString(file, expected);
        return execute("verify", "--sink", temporary.resolve("sink").toString(), "--expected", file.toString());
    }

    private int execute(String... arguments) {
        CommandLine command = MaintainerCommand.commandLine();
        command.setOut(new PrintWriter(printed, true));
        command.setErr(new PrintWriter(printed, true));
        return command.execute(arguments);
    }

    private void table(String path, String content) throws IOException {
        Path file = temporary.resolve("sink/tables").resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Test
    @DisplayName("an equal sink gives 0 and a count")
    void equal() throws IOException {
        table("s/t.ndjson", "{\"key\":\"a/b\",\"row\":{\"blob\":\"1\",\"mode\":\"2\"}}\n");
        table("s/empty.ndjson", "");
        assertThat(verify("s\tt\ta/b\t1\t2\n")).isZero();
        assertThat(printed.toString()).contains("1 rows, all as expected");
    }

    @Test
    @DisplayName("a missing, a changed and an unexpected row give 1 and are shown")
    void different() throws IOException {
        table("s/t.ndjson", """
                {"key":"a","row":{"blob":"1","mode":"2"}}
                {"key":"x","row":{"blob":"1","mode":"2"}}
                """);
        assertThat(verify("s\tt\ta\t9\t2\ns\tt\tb\t1\t2\n")).isEqualTo(1);
        assertThat(printed.toString())
                .contains("3 differences")
                .contains("s.t 'a': expected")
                .contains("s.t 'b'")
                .contains("missing")
                .contains("s.t 'x': not expected");
    }

    @Test
    @DisplayName("an unfinished sink, a bad expectation and an unknown option give 2")
    void unusable() throws IOException {
        assertThat(verify("s\tt\ta\t1\t2\n")).isEqualTo(2);
        assertThat(printed.toString()).contains("no finished tables");
        assertThat(verify("s\tt\ta\n")).isEqualTo(2);
        assertThat(printed.toString()).contains("expected.tsv:1: expected 5 fields");
        assertThat(execute("verify", "--nonsense")).isEqualTo(2);
        assertThat(execute()).isEqualTo(2);
    }
}
