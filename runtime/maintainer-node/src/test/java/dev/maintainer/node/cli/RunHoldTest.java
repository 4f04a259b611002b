package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.whatif.SnapshotFile;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunHoldTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final CompletableFuture<Integer> holding = new CompletableFuture<>();

    /** Says when the cluster is held up. */
    private final StringWriter printed = new StringWriter() {
        @Override
        public void flush() {
            if (toString().contains("stays up")) {
                holding.complete(0);
            }
        }
    };

    private Path admin() {
        return temporary.resolve("admin");
    }

    private Path log() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int table = 0; table < 5; table++) {
            lines.add("{\"commitTs\":" + (10 + table) + ",\"ddl\":\"CREATE_TABLE\",\"schema\":\"shop\",\"table\":\"t"
                    + table + "\"}");
        }
        for (int i = 0; i < 40; i++) {
            lines.add("{\"commitTs\":" + (20 + i) + ",\"op\":\"I\",\"schema\":\"shop\",\"table\":\"t" + i % 5
                    + "\",\"key\":\"k" + i + "\",\"row\":{\"v\":1}}");
        }
        return Files.writeString(temporary.resolve("log.ndjson"), String.join("\n", lines) + "\n");
    }

    private static int execute(StringWriter out, String... arguments) {
        return Console.execute(out, arguments);
    }

    private int run(StringWriter out, String sink, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "run",
                "--changelog",
                log().toString(),
                "--sink",
                temporary.resolve(sink).toString(),
                "--admin-dir",
                admin().toString()));
        arguments.addAll(List.of(more));
        return execute(out, arguments.toArray(String[]::new));
    }

    private String ctl(String... arguments) {
        StringWriter out = new StringWriter();
        List<String> all = new ArrayList<>(List.of("ctl", "--admin-dir", admin().toString()));
        all.addAll(List.of(arguments));
        assertThat(execute(out, all.toArray(String[]::new))).as(out.toString()).isZero();
        return out.toString();
    }

    @Test
    @DisplayName("run --hold: looked at, asked for changes, and ended with ctl stop; the sink is right")
    void hold() throws IOException, InterruptedException, ExecutionException, TimeoutException {
        CompletableFuture<Integer> run = CompletableFuture.supplyAsync(() -> {
            try {
                return run(printed, "sink", "--hold");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        CompletableFuture.anyOf(holding, run).get(60, TimeUnit.SECONDS);
        assertThat(run).as(printed.toString()).isNotDone();

        assertThat(ctl("changefeeds")).contains("changelog", "RUNNING", "balance HEALTHY");
        assertThat(ctl("nodes").lines()).hasSize(4);
        assertThat(ctl("spans")).contains("shop.t4", "5 of 5 spans");
        assertThat(ctl("explain", "shop.t3")).contains("it runs on");
        assertThat(ctl("why-not", "shop.t3", "n1")).containsPattern("is (not )?on n1:");
        assertThat(ctl("blame")).contains("held by");
        assertThat(ctl("scheduler", "set", "basic")).contains("'basic' plans instead of 'balance'");
        assertThat(ctl("plan", "--scheduler", "balance")).contains("plan 1 of balance");
        assertThat(ctl("apply", "1")).contains("plan 1 applied");
        Path snapshot = temporary.resolve("snapshot.json");
        ctl("snapshot", "-o", snapshot.toString());
        assertThat(SnapshotFile.read(snapshot).spans()).hasSize(5);

        StringWriter second = new StringWriter();
        assertThat(run(second, "other", "--hold")).isEqualTo(2);
        assertThat(second.toString()).contains("another node keeps its admin interface there");

        assertThat(ctl("stop")).contains("stops");
        assertThat(run.get(60, TimeUnit.SECONDS)).as(printed.toString()).isZero();
        assertThat(printed.toString()).contains("equals the log");
        assertThat(admin().resolve("admin.json")).doesNotExist();
        assertThat(admin().resolve("token")).doesNotExist();
        assertThat(Files.readAllLines(admin().resolve("audit.log"))).hasSize(4);
    }

    @Test
    @DisplayName("without --hold the interface is open during the run alone")
    void withoutHold() throws IOException {
        StringWriter out = new StringWriter();
        assertThat(run(out, "sink")).as(out.toString()).isZero();
        assertThat(out.toString()).contains("admin interface on port");
        assertThat(admin().resolve("admin.json")).doesNotExist();
        assertThat(admin().resolve("token")).doesNotExist();
    }

    @Test
    @DisplayName("options of the admin interface that cannot be used are status 2")
    void options() throws IOException {
        StringWriter out = new StringWriter();
        assertThat(execute(out, "run", "--admin-port", "7000")).isEqualTo(2);
        assertThat(out.toString()).contains("--admin-port needs --hold or --admin-dir");
        assertThat(run(out, "sink", "--admin-port", "70000")).isEqualTo(2);
        assertThat(temporary.resolve("sink")).doesNotExist();
    }
}
