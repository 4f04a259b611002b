package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.connector.files.DurableFiles;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.replication.json.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RunCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final StringWriter printed = new StringWriter();

    private Path sink() {
        return temporary.resolve("sink");
    }

    private Path log(String... lines) throws IOException {
        return Files.writeString(temporary.resolve("log.ndjson"), String.join("\n", lines) + "\n");
    }

    /** Names that are no file names, and keys that are no ASCII. */
    private Path oddLog() throws IOException {
        List<String> lines = new ArrayList<>();
        lines.add("{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"..\",\"table\":\"a/b\"}");
        for (int i = 0; i < 40; i++) {
            lines.add("{\"commitTs\":" + (20 + i)
                    + ",\"op\":\"I\",\"schema\":\"..\",\"table\":\"a/b\",\"key\":\"k\\\"ü\uD83D\uDE00" + i
                    + "\",\"row\":{\"v\":\"\\\"é\\n\"}}");
        }
        return log(lines.toArray(String[]::new));
    }

    private int run(Path changelog, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("run", "--changelog", changelog.toString(), "--sink", sink().toString()));
        arguments.addAll(List.of(more));
        return execute(arguments.toArray(String[]::new));
    }

    private int execute(String... arguments) {
        return Console.execute(printed, arguments);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5", "many", ""})
    @DisplayName("a weight that is no whole number from 0 on is refused before anything else, with node and value")
    void badWeights(String weight) throws IOException {
        int status = run(oddLog(), "--label", "n2:weight=" + weight);

        assertThat(status).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("node n2 has the weight '" + weight + "'");
        assertThat(sink()).doesNotExist();
    }

    @Test
    @DisplayName("a node of weight 0 gets no table")
    void weightZero() throws IOException {
        Path report = temporary.resolve("report.json");

        assertThat(run(oddLog(), "--nodes", "2", "--label", "n1:weight=0", "--report", report.toString()))
                .as(printed.toString())
                .isZero();
        JsonNode wrote = StrictJson.MAPPER
                .readTree(Files.readString(report))
                .path("division")
                .path("nodes");
        assertThat(wrote.path("n1").path("rows").longValue()).isZero();
        assertThat(wrote.path("n2").path("rows").longValue()).isEqualTo(40);
    }

    @Test
    @DisplayName("the report for programs has every documented field, and a run with odd names ends with status 0")
    void report() throws IOException {
        Path report = temporary.resolve("report.json");
        assertThat(run(oddLog(), "--handoffs", "1", "--join-nodes", "1", "--seed", "7", "--report", report.toString()))
                .as(printed.toString())
                .isZero();
        JsonNode json = StrictJson.MAPPER.readTree(Files.readString(report));
        assertThat(json.path("format").intValue()).isEqualTo(1);
        assertThat(json.path("good").booleanValue()).isTrue();
        assertThat(json.path("equal").booleanValue()).isTrue();
        assertThat(json.path("seed").longValue()).isEqualTo(7);
        assertThat(json.path("scheduler").textValue()).isEqualTo("balance");
        assertThat(json.path("nodes").intValue()).isEqualTo(3);
        assertThat(json.path("millis").longValue()).isPositive();
        assertThat(json.path("events").intValue()).isEqualTo(41);
        assertThat(json.path("tables").intValue()).isEqualTo(1);
        assertThat(json.path("rows").intValue()).isEqualTo(40);
        assertThat(json.path("rowsApplied").intValue()).isEqualTo(40);
        assertThat(json.path("rowsAppliedAgain").isIntegralNumber()).isTrue();
        assertThat(json.path("checkpointTs").longValue()).isGreaterThanOrEqualTo(59);
        assertThat(json.path("killed")).isEmpty();
        assertThat(json.path("joined").path(0).textValue()).isEqualTo("n4");
        assertThat(json.path("differences").path("count").intValue()).isZero();
        assertThat(json.path("differences").path("first").isArray()).isTrue();
        JsonNode handoff = json.path("handoffs").path(0);
        List<String> fields = new ArrayList<>();
        handoff.fieldNames().forEachRemaining(fields::add);
        assertThat(fields)
                .containsExactly(
                        "from",
                        "to",
                        "oldEpoch",
                        "newEpoch",
                        "millis",
                        "frozenOperators",
                        "checkpoint",
                        "commandsAfterQuiesce",
                        "staleRefused",
                        "rowsAppliedAgain",
                        "clean");
        assertThat(handoff.path("clean").booleanValue()).isTrue();
        assertThat(handoff.path("newEpoch").longValue())
                .isGreaterThan(handoff.path("oldEpoch").longValue());
        assertThat(handoff.path("millis").path("total").isIntegralNumber()).isTrue();
        assertThat(printed.toString())
                .contains("node n4 joins")
                .contains("maintainer handed over from")
                .contains("equals the log");
        assertThat(sink().resolve("tables/%2E%2E/a%2Fb.ndjson")).isNotEmptyFile();
    }

    @Test
    @DisplayName(
            "names as long as databases allow, and such that differ in case only, are files that the index and verify find")
    void longNames() throws IOException {
        List<String> names = List.of("顧".repeat(28), "顧".repeat(64), "t".repeat(249), "Orders", "orders", "con");
        List<String> lines = new ArrayList<>();
        List<String> expected = new ArrayList<>();
        int ts = 10;
        for (String schema : List.of("S", "s", "顧".repeat(64), "INDEX.ndjson")) {
            for (String table : names) {
                lines.add("{\"commitTs\":" + ts++ + ",\"ddl\":\"CREATE_TABLE\",\"schema\":\"" + schema
                        + "\",\"table\":\"" + table + "\"}");
                lines.add("{\"commitTs\":" + ts++ + ",\"op\":\"I\",\"schema\":\"" + schema + "\",\"table\":\"" + table
                        + "\",\"key\":\"k\",\"row\":{\"blob\":\"" + ts + "\",\"mode\":\"m\"}}");
                expected.add(schema + "\t" + table + "\tk\t" + ts + "\tm");
            }
        }
        assertThat(run(log(lines.toArray(String[]::new)), "--redo"))
                .as(printed.toString())
                .isZero();
        Path file = Files.writeString(temporary.resolve("expected.tsv"), String.join("\n", expected) + "\n");
        assertThat(execute("verify", "--sink", sink().toString(), "--expected", file.toString()))
                .as(printed.toString())
                .isZero();
        assertThat(sink().resolve("tables/INDEX.ndjson")).content().contains("顧".repeat(64));
        assertThat(sink().resolve("tables/S/Orders.ndjson")).isNotEmptyFile();
        Path restored = temporary.resolve("restored");
        assertThat(execute("restore", "--redo", sink().resolve("redo").toString(), "--sink", restored.toString()))
                .as(printed.toString())
                .isZero();
        assertThat(execute("verify", "--sink", restored.toString(), "--expected", file.toString()))
                .as(printed.toString())
                .isZero();
        assertThat(execute(
                        "restore",
                        "--redo",
                        sink().resolve("redo").toString(),
                        "--at",
                        String.valueOf(Long.MAX_VALUE),
                        "--sink",
                        restored.toString()))
                .isEqualTo(2);
        assertThat(printed.toString()).contains("is complete up to ");
    }

    @Test
    @DisplayName("a bad line is status 2 with file and line, and the sink is not touched")
    void badLog() throws IOException {
        Path bad = log("{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"t\"}", "{\"commitTs\":");
        assertThat(run(bad)).isEqualTo(2);
        assertThat(printed.toString()).contains("log.ndjson:2:");
        assertThat(sink()).doesNotExist();
    }

    @Test
    @DisplayName("options that cannot be used are status 2, and nothing is touched")
    void badOptions() throws IOException {
        assertThat(run(oddLog(), "--nodes", "1", "--handoffs", "1")).isEqualTo(2);
        assertThat(printed.toString()).contains("needs a second node");
        assertThat(run(oddLog(), "--scheduler", "nobody")).isEqualTo(2);
        assertThat(run(oddLog(), "--nonsense")).isEqualTo(2);
        assertThat(run(oddLog(), "--report", temporary.toString())).isEqualTo(2);
        assertThat(run(oddLog(), "--report", temporary.resolve("no/report").toString()))
                .isEqualTo(2);
        assertThat(execute("run", "--changelog", oddLog().toString())).isEqualTo(2);
        assertThat(execute()).isEqualTo(2);
        assertThat(sink()).doesNotExist();
    }

    @Test
    @DisplayName("plug-ins and settings that cannot be used are status 2, and nothing is touched")
    void refusesSchedulersAndSettings() throws IOException {
        Path log = oddLog();
        Path plugins = Files.createDirectory(temporary.resolve("plugins"));
        Files.writeString(plugins.resolve("spread.jar"), "no jar");
        assertThat(run(log, "--plugins", plugins.toString())).isEqualTo(2);
        assertThat(run(log, "--plugins", temporary.resolve("none").toString())).isEqualTo(2);
        assertThat(run(log, "--scheduler-config", "bach-size=3")).isEqualTo(2);
        assertThat(run(log, "--scheduler-config", "batch-size=0")).isEqualTo(2);
        assertThat(run(log, "--scheduler-config", "batch-size")).isEqualTo(2);
        assertThat(run(log, "--scheduler-config", "batch-size=1", "--scheduler-config", "batch-size=2"))
                .isEqualTo(2);
        assertThat(run(log, "--scheduler", "balanc")).isEqualTo(2);
        assertThat(run(log, "--split-threshold", "0")).isEqualTo(2);
        assertThat(run(log, "--split-threshold", "5", "--scheduler", "basic")).isEqualTo(2);
        assertThat(printed.toString())
                .contains(
                        "spread.jar: it is no zip file",
                        "none does not exist",
                        "'balance' has no key 'bach-size', did you mean 'batch-size'?",
                        "'0'",
                        "'batch-size' must look like KEY=VALUE",
                        "sets 'batch-size' twice",
                        "--split-threshold 0 must be 1 or more",
                        "needs the planner balance-splits, and --scheduler names basic",
                        "did you mean 'balance'?");
        assertThat(sink()).doesNotExist();
        assertThat(run(log, "--scheduler-config", "batch-size=3")).isZero();
    }

    @Test
    @DisplayName("one node is enough for a run without handoffs")
    void oneNode() throws IOException {
        assertThat(run(oddLog(), "--nodes", "1")).as(printed.toString()).isZero();
    }

    @Test
    @DisplayName(
            "a run with sync points leaves a snapshot at each, over handoffs and a death, and verify finds them right")
    void syncPoints() throws IOException {
        List<String> lines = new ArrayList<>();
        for (int table = 0; table < 4; table++) {
            lines.add("{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"t" + table + "\"}");
        }
        for (int i = 0; i < 400; i++) {
            if (i == 200) {
                lines.add(
                        "{\"commitTs\":" + (20 + i / 3) + ",\"ddl\":\"DROP_TABLE\",\"schema\":\"s\",\"table\":\"t3\"}");
            }
            lines.add("{\"commitTs\":" + (20 + i / 3) + ",\"op\":\"U\",\"schema\":\"s\",\"table\":\"t"
                    + (i < 200 ? i % 4 : i % 3) + "\",\"key\":\"k" + i % 7 + "\",\"row\":{\"v\":" + i + "}}");
        }
        Path log = log(lines.toArray(String[]::new));

        assertThat(run(log, "--syncpoint-interval", "50", "--handoffs", "2", "--kill-nodes", "1"))
                .as(printed.toString())
                .isZero();
        assertThat(execute("verify", "--changelog", log.toString(), "--sink", sink().toString(), "--snapshots"))
                .as(printed.toString())
                .isZero();
        assertThat(printed.toString())
                .contains("8 snapshots with ")
                .contains("block events: 1 DDLs, 8 sync points; rows waited median ");

        assertThat(run(log, "--source-set", "syncpoint-interval=400"))
                .as(printed.toString())
                .isZero();
        try (var left = Files.list(sink().resolve("snapshots"))) {
            assertThat(left)
                    .as("those of the sink that was replaced are gone")
                    .containsExactly(sink().resolve("snapshots/153"));
        }
    }

    @Test
    @DisplayName("a distance of sync points that is none, or is given twice, is status 2, and nothing is touched")
    void badSyncPoints() throws IOException {
        assertThat(run(oddLog(), "--syncpoint-interval", "0")).isEqualTo(2);
        assertThat(run(oddLog(), "--syncpoint-interval", "-5")).isEqualTo(2);
        assertThat(run(oddLog(), "--syncpoint-interval", "x")).isEqualTo(2);
        assertThat(run(oddLog(), "--source-set", "syncpoint-interval=0")).isEqualTo(2);
        assertThat(run(oddLog(), "--syncpoint-interval", "5", "--source-set", "syncpoint-interval=5"))
                .isEqualTo(2);
        assertThat(printed.toString())
                .contains(
                        "--syncpoint-interval 0 must be 1 or more",
                        "--syncpoint-interval -5 must be 1 or more",
                        "'x' is not a whole number",
                        "must be a number of rows, 1 or more, and is '0'",
                        "--syncpoint-interval ROWS is short for --source-set syncpoint-interval=ROWS; use one of them");
        assertThat(sink()).doesNotExist();
    }

    @Test
    @DisplayName("a sink that another run uses is status 2; afterwards it can be used")
    void sinkInUse() throws IOException {
        assertThat(run(oddLog())).isZero();
        String marker = Files.readString(sink().resolve(".maintainer-sink"));
        String digest = StrictJson.MAPPER.readTree(marker).path("changelog").textValue();
        try (SinkDirectory claimed = SinkDirectory.claim(sink(), digest)) {
            assertThat(claimed.path()).isEqualTo(sink());
            assertThat(run(oddLog())).isEqualTo(2);
            assertThat(printed.toString()).contains("in use by another run");
        }
        assertThat(run(oddLog())).isZero();
    }

    @Test
    @DisplayName("metadata that cannot be read or written is status 2 and named")
    void metadata() throws IOException {
        // An unfinished run: no tables, so its metadata counts.
        assertThat(run(oddLog())).isZero();
        DurableFiles.deleteTree(sink().resolve("tables"));
        Path file = sink().resolve("metadata/changelog.changefeed");
        Files.writeString(file, "version=oops\n");
        assertThat(run(oddLog())).isEqualTo(2);
        assertThat(printed.toString()).contains(file.toString());
        DurableFiles.deleteTree(sink().resolve("metadata"));
        Files.writeString(sink().resolve("metadata"), "");
        assertThat(run(oddLog())).isEqualTo(2);
        assertThat(printed.toString()).contains("metadata at " + sink().resolve("metadata"));
        assertThat(sink().resolve("tables")).doesNotExist();
    }

    @Test
    @DisplayName("a sink whose metadata was deleted, as a message advises, is replicated from the beginning")
    void metadataDeleted() throws IOException {
        assertThat(run(oddLog(), "--handoffs", "2")).isZero();
        DurableFiles.deleteTree(sink().resolve("tables"));
        DurableFiles.deleteTree(sink().resolve("metadata"));
        assertThat(run(oddLog())).as(printed.toString()).isZero();
        assertThat(sink().resolve(".tables.outdated")).doesNotExist();
    }
}
