package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.fault.SmallDisk;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "a file system in memory is mounted")
@EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
class FullDiskTest {
    @Test
    @DisplayName(
            "26. The disk of the sink fills up: the checkpoint stands, and goes on by new openings when there is space again")
    void sink() throws IOException, InterruptedException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root can mount a small disk");
        ProcessCluster cluster = ProcessCluster.begin("26", ClusterOptions.of(10));
        try (SmallDisk disk = SmallDisk.below(cluster.directory(), 16);
                Scenario scenario = Scenario.of("26", cluster, disk.mount().resolve("sink"))) {
            cluster.awaitProgress();
            disk.fill();
            Patience.await("the checkpoint to stand for five seconds", ProcessCluster.LONG, () -> stands(cluster));
            scenario.report("state while it is full: " + cluster.changefeed());
            disk.free();
            scenario.report("it goes on with space", cluster.awaitProgress(), Duration.ofSeconds(10));
            assertThat(cluster.roster()).as("members").hasSize(3);
            // What could not be written is an error of the node.
            scenario.conclude("No space left on device");
        }
    }

    private static boolean stands(ProcessCluster cluster) throws InterruptedException {
        long before = cluster.checkpoint();
        TimeUnit.SECONDS.sleep(5);
        return before > 0 && cluster.checkpoint() == before;
    }
}
