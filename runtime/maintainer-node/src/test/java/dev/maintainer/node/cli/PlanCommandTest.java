package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.replication.json.StrictJson;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.whatif.ClusterSnapshot;
import dev.maintainer.whatif.SnapshotFile;
import dev.maintainer.whatif.WhatIf;
import dev.maintainer.whatif.WhatIfResult;
import dev.maintainer.whatif.testing.Snapshots;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class PlanCommandTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    private Path temporary;

    private Path snapshot = Path.of("");

    @BeforeEach
    void export() throws IOException {
        snapshot = temporary.resolve("now.json.gz");
        SnapshotFile.write(Snapshots.even(4, 100), snapshot);
    }

    private int plan(Path file, String... more) {
        CommandLine command = MaintainerCommand.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        List<String> arguments = new ArrayList<>(List.of("plan", "--snapshot", file.toString()));
        arguments.addAll(List.of(more));
        return command.execute(arguments.toArray(String[]::new));
    }

    @Test
    @DisplayName("text, JSON and a page of one question")
    void endToEnd() throws IOException {
        Path json = temporary.resolve("result.json");
        Path html = temporary.resolve("picture.html");

        int status = plan(
                snapshot,
                "--scheduler",
                "balance",
                "--compare",
                "basic",
                "--event",
                "node-leave=n2,node-join=n5:zone=a:weight=2",
                "--event",
                "table-add=10",
                "--json",
                json.toString(),
                "--html",
                html.toString());

        assertThat(err.toString()).isEmpty();
        assertThat(status).isEqualTo(MaintainerCommand.RIGHT);
        assertThat(out.toString())
                .contains("now.json.gz: 400 spans of changefeed orders on 4 nodes")
                .contains("then node-leave=n2, node-join=n5:zone=a:weight=2, table-add=10")
                .contains("balance", "basic", "settles");
        JsonNode result = StrictJson.MAPPER.readTree(json.toFile());
        assertThat(result.path("format").asInt()).isEqualTo(1);
        assertThat(result.path("events")).hasSize(3);
        JsonNode balance = result.path("results").path(0);
        assertThat(balance.path("settled").asBoolean()).isTrue();
        assertThat(balance.path("problem").isNull()).isTrue();
        assertThat(balance.path("absent").asInt()).isZero();
        assertThat(balance.path("places").asInt()).isEqualTo(110);
        assertThat(balance.path("snapshot").path("nodes")).hasSize(4);
        // Of 410 spans the node of weight 2 gets two parts of five, the three others one each.
        assertThat(balance.path("after").path("spread").asInt()).isZero();
        assertThat(balance.path("after").path("nodes").findValuesAsText("spans"))
                .containsExactlyInAnyOrder("82", "82", "82", "164");
        assertThat(balance.path("movesPerRound")).hasSize(balance.path("rounds").asInt());
        assertThat(result.path("results").path(1).path("scheduler").asText()).isEqualTo("basic");
        assertThat(Files.readString(html)).startsWith("<!DOCTYPE html>").contains("<svg", "node-leave=n2");
    }

    @Test
    @DisplayName("what does not settle has exit status 1, also the one that is compared")
    void notSettled() {
        assertThat(plan(snapshot, "--event", "node-join=n5,table-add=5000", "--rounds", "1"))
                .isEqualTo(MaintainerCommand.WRONG);
        assertThat(out.toString()).contains("does NOT settle", "What to do: ");
        assertThat(plan(snapshot, "--scheduler", "basic", "--event", "node-join=n5", "--rounds", "1"))
                .isEqualTo(MaintainerCommand.RIGHT);
        assertThat(plan(
                        snapshot,
                        "--scheduler",
                        "basic",
                        "--compare",
                        "balance",
                        "--event",
                        "node-join=n5",
                        "--rounds",
                        "1"))
                .as("balance has a hundred moves in a round, and needs eighty")
                .isEqualTo(MaintainerCommand.RIGHT);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--event|node-leave=n9|unknown node n9",
                "--event|node-join=n9:weight=1.5|node n9 has the weight '1.5'",
                "--event|node-leave=n0|unknown node n0; there are [n1, n2, n3, n4]",
                "--event|node-leav=n1|did you mean 'node-leave'?",
                "--rounds|0|--rounds must be at least 1",
                "--scheduler|balanced|balance",
                "--compare|balanced|balance",
                "--scheduler-config|no-such-key=1|no-such-key",
                "--json|/|cannot write /",
                "--shadow|basic|Unknown option",
            })
    @DisplayName("what cannot be used has exit status 2 and says what to do")
    void unusable(String option, String value, String message) {
        assertThat(plan(snapshot, option, value)).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(err.toString()).contains(message);
    }

    @Test
    @DisplayName("a snapshot that cannot be used has exit status 2")
    void badSnapshot() throws IOException {
        assertThat(plan(temporary.resolve("none.json"))).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(plan(Files.writeString(temporary.resolve("bad.json"), "{\"format\":7}")))
                .isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(err.toString()).contains("does not exist", "its format is 7");
    }

    @Test
    @DisplayName("a budget that lets nothing happen is no settling")
    void noBudget() throws IOException {
        ClusterSnapshot even = Snapshots.even(2, 5);
        SnapshotFile.write(new ClusterSnapshot("a", 1, 1, new Budget(0, 0, 0), even.nodes(), even.spans()), snapshot);
        int status = plan(snapshot, "--event", "table-add=3");

        assertThat(out.toString()).contains("left unplaced         3");
        assertThat(status).isIn(MaintainerCommand.RIGHT, MaintainerCommand.WRONG);
    }

    @Test
    @DisplayName("the help says how events are written, and pictures say which release made them")
    void words() {
        assertThat(ClusterSnapshot.RELEASE).isEqualTo(MaintainerCommand.VERSION);
        assertThat(plan(snapshot, "--help")).isEqualTo(MaintainerCommand.RIGHT);
        assertThat(out.toString()).contains("table-drop=TABLE_ID", "node-join=ID");
    }

    @Test
    @DisplayName("a planner that does not answer is left alone when its time is over, and it is said where it hangs")
    void asleep() {
        CountDownLatch never = new CountDownLatch(1);
        WhatIf cluster = new WhatIf(Snapshots.even(2, 5), 100);

        WhatIfResult result = cluster.settle(
                "asleep",
                name -> (planned, budget) -> {
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return Plan.keep(new Reason("TEST", "too late"));
                },
                10,
                System::nanoTime,
                PlanCommand::await);

        assertThat(result.problem()).isNotNull();
        assertThat(String.valueOf(result.problem()))
                .contains("PLAN_TIMED_OUT", "plan() of 'asleep' has not returned within 100 ms", "PlanCommandTest");
    }
}
