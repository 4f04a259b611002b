package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.runtime.process.OutOfMemory;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FullHeapTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    /** In a process of its own, with a heap that is too small for the log. */
    private String run(int megabytes, Path log) throws IOException, InterruptedException {
        Path output = temporary.resolve("output");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + megabytes + "m",
                "-XX:+UseSerialGC",
                "-cp",
                classPath(),
                "dev.maintainer.node.cli.MaintainerCommand",
                "run",
                "--changelog",
                log.toString(),
                "--sink",
                temporary.resolve("sink").toString()));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        return process.exitValue() + "\n" + Files.readString(output);
    }

    private static String classPath() {
        return Stream.of("jdk.module.path", "java.class.path", "surefire.real.class.path")
                .map(System::getProperty)
                .filter(Objects::nonNull)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private Path log(int tables, int width) throws IOException {
        Path log = temporary.resolve("log.ndjson");
        try (BufferedWriter out = Files.newBufferedWriter(log)) {
            for (int i = 0; i < tables; i++) {
                out.write("{\"commitTs\":" + (10 + 2 * i) + ",\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"t"
                        + i
                        + "\"}\n{\"commitTs\":" + (11 + 2 * i) + ",\"op\":\"I\",\"schema\":\"s\",\"table\":\"t" + i
                        + "\",\"key\":\"k\",\"row\":{\"v\":\"" + "x".repeat(width) + "\"}}\n");
            }
        }
        return log;
    }

    @Test
    @DisplayName("a log that does not fit ends the process with one line and status 3")
    void whileReading() throws IOException, InterruptedException {
        String ended = run(24, log(4_000, 10_000));
        assertThat(ended).startsWith(OutOfMemory.STATUS + "\n").contains("maintainer: out of memory: the heap of ");
        assertThat(ended.lines().filter(line -> !line.startsWith("["))).hasSize(2);
    }

    @Test
    @DisplayName("a process that has not asked for it goes on")
    void notAsked() {
        OutOfMemory.check(new OutOfMemoryError());
        OutOfMemory.check(null);
    }
}
