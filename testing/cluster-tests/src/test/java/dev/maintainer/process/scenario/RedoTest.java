package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.files.RedoCheck;
import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.evidence.Checks;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
class RedoTest {
    private static final Duration TAKEN_OVER = ProcessCluster.REMOVAL.plusSeconds(3);
    /** What the log of a node says that was removed while it stood still. */
    private static final String FENCED = "ends, FENCED";

    @Test
    @DisplayName(
            "32. A redo log is kept while tables come and go; a handoff, kill -9 of the owner, and an owner that stands still:"
                    + " the sink is never ahead of the log, and no promise is taken back")
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void owners() throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.of("32", ClusterOptions.of(10).withRedo())) {
            ProcessCluster cluster = scenario.cluster();
            RedoCheck first = Checks.sinkBehindRedo(scenario.sink());

            Member former = cluster.owning();
            Member target = cluster.others(former).get(0);
            cluster.awaitMove(target);
            Patience.await("the handoff", ProcessCluster.LONG, () -> target.isCalled(cluster.owner()));
            scenario.report("progress after a handoff", cluster.awaitProgress(), Duration.ofSeconds(2));
            RedoCheck handedOver = laterThan(first, scenario);

            long epoch = cluster.epoch();
            scenario.disturb(target);
            target.kill();
            RedoCheck killed = laterThan(handedOver, scenario);
            Duration took = Patience.await(
                    "an owner under a later epoch than " + epoch,
                    ProcessCluster.LONG,
                    () -> cluster.epoch() > epoch && !cluster.owner().isEmpty());
            scenario.report(
                    "progress after the owner was killed",
                    cluster.awaitProgress().plus(took),
                    TAKEN_OVER);
            RedoCheck taken = laterThan(killed, scenario);
            assertThat(taken.epoch()).as("who has promised").isGreaterThan(killed.epoch());
            target.startAgain();
            cluster.awaitReady(target);

            Member still = cluster.owning();
            long before = cluster.epoch();
            scenario.disturb(still);
            still.freeze();
            took = Patience.await(
                    "an owner under a later epoch than " + before,
                    ProcessCluster.LONG,
                    () -> cluster.epoch() > before && !cluster.owner().isEmpty());
            scenario.report(
                    "progress after the owner stood still",
                    cluster.awaitProgress().plus(took),
                    TAKEN_OVER);
            RedoCheck away = laterThan(taken, scenario);
            still.thaw();
            assertThat(still.awaitExit(ProcessCluster.LONG)).as("exit status").isEqualTo(10);
            cluster.awaitProgress();
            laterThan(away, scenario);
            scenario.conclude(FENCED);
        }
    }

    private static RedoCheck laterThan(RedoCheck before, Scenario scenario) {
        RedoCheck now = Checks.sinkBehindRedo(scenario.sink());
        assertThat(now.resolvedTs()).as("promised").isGreaterThanOrEqualTo(before.resolvedTs());
        assertThat(now.checkpointTs()).as("promised of the sink").isGreaterThanOrEqualTo(before.checkpointTs());
        return now;
    }
}
