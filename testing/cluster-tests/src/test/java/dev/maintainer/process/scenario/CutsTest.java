package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Connections to ZooKeeper and between nodes that seem to stand, and carry nothing. */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class CutsTest {
    private static final String FENCED = "ends, FENCED";
    /** Six sessions until the leader acts upon a suspicion, one until it has one, and the grace. */
    private static final Duration EXPELLED = Duration.ofSeconds(3 + 18 + 2);

    @Test
    @DisplayName(
            "11. A worker is cut off from ZooKeeper alone, for good: it is removed, hears so from its peers, and ends with 10")
    void fromZooKeeper() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThreeProxied("11", 10)) {
            ProcessCluster cluster = scenario.cluster();
            Member victim = cluster.others(cluster.owning(), cluster.leading()).get(0);
            scenario.disturb(victim);
            cluster.storeOf(victim.name()).cut();
            Duration removed = Patience.await(
                    "node " + victim.name() + " to be removed", ProcessCluster.LONG, () -> cluster.isRemoved(victim));
            scenario.report("a node without ZooKeeper is removed", removed, ProcessCluster.REMOVAL);
            long since = System.nanoTime();
            assertThat(victim.awaitExit(ProcessCluster.LONG)).as("exit status").isEqualTo(10);
            scenario.report("it ends after that", Duration.ofNanos(System.nanoTime() - since), Duration.ofSeconds(10));
            scenario.conclude(FENCED);
        }
    }

    @Test
    @DisplayName(
            "12. A worker is cut off from its peers alone: it is revoked, its tables run elsewhere, and it ends with 10")
    void fromPeers() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThreeProxied("12", 6)) {
            ProcessCluster cluster = scenario.cluster();
            Member victim = cluster.others(cluster.owning(), cluster.leading()).get(0);
            cutFromPeers(scenario, victim);
            Duration removed = Patience.await(
                    "node " + victim.name() + " to be removed", ProcessCluster.LONG, () -> cluster.isRemoved(victim));
            scenario.report("a node without peers is removed", removed, EXPELLED);
            assertThat(victim.awaitExit(ProcessCluster.LONG)).as("exit status").isEqualTo(10);
            scenario.report("its tables run elsewhere", cluster.awaitProgress().plus(removed), EXPELLED.plusSeconds(3));
            scenario.conclude(FENCED);
        }
    }

    @Test
    @DisplayName(
            "13. The node of the leader is cut off from all peers, not from ZooKeeper: another one leads, and nobody is revoked by it")
    void leaderFromPeers() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThreeProxied("13", 4)) {
            ProcessCluster cluster = scenario.cluster();
            Member leader = cluster.leading();
            List<Member> others = cluster.others(leader);
            cutFromPeers(scenario, leader);
            Duration took = Patience.await(
                    "another leader",
                    Duration.ofMinutes(2),
                    () -> !cluster.leading().equals(leader));
            scenario.report("another one leads", took, EXPELLED);
            for (Member each : others) {
                assertThat(each.isAlive()).as("node %s lives", each.name()).isTrue();
            }
            scenario.report("the end of what was written then", cluster.awaitProgress(), EXPELLED);
            for (Member each : others) {
                cluster.peersOf(each.name()).heal();
            }
            cluster.peersOf(leader.name()).heal();
            scenario.conclude(FENCED);
        }
    }

    private static void cutFromPeers(Scenario scenario, Member victim) throws InterruptedException {
        scenario.disturb(victim);
        scenario.cluster().peersOf(victim.name()).cut();
        for (Member each : scenario.cluster().others(victim)) {
            scenario.cluster().peersOf(each.name()).cutFrom(victim.pid());
        }
    }

    @Test
    @DisplayName(
            "23. All connections between nodes break, twice a second for twenty seconds: nobody is removed, and nothing is missing")
    void reconnectStorm() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThreeProxied("23", 10)) {
            ProcessCluster cluster = scenario.cluster();
            List<String> roster = cluster.roster();
            for (int i = 0; i < 40; i++) {
                for (Member each : cluster.members()) {
                    cluster.peersOf(each.name()).breakAll();
                }
                Patience.pass(Duration.ofMillis(500));
            }
            scenario.report("the checkpoint follows", cluster.awaitProgress(), Duration.ofSeconds(10));
            assertThat(cluster.roster()).as("members").isEqualTo(roster);
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }
}
