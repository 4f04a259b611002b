package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.evidence.Metrics;
import dev.maintainer.process.evidence.Vitals;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** As many tables as this machine can bear, so that messages become large and many. */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class ManyTablesTest {
    /** Each table has an open file; 100,000 are not possible where a process may have 20,000. */
    private static final int TABLES = Integer.getInteger("maintainer.process.tables", 10_000);

    /** Bytes a second. */
    private static final int SLOW = 1_000;

    private static final Duration BOOTSTRAP = Duration.ofSeconds(10);

    private static ProcessCluster begin(String number, ClusterOptions wanted) throws IOException, InterruptedException {
        ProcessCluster cluster = ProcessCluster.begin(number, wanted);
        for (String node : List.of("a", "b", "c")) {
            cluster.configure(node, new Member.Options(List.of(), Map.of("_JAVA_OPTIONS", "-Xmx1g"), ""));
        }
        return cluster;
    }

    @Test
    @DisplayName(
            "24. A worker that carries many tables hears and is heard by the owner with 1 kB/s only, for a while: queues"
                    + " are bounded, and nobody is removed")
    void slowPeer() throws IOException, InterruptedException {
        ProcessCluster cluster =
                begin("24", ClusterOptions.of(10).withTables(TABLES).withProxies());
        try (Scenario scenario = Scenario.of("24", cluster, cluster.sink())) {
            List<String> roster = cluster.roster();
            long epoch = cluster.epoch();
            Member owner = cluster.owning();
            Member worker = cluster.others(owner, cluster.leading()).get(0);
            for (Member each : List.of(owner, worker)) {
                scenario.report("node " + each.name() + " before: " + Vitals.of(each));
            }
            cluster.peersOf(owner.name()).throttle(worker.pid(), SLOW);
            cluster.peersOf(worker.name()).throttle(owner.pid(), SLOW);
            Patience.pass(Duration.ofSeconds(15));
            for (Member each : List.of(owner, worker)) {
                scenario.report("node " + each.name() + " while it is slow: " + Vitals.of(each));
                Metrics.of(each).of("maintainer_peer_queued", "maintainer_transport_events_total").stream()
                        .filter(line -> !line.contains("\"sent\"") && !line.contains("\"received\""))
                        .forEach(scenario::report);
            }
            cluster.peersOf(owner.name()).heal();
            cluster.peersOf(worker.name()).heal();
            scenario.report("the checkpoint follows", cluster.awaitProgress(), BOOTSTRAP);

            assertThat(cluster.roster()).as("members").isEqualTo(roster);
            assertThat(cluster.epoch()).as("epoch").isEqualTo(epoch);
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    @Test
    @DisplayName(
            "25. The owner of many tables changes: it hears of all that run on the other node, and the leader goes on")
    void bootstrap() throws IOException, InterruptedException {
        ProcessCluster cluster = begin("25", ClusterOptions.of(10).withTables(TABLES));
        long begun = System.nanoTime();
        try (Scenario scenario = Scenario.of("25", cluster, cluster.sink(), "a", "b")) {
            scenario.report(TABLES + " tables on two nodes run after "
                    + Duration.ofNanos(System.nanoTime() - begun).toMillis() + " ms");
            for (Member each : cluster.members()) {
                scenario.report("node " + each.name() + " before: " + Vitals.of(each));
            }
            for (int i = 0; i < 3; i++) {
                Member owner = cluster.owning();
                Member target = cluster.others(owner).get(0);
                long epoch = cluster.epoch();
                cluster.awaitMove(target);
                Duration took = Patience.await(
                        "node " + target.name() + " to own",
                        ProcessCluster.LONG,
                        () -> cluster.epoch() > epoch
                                && target.isCalled(cluster.owner())
                                && cluster.changefeed().path("phase").asText().equals("RUNNING"));
                scenario.report("node " + target.name() + " owns", took, BOOTSTRAP);
                scenario.report("the checkpoint follows", cluster.awaitProgress(), BOOTSTRAP);
            }
            for (Member each : cluster.members()) {
                scenario.report("node " + each.name() + " after: " + Vitals.of(each));
            }
            scenario.report("nobody could tell", scenario.watch().longestSilence(), Duration.ofSeconds(1));
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }
}
