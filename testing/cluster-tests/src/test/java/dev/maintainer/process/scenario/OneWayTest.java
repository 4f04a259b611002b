package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.process.cluster.ClusterOptions;
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

/** Networks in which one can be heard and does not hear, or can be called and cannot call. */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class OneWayTest {
    private static final String FENCED = "ends, FENCED";
    /**
     * Five seconds until it ends a connection on which it hears nothing, and so is not heard any more; a session until it is
     * suspect, six more until the leader acts upon that, and the grace.
     */
    private static final Duration EXPELLED = Duration.ofSeconds(5 + 3 + 18 + 2);
    /** Three sessions until a leader begins without somebody, and the grace, after the removal of the former leader. */
    private static final Duration BEGUN = ProcessCluster.REMOVAL.plusSeconds(9 + 2);

    @Test
    @DisplayName(
            "15. What the owner sends to a worker is lost, in one direction: the worker is removed, and ends with 10")
    void oneDirection() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThreeProxied("15", 6)) {
            ProcessCluster cluster = scenario.cluster();
            Member owner = cluster.owning();
            Member victim = cluster.others(owner, cluster.leading()).get(0);
            scenario.disturb(victim);
            cluster.peersOf(victim.name()).cutFrom(owner.pid(), TcpProxy.Direction.REQUESTS);
            cluster.peersOf(owner.name()).cutFrom(victim.pid(), TcpProxy.Direction.ANSWERS);
            Duration removed = Patience.await(
                    "node " + victim.name() + " to be removed", ProcessCluster.LONG, () -> cluster.isRemoved(victim));
            scenario.report("a node that hears nothing of the owner is removed", removed, EXPELLED);
            assertThat(victim.awaitExit(ProcessCluster.LONG)).as("exit status").isEqualTo(10);
            scenario.report("its tables run elsewhere", cluster.awaitProgress().plus(removed), EXPELLED.plusSeconds(3));
            scenario.conclude(FENCED);
        }
    }

    @Test
    @DisplayName("15. A node cannot connect to another one: that one connects, and nobody notices")
    void oneCannotCall() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThreeProxied("15-refused", 8)) {
            ProcessCluster cluster = scenario.cluster();
            List<String> roster = cluster.roster();
            long epoch = cluster.epoch();
            Member owner = cluster.owning();
            for (Member other : cluster.others(owner)) {
                // Whoever of the two has connected so far cannot any more; then the other one has to.
                Member caller = owner.name().compareTo(other.name()) < 0 ? owner : other;
                Member called = caller.equals(owner) ? other : owner;
                cluster.peersOf(called.name()).refuse(caller.pid());
            }
            Patience.pass(Duration.ofSeconds(15));
            scenario.report("the checkpoint follows", cluster.awaitProgress(), Duration.ofSeconds(5));
            scenario.report("lag at the most", scenario.watch().worstLag(), Duration.ofSeconds(5));

            assertThat(cluster.roster()).as("members").isEqualTo(roster);
            assertThat(cluster.epoch()).as("epoch").isEqualTo(epoch);
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    @Test
    @DisplayName(
            "14. A new leader cannot reach one of four members: it names it, removes it, and begins; that one ends with 10")
    void newLeader() throws IOException, InterruptedException {
        ProcessCluster cluster = ProcessCluster.begin("14", ClusterOptions.of(4).withProxies());
        for (String worker : List.of("b", "c")) {
            cluster.configure(worker, Member.Options.of("node.eligible=false"));
        }
        try (Scenario scenario = Scenario.of("14", cluster, cluster.sink(), "a", "b", "c", "d")) {
            Member worker = cluster.member("b");
            Member leader = cluster.leading();
            Member next = cluster.member(leader.name().equals("a") ? "d" : "a");
            if (!cluster.owning().name().equals("c")) {
                cluster.awaitMove(cluster.member("c"));
                Patience.await(
                        "node c to own",
                        ProcessCluster.LONG,
                        () -> cluster.owner().startsWith("c."));
            }
            cluster.witness("c");
            cluster.peersOf(worker.name()).cutFrom(next.pid());
            cluster.peersOf(next.name()).cutFrom(worker.pid());
            leader.kill();
            Duration took = Patience.await(
                    "the new leader to begin without node b",
                    ProcessCluster.LONG,
                    () -> cluster.isRemoved(worker) && !cluster.owner().isEmpty());
            scenario.report("a new leader begins", took, BEGUN);
            assertThat(next.log()).as("what the new leader says").contains("node " + "b.");
            assertThat(worker.awaitExit(ProcessCluster.LONG)).as("exit status").isEqualTo(10);
            scenario.report("the tables run elsewhere", cluster.awaitProgress(), Duration.ofSeconds(3));
            scenario.conclude(FENCED);
        }
    }
}
