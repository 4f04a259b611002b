package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
class StopsTest {
    @Test
    @DisplayName(
            "1. Three nodes replicate a log and are stopped: each leaves with 0, and no file is outside of its data")
    void replicatedAndStopped() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("1", 100)) {
            scenario.cluster().awaitProgress();
            scenario.conclude(Scenario.NO_ERRORS);

            for (Member each : scenario.cluster().members()) {
                try (Stream<Path> files = Files.list(each.directory())) {
                    assertThat(files.map(file -> String.valueOf(file.getFileName())))
                            .as("what node %s has written", each.name())
                            .containsOnly("node.toml", "node.log", "data");
                }
            }
        }
    }

    @Test
    @DisplayName(
            "20. A rolling restart under load: each node leaves with 0 by clean handoffs, and nobody logs an error")
    void rollingRestart() throws IOException, InterruptedException {
        roll("20", 1, 12);
    }

    @Test
    @DisplayName("20. The same three times")
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void rollingRestarts() throws IOException, InterruptedException {
        roll("20-thrice", 3, 4);
    }

    private static void roll(String number, int rounds, int step) throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree(number, step)) {
            ProcessCluster cluster = scenario.cluster();
            for (int round = 0; round < rounds; round++) {
                Member owner = cluster.owning();
                restart(scenario, owner);
                for (Member each : cluster.others(owner)) {
                    restart(scenario, each);
                }
            }
            scenario.report("lag at the most", scenario.watch().worstLag(), Duration.ofSeconds(5));
            scenario.report(
                    "nobody could tell the checkpoint", scenario.watch().longestSilence(), Duration.ofSeconds(5));
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    private static void restart(Scenario scenario, Member member) throws IOException, InterruptedException {
        ProcessCluster cluster = scenario.cluster();
        scenario.disturb(member);
        long since = System.nanoTime();
        member.terminate();
        assertThat(member.awaitExit(ProcessCluster.LONG))
                .as("exit status of node %s", member.name())
                .isZero();
        scenario.report("stop of node " + member.name(), Duration.ofNanos(System.nanoTime() - since), Scenario.STOP);
        member.startAgain();
        cluster.awaitReady(member);
        cluster.awaitProgress();
    }

    @Test
    @DisplayName("21. Two of three nodes are stopped at once: both leave with 0, and the third replicates all")
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void twoAtOnce() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("21", 12)) {
            ProcessCluster cluster = scenario.cluster();
            Member owner = cluster.owning();
            Member other = cluster.others(owner).get(0);
            cluster.witness(cluster.others(owner).get(1).name());
            long since = System.nanoTime();
            for (Member each : List.of(owner, other)) {
                each.terminate();
            }
            for (Member each : List.of(owner, other)) {
                assertThat(each.awaitExit(ProcessCluster.LONG)).isZero();
            }
            scenario.report("both stops", Duration.ofNanos(System.nanoTime() - since), Scenario.STOP);
            Patience.await(
                    "the third to be alone",
                    ProcessCluster.LONG,
                    () -> cluster.roster().size() == 1);
            cluster.awaitProgress();
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }
}
