package dev.maintainer.demo.postgres.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** What takes minutes: {@code -Dmaintainer.large=true}. The figures are in the output. */
@EnabledIfSystemProperty(named = "maintainer.large", matches = "true")
class LargeTest {
    private static final long MOST_MINUTES = 15;

    @TempDir
    private Path directory;

    @Test
    @DisplayName("A transaction of a million rows goes through with 512 MiB of heap")
    void largeTransaction() throws Exception {
        assertThat(measure("--only", "large", "--runs", "1", "--warm-ups", "0")).contains("all in one transaction");
    }

    @Test
    @DisplayName("10,000 tables, of which 100 are busy, are replicated with 512 MiB of heap")
    void manyTables() throws Exception {
        assertThat(measure("--only", "tables")).contains("10000 tables, idle", "100 of them busy");
    }

    private String measure(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                SpeedCommand.class.getName()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean isOver = process.waitFor(MOST_MINUTES, TimeUnit.MINUTES);
        if (!isOver) {
            process.destroy();
        }
        String said = Files.readString(output);
        System.out.println(said);
        assertThat(isOver).as("over within " + MOST_MINUTES + " minutes").isTrue();
        assertThat(process.exitValue()).isZero();
        return said;
    }
}
