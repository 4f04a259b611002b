package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.files.DurableFiles;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is refused has touched nothing: neither what is there, nor is anything there that was not. */
class RefusedRunTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final StringWriter printed = new StringWriter();

    @SuppressWarnings("NullAway.Init")
    private Path log;

    @BeforeEach
    void writeLog() throws IOException {
        log = Files.writeString(temporary.resolve("log.ndjson"), """
                {"commitTs":10,"ddl":"CREATE_TABLE","schema":"s","table":"t"}
                {"commitTs":20,"op":"I","schema":"s","table":"t","key":"k","row":{"v":1}}
                """);
    }

    private int run(String... more) {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--changelog",
                log.toString(),
                "--sink",
                temporary.resolve("sink").toString(),
                "--kill-nodes",
                "0"));
        arguments.addAll(List.of(more));
        return Console.execute(printed, arguments.toArray(String[]::new));
    }

    /** Every file and directory, with its content. */
    private SortedMap<String, String> everything() throws IOException {
        SortedMap<String, String> all = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(temporary)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                all.put(
                        path.toString(),
                        Files.isRegularFile(path) ? Files.readString(path, StandardCharsets.ISO_8859_1) : "");
            }
        }
        return all;
    }

    private void refusals() throws IOException {
        Path report = Files.writeString(temporary.resolve("report.json"), "of an earlier run");
        Path foreign = Files.createDirectories(temporary.resolve("foreign"));
        Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path journals = Files.createDirectories(temporary.resolve("journals"));
        Files.writeString(journals.resolve("n1.journal"), "of an earlier run");
        Path bad = Files.writeString(temporary.resolve("bad.ndjson"), "{\"commitTs\":10,");
        Path other = Files.writeString(
                temporary.resolve("other.ndjson"),
                "{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"u\"}\n");
        Path admin = temporary.resolve("admin");
        Path journal = temporary.resolve("journal");
        SortedMap<String, String> before = everything();
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = String.valueOf(taken.getLocalPort());
            List<String[]> refused = new ArrayList<>(List.of(
                    new String[] {"--admin-dir", foreign.toString()},
                    new String[] {"--admin-dir", admin.toString(), "--admin-port", port, "--journal", journal.toString()
                    },
                    new String[] {"--journal", journals.toString(), "--admin-dir", admin.toString()},
                    new String[] {"--report", foreign.toString()},
                    new String[] {"--report", temporary.resolve("none/report").toString()},
                    new String[] {"--report", temporary.resolve("r".repeat(300)).toString()},
                    new String[] {"--scheduler", "nobody", "--journal", journal.toString()},
                    new String[] {"--nodes", "65"},
                    new String[] {"--changelog", bad.toString()}));
            if (Files.exists(temporary.resolve("sink"))) {
                refused.add(new String[] {"--changelog", other.toString(), "--admin-dir", admin.toString()});
            }
            for (String[] options : refused) {
                List<String> all = new ArrayList<>(List.of(options));
                if (!all.contains("--report")) {
                    all.addAll(List.of("--report", report.toString()));
                }
                assertThat(run(all.toArray(String[]::new)))
                        .as(String.join(" ", options) + "\n" + printed)
                        .isEqualTo(2);
                assertThat(everything()).as(String.join(" ", options)).isEqualTo(before);
            }
        }
    }

    @Test
    @DisplayName("where nothing was")
    void fresh() throws IOException {
        refusals();
        assertThat(temporary.resolve("sink")).doesNotExist();
        assertThat(run()).isZero();
    }

    @Test
    @DisplayName("where a finished sink is, which the next run that is not refused replaces")
    void finished() throws IOException {
        assertThat(run()).as(printed.toString()).isZero();
        refusals();
        assertThat(run()).as(printed.toString()).isZero();
        assertThat(temporary.resolve("sink/tables/s/t.ndjson")).isNotEmptyFile();
        assertThat(temporary.resolve("sink/next")).doesNotExist();
    }

    @Test
    @DisplayName("where a finished sink with a redo log is, which goes only if somebody says so")
    void finishedWithRedo() throws IOException {
        assertThat(run("--redo")).as(printed.toString()).isZero();
        refusals();
        SortedMap<String, String> before = everything();
        assertThat(run()).isEqualTo(2);
        Path redo = temporary.resolve("sink/redo");
        assertThat(printed.toString())
                .contains("was made with a redo log, which would go with it; go on with --redo, or remove " + redo);
        assertThat(everything()).isEqualTo(before);

        assertThat(run("--redo")).as(printed.toString()).isZero();
        assertThat(redo).isNotEmptyDirectory();
        DurableFiles.deleteTree(redo);
        assertThat(run()).as(printed.toString()).isZero();
        assertThat(redo).doesNotExist();
    }
}
