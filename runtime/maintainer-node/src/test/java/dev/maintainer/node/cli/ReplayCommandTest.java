package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.replication.json.StrictJson;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private StringWriter printed = new StringWriter();

    private Path journals() {
        return temporary.resolve("journals");
    }

    private int execute(String... arguments) {
        printed = new StringWriter();
        return Console.execute(printed, arguments);
    }

    private int run(String... more) throws IOException {
        StringBuilder log = new StringBuilder();
        for (int table = 0; table < 5; table++) {
            log.append("{\"commitTs\":" + (10 + table) + ",\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"t"
                    + table + "\"}\n");
        }
        for (int i = 0; i < 100; i++) {
            log.append("{\"commitTs\":" + (20 + i) + ",\"op\":\"I\",\"schema\":\"s\",\"table\":\"t" + i % 5
                    + "\",\"key\":\"k" + i + "\",\"row\":{}}\n");
        }
        Path file = Files.writeString(temporary.resolve("log.ndjson"), log);
        String[] first = {
            "run",
            "--changelog",
            file.toString(),
            "--sink",
            temporary.resolve("sink").toString(),
            "--journal",
            journals().toString()
        };
        String[] all = Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return execute(all);
    }

    @Test
    @DisplayName("a run with handoffs and a death replays to the identical stream, and its report knows the hashes")
    void runAndReplay() throws IOException {
        Path report = temporary.resolve("report.json");
        assertThat(run("--handoffs", "2", "--kill-nodes", "1", "--report", report.toString()))
                .as(printed.toString())
                .isZero();
        assertThat(printed.toString()).contains("journal " + journals() + ": 3 nodes, ");
        JsonNode told = StrictJson.MAPPER.readTree(Files.readString(report)).path("journals");
        assertThat(execute("replay", journals().toString(), "--json")).isZero();
        JsonNode json = StrictJson.MAPPER.readTree(printed.toString());
        assertThat(json.path("identical").booleanValue()).isTrue();
        for (int i = 0; i < 3; i++) {
            JsonNode journal = json.path("journals").path(i);
            assertThat(journal.path("node").textValue()).isEqualTo("n" + (i + 1));
            assertThat(journal.path("whole").booleanValue()).isTrue();
            assertThat(journal.path("hash")).isEqualTo(told.path(i).path("hash"));
            assertThat(journal.path("entries")).isEqualTo(told.path(i).path("entries"));
            assertThat(told.path(i).path("problem").isNull()).isTrue();
        }
        assertThat(execute("replay", journals().toString(), "--explain", "--last", "2"))
                .isZero();
        assertThat(printed.toString()).contains("identical: 3 journals, ").contains("n2 #");
        assertThat(execute("replay", journals().toString(), "--until", "+0.5", "--changefeed", "changelog"))
                .isZero();
        assertThat(printed.toString()).contains("from coordinator").contains("add maintainer changelog/1 at");
        assertThat(execute("replay", journals().toString(), "--table", "2")).isZero();
        assertThat(printed.toString()).contains("create ").contains("of table 2 from");

        assertThat(execute("replay", journals().toString(), "--explain", "--changefeed", "changelg"))
                .isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString())
                .contains("no entry concerns --changefeed 'changelg', did you mean 'changelog'?; there are changelog");
        assertThat(execute("replay", journals().toString(), "--node", "n9")).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("no entry concerns --node 'n9'; there are coordinator, n1, n2, n3");
        assertThat(execute("replay", journals().toString(), "--table", "77")).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("no entry concerns --table 77");

        assertThat(run()).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("journals of an earlier run");
    }

    @Test
    @DisplayName("JournalDoesNotStopTheRun: journals at their limits; the run is right, and says what is missing")
    void journalFails() throws IOException {
        assertThat(run("--handoffs", "4", "--journal-limit", "1K"))
                .as(printed.toString())
                .isZero();
        assertThat(printed.toString()).contains("INCOMPLETE: journal of n").contains("ends at its limit of 1024 bytes");
        assertThat(execute("replay", journals().toString())).isZero();
        assertThat(printed.toString()).contains("the journal ends early: ends at its limit");
    }

    @Test
    @DisplayName("paths, filters and sizes that cannot be used: exit status 2")
    void unusable() throws IOException {
        Files.createDirectories(journals());
        assertThat(execute("replay", journals().toString())).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("no journals in");
        assertThat(execute("replay", temporary.resolve("none").toString())).isEqualTo(MaintainerCommand.UNUSABLE);
        Path text = Files.writeString(temporary.resolve("text"), "no journal");
        assertThat(execute("replay", text.toString())).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(execute("replay")).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(execute("run", "--journal-limit", "2G")).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("--journal-limit needs --journal");
        assertThat(run("--journal-limit", "lots")).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("'lots' is no size");
    }
}
