package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.node.demo.NodeClient;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.fault.TcpProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A leader whose writes arrive in ZooKeeper, and that does not learn it. */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class LostAnswersTest {
    private static final int HANDOFFS = 12;

    @Test
    @DisplayName(
            "19. Answers of ZooKeeper to the leader are lost while it hands over: each write is found by reading, and no"
                    + " epoch is lost or used twice")
    void whileHandingOver() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThreeProxied("19", 6)) {
            ProcessCluster cluster = scenario.cluster();
            for (int i = 0; i < HANDOFFS; i++) {
                Member leader = cluster.leading();
                Member owner = cluster.owning();
                Member target = cluster.others(owner).get(i % 2);
                long epoch = cluster.epoch();
                TcpProxy store = cluster.storeOf(leader.name());
                store.cut(TcpProxy.Direction.ANSWERS);
                NodeClient.Answer asked = cluster.move(target);
                Patience.pass(Duration.ofMillis(100L * (i % 4 + 1)));
                store.heal();
                Duration took = Patience.await(
                        "handoff " + i + " from " + owner.name() + " to " + target.name() + " (" + asked.status() + ")",
                        ProcessCluster.LONG,
                        () -> asked.isGood()
                                ? target.isCalled(cluster.owner()) && isRunning(cluster)
                                : !cluster.owner().isEmpty() && isRunning(cluster));
                scenario.report("handoff " + i + " by " + leader.name() + ", epoch " + epoch + " to " + cluster.epoch()
                        + ", asked " + asked.status() + ": " + took.toMillis() + " ms");
                cluster.awaitProgress();
            }
            assertThat(cluster.roster()).as("members").hasSize(3);
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    private static boolean isRunning(ProcessCluster cluster) throws InterruptedException {
        return cluster.changefeed().path("phase").asText().equals("RUNNING");
    }

    @Test
    @DisplayName("19. The leader hears nothing of ZooKeeper any more, for good: another one leads, and it ends with 10")
    void forGood() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThreeProxied("19-for-good", 6)) {
            ProcessCluster cluster = scenario.cluster();
            Member leader = cluster.leading();
            scenario.disturb(leader);
            cluster.storeOf(leader.name()).cut(TcpProxy.Direction.ANSWERS);
            Duration removed = Patience.await(
                    "node " + leader.name() + " to be removed", ProcessCluster.LONG, () -> cluster.isRemoved(leader));
            scenario.report(
                    "a leader that hears nothing of ZooKeeper is removed",
                    removed,
                    ProcessCluster.REMOVAL.multipliedBy(2));
            assertThat(leader.awaitExit(ProcessCluster.LONG)).as("exit status").isEqualTo(10);
            List<Member> others = cluster.others(leader);
            assertThat(others).as("the others").allMatch(Member::isAlive);
            scenario.report("the tables run elsewhere", cluster.awaitProgress(), Duration.ofSeconds(3));
            scenario.conclude("ends, FENCED");
        }
    }
}
