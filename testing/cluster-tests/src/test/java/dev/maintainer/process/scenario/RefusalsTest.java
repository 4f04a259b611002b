package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.node.demo.FreePorts;
import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.ProcessCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Nodes that must not run, beside those that do. */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class RefusalsTest {
    @Test
    @DisplayName(
            "2. A configuration with a misspelt key, a wildcard address or an unknown unit: exit 2, with the key, and nothing was made")
    void configuration() throws IOException, InterruptedException {
        try (ProcessCluster cluster = ProcessCluster.begin("2", ClusterOptions.of(1))) {
            refused(cluster, "misspelt", "renew =", "renwe =", "lease.renew");
            refused(cluster, "unit", "\"1200ms\"", "\"1200 fortnights\"", "lease.lease");
            refused(
                    cluster,
                    "wildcard",
                    "listen = \"127.0.0.1:0\"\nadvertise = \"127.0.0.1:0\"",
                    "listen = \"0.0.0.0:0\"",
                    "peer.advertise");
        }
    }

    private static void refused(ProcessCluster cluster, String name, String right, String wrong, String named)
            throws IOException, InterruptedException {
        Member member = cluster.launch(name, "test", 0, 0, cluster.zooKeeper().address());
        member.kill();
        Path file = member.directory().resolve("node.toml");
        String text = Files.readString(file);
        assertThat(text).contains(right);
        Files.writeString(file, text.replace(right, wrong));
        Files.writeString(member.directory().resolve("node.log"), "");
        member.startAgain();

        assertThat(member.awaitExit(ProcessCluster.LONG))
                .as("exit status of %s", name)
                .isEqualTo(2);
        assertThat(member.log()).as("what %s was told", name).contains(named);
        assertThat(member.directory().resolve("data/events"))
                .as("data of %s", name)
                .doesNotExist();
    }

    @Test
    @DisplayName(
            "29. A node of another cluster, and one at the address of a member: both end with 5, and the others go on")
    void admission() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree("29", 20)) {
            ProcessCluster cluster = scenario.cluster();
            long epoch = cluster.epoch();
            Member stranger = cluster.launch("d", "another");
            assertThat(stranger.awaitExit(ProcessCluster.LONG.plusSeconds(30)))
                    .as("exit status of a node of another cluster: %s", stranger.log())
                    .isIn(4, 5);
            String address = Files.readString(cluster.member("a").directory().resolve("node.toml"));
            int taken = Integer.parseInt(address.replaceAll("(?s).*advertise = \"127.0.0.1:(\\d+)\".*", "$1"));
            Member squatter = cluster.launch(
                    "e", "test", FreePorts.next(), taken, cluster.zooKeeper().address());
            assertThat(squatter.awaitExit(ProcessCluster.LONG.plusSeconds(30)))
                    .as("exit status of a node at the address of another: %s", squatter.log())
                    .isEqualTo(5);

            assertThat(cluster.roster()).as("members").hasSize(3);
            assertThat(cluster.epoch()).as("epoch").isEqualTo(epoch);
            cluster.awaitProgress();
            // Those that were refused say so; the one of another cluster when it has waited for a while.
            scenario.conclude("ends, FENCED: the leader has refused it: its address"
                    + "|waits for the store of its cluster: MNT-5003: .* belongs to the cluster 'test'");
        }
    }
}
