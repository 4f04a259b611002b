package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

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

@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
class StoreOutagesTest {
    @Test
    @DisplayName(
            "16. ZooKeeper is started again within two seconds: the same processes, the same epoch, a hold at most")
    void shortOutage() throws IOException, InterruptedException {
        outage("16", 1, 12, List.of());
    }

    @Test
    @DisplayName(
            "16. ZooKeeper is away for a minute: writes pause and resume, with the same processes and epoch, and each node says so")
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void longOutage() throws IOException, InterruptedException {
        outage("16-long", 60, 4, List.of("store-silent", "writes-held", "store-answers"));
    }

    private static void outage(String number, int seconds, int step, List<String> told)
            throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThree(number, step)) {
            ProcessCluster cluster = scenario.cluster();
            List<String> roster = cluster.roster();
            long epoch = cluster.epoch();
            String owner = cluster.owner();
            cluster.zooKeeper().stop();
            TimeUnit.SECONDS.sleep(seconds);
            cluster.zooKeeper().start();
            scenario.report(
                    "everything written by then is in the sink", cluster.awaitProgress(), Duration.ofSeconds(10));

            assertThat(cluster.roster()).as("members").isEqualTo(roster);
            assertThat(cluster.epoch()).as("epoch").isEqualTo(epoch);
            assertThat(cluster.owner()).as("owner").isEqualTo(owner);
            for (String event : told) {
                assertThat(scenario.events().named(event))
                        .as(event)
                        .extracting(each -> each.path("node").asText())
                        .containsAll(roster);
            }
            scenario.report("lag at the most: " + scenario.watch().worstLag().toMillis() + " ms");
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }
}
