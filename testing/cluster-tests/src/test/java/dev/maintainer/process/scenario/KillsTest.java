package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.files.claim.Claim;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.evidence.SinkClaims;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
class KillsTest {
    private static final Duration TAKEN_OVER = ProcessCluster.REMOVAL.plusSeconds(3);

    @Test
    @DisplayName("3. kill -9 of a worker under load: its tables run elsewhere, and no other table moves")
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void worker() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("3", 12)) {
            ProcessCluster cluster = scenario.cluster();
            Member worker = cluster.others(cluster.owning()).get(1);
            scenario.disturb(worker);
            SortedMap<String, Claim> before = latest(scenario);
            worker.kill();
            Duration took = cluster.awaitProgress();
            scenario.report("the tables of a killed worker run elsewhere", took, TAKEN_OVER);

            latest(scenario).forEach((table, claim) -> {
                Claim former = before.get(table);
                if (former != null && !worker.isWriter(former.process())) {
                    assertThat(claim.process()).as("who writes table %s", table).isEqualTo(former.process());
                }
            });
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    /** Of each table the claim that counts; tables that are divided have several, which is why only whole ones are in it. */
    private static SortedMap<String, Claim> latest(Scenario scenario) throws IOException {
        SortedMap<String, Claim> latest = new TreeMap<>();
        SinkClaims.of(scenario.sink()).forEach((table, claims) -> {
            Claim last = claims.get(claims.size() - 1);
            if (last.span().isWhole()) {
                latest.put(table, last);
            }
        });
        return latest;
    }

    @Test
    @DisplayName("4. kill -9 of the owner: a new owner under a new epoch, and the checkpoint does not fall")
    void owner() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("4", 15)) {
            ProcessCluster cluster = scenario.cluster();
            Member owner = cluster.owning();
            long epoch = cluster.epoch();
            scenario.disturb(owner);
            owner.kill();
            Duration took = Patience.await(
                    "an owner under a later epoch than " + epoch,
                    ProcessCluster.LONG,
                    () -> cluster.epoch() > epoch && !cluster.owner().isEmpty());
            scenario.report("a new owner", took, TAKEN_OVER);
            scenario.report(
                    "tables of the killed owner", cluster.awaitProgress().plus(took), TAKEN_OVER);
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    @Test
    @DisplayName(
            "5. kill -9 of the leader just when it hands a changefeed over: the next one goes on, each epoch has one owner")
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void leaderWhileHandingOver() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("5", 8)) {
            ProcessCluster cluster = scenario.cluster();
            for (int delayMillis : List.of(0, 20, 50, 100)) {
                Member leader = cluster.leading();
                Member owner = cluster.owning();
                Member target = cluster.others(owner).get(0);
                long epoch = cluster.epoch();
                cluster.awaitMove(target);
                Patience.pass(Duration.ofMillis(delayMillis));
                scenario.disturb(leader);
                leader.kill();
                Duration took = Patience.await(
                        "another leader, and an owner that lives",
                        ProcessCluster.LONG,
                        () -> !cluster.owner().isEmpty() && !leader.isCalled(cluster.owner()));
                scenario.report(
                        "leader killed " + delayMillis + " ms after the request, epoch " + epoch + " to "
                                + cluster.epoch(),
                        took,
                        TAKEN_OVER);
                cluster.awaitProgress();
                leader.startAgain();
                cluster.awaitReady(leader);
            }
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    @Test
    @DisplayName(
            "6. kill -9 of a worker that is started again at once: its former process is removed without a lease to wait for")
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void startedAgain() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("6", 15)) {
            ProcessCluster cluster = scenario.cluster();
            Member worker = cluster.others(cluster.owning()).get(1);
            scenario.disturb(worker);
            String former = cluster.roster().stream()
                    .filter(worker::isCalled)
                    .findFirst()
                    .orElseThrow();
            worker.kill();
            worker.startAgain();
            Duration took = Patience.await(
                    "the former process to be removed",
                    ProcessCluster.LONG,
                    () -> !cluster.roster().contains(former) && !cluster.isRemoved(worker));
            scenario.report("the former process is removed after a new start", took, Duration.ofSeconds(2));
            cluster.awaitReady(worker);
            scenario.report("its tables run", cluster.awaitProgress(), Duration.ofSeconds(2));
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }
}
