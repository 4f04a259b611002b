package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Processes that stand still, as one does whose machine is suspended. */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class StandstillsTest {
    /** What the log of a node says that was removed while it stood still. */
    private static final String FENCED = "ends, FENCED";

    @Test
    @DisplayName(
            "7. A worker stands still until it is removed: when it wakes, nothing that it writes counts, and it ends with 10")
    void longWorker() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("7", 10)) {
            ProcessCluster cluster = scenario.cluster();
            freezeUntilRemoved(scenario, cluster.others(cluster.owning()).get(1));
        }
    }

    @Test
    @DisplayName(
            "8. The owner stands still until another one owns: when it wakes, its commands are refused, and it ends with 10")
    void longOwner() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("8", 10)) {
            freezeUntilRemoved(scenario, scenario.cluster().owning());
        }
    }

    private static void freezeUntilRemoved(Scenario scenario, Member victim) throws IOException, InterruptedException {
        ProcessCluster cluster = scenario.cluster();
        scenario.disturb(victim);
        victim.freeze();
        Duration removed = Patience.await(
                "node " + victim.name() + " to be removed", ProcessCluster.LONG, () -> cluster.isRemoved(victim));
        scenario.report("a node that stands still is removed", removed, ProcessCluster.REMOVAL);
        scenario.report(
                "its tables run elsewhere",
                cluster.awaitProgress().plus(removed),
                ProcessCluster.REMOVAL.plusSeconds(3));
        TimeUnit.SECONDS.sleep(5);
        long woken = System.nanoTime();
        victim.thaw();

        assertThat(victim.awaitExit(ProcessCluster.LONG)).as("exit status").isEqualTo(10);
        scenario.report(
                "it ends after it has woken", Duration.ofNanos(System.nanoTime() - woken), Duration.ofSeconds(10));
        victim.startAgain();
        cluster.awaitReady(victim);
        scenario.conclude(FENCED);
    }

    @Test
    @DisplayName("9. A worker stands still for half of its lease, fifty times: nobody is fenced, suspected or moved")
    void shortStandstills() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("9", 5)) {
            ProcessCluster cluster = scenario.cluster();
            List<String> roster = cluster.roster();
            long epoch = cluster.epoch();
            Member victim = cluster.others(cluster.owning()).get(1);
            scenario.disturb(victim);
            for (int i = 0; i < 50; i++) {
                victim.freeze();
                TimeUnit.MILLISECONDS.sleep(ProcessCluster.LEASE.toMillis() / 2);
                victim.thaw();
                TimeUnit.MILLISECONDS.sleep(ProcessCluster.LEASE.toMillis() / 2);
            }
            cluster.awaitProgress();

            unchanged(scenario, roster, epoch);
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    @Test
    @DisplayName(
            "10. A worker stands still for a little more than its lease: it goes on, and nobody is removed or moved")
    void littleMoreThanALease() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("10", 10)) {
            ProcessCluster cluster = scenario.cluster();
            List<String> roster = cluster.roster();
            long epoch = cluster.epoch();
            Member victim = cluster.others(cluster.owning()).get(1);
            scenario.disturb(victim);
            for (int i = 0; i < 5; i++) {
                victim.freeze();
                TimeUnit.MILLISECONDS.sleep(ProcessCluster.LEASE.toMillis() + 300);
                victim.thaw();
                scenario.report("it goes on", cluster.awaitProgress(), Duration.ofSeconds(2));
            }

            unchanged(scenario, roster, epoch);
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    private static void unchanged(Scenario scenario, List<String> roster, long epoch)
            throws IOException, InterruptedException {
        assertThat(scenario.cluster().roster()).as("members").isEqualTo(roster);
        assertThat(scenario.cluster().epoch()).as("epoch").isEqualTo(epoch);
        assertThat(scenario.events().named("move-started")).isEmpty();
        List<JsonNode> lost = scenario.events().named("session-ended");
        assertThat(lost).as("sessions that have ended").isEmpty();
    }
}
