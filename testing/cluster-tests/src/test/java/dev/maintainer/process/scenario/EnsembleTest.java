package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.cluster.ZooKeeperEnsemble;
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

/** Three servers of ZooKeeper, some of which go away or cannot talk to the others. */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class EnsembleTest {
    /** Until the followers have elected another server, and clients have found it. */
    private static final Duration ELECTED = Duration.ofSeconds(5);

    private static final Duration MINUTES = Duration.ofMinutes(2);

    @Test
    @DisplayName("17. One of three servers dies, then a second one, and both come back: writes are held and go on,"
            + " with the same processes and the same epoch")
    void servers() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.of("17", ClusterOptions.of(2).withEnsemble())) {
            ProcessCluster cluster = scenario.cluster();
            ZooKeeperEnsemble servers = cluster.ensemble();
            List<String> roster = cluster.roster();
            long epoch = cluster.epoch();
            String owner = cluster.owner();
            int first = servers.awaitLeader();
            servers.kill(first);
            scenario.report("one of three is gone, and it was the leader", cluster.awaitProgress(), ELECTED);
            assertThat(cluster.roster()).as("members").isEqualTo(roster);
            int second = servers.awaitLeader();
            servers.kill(second);
            Patience.await("the checkpoint to stand for three seconds", ProcessCluster.LONG, () -> stands(cluster));
            for (Member each : cluster.members()) {
                scenario.report("node " + each.name() + " without a store: "
                        + each.client().get("/v1/changefeeds/" + ProcessCluster.CHANGEFEED));
            }
            Patience.pass(MINUTES);
            servers.start(first);
            servers.start(second);
            scenario.report("both are back", cluster.awaitProgress(), Duration.ofSeconds(20));

            assertThat(cluster.roster()).as("members").isEqualTo(roster);
            assertThat(cluster.epoch()).as("epoch").isEqualTo(epoch);
            assertThat(cluster.owner()).as("owner").isEqualTo(owner);
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }

    private static boolean stands(ProcessCluster cluster) throws InterruptedException {
        long before = cluster.checkpoint();
        Patience.pass(Duration.ofSeconds(3));
        return cluster.checkpoint() == before;
    }

    @Test
    @DisplayName("18. The leading server is cut off from both others, with a worker connected to it: its renewals fail,"
            + " and nobody writes without a lease")
    void leadingServer() throws IOException, InterruptedException {
        try (Scenario scenario =
                Scenario.of("18", ClusterOptions.of(6).withProxies().withEnsemble())) {
            ProcessCluster cluster = scenario.cluster();
            ZooKeeperEnsemble servers = cluster.ensemble();
            int leading = servers.awaitLeader();
            Member worker = cluster.others(cluster.owning(), cluster.leading()).get(0);
            List<TcpProxy> stores = cluster.storesOf(worker.name());
            for (int i = 0; i < ZooKeeperEnsemble.SERVERS; i++) {
                if (i != leading) {
                    stores.get(i).refuse();
                }
            }
            scenario.report("the worker has moved to the leading server", cluster.awaitProgress(), ELECTED);
            List<String> roster = cluster.roster();
            servers.cutOff(leading);
            stores.forEach(TcpProxy::heal);
            int other = servers.awaitLeaderBut(leading);
            scenario.report("servers " + leading + ", then " + other + " led");
            scenario.report(
                    "all goes on with the others", cluster.awaitProgress(), ProcessCluster.REMOVAL.plusSeconds(3));
            scenario.report("members before " + roster + ", and now " + cluster.roster());
            servers.heal();
            cluster.awaitProgress();
            scenario.conclude("ends, FENCED");
        }
    }
}
