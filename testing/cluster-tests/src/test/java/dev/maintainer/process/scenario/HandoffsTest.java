package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
class HandoffsTest {
    @Test
    @DisplayName("22. Twenty handoffs in a row under load: all are clean, and no row is missing")
    void twenty() throws IOException, InterruptedException {
        handOver("22", 20, 20, 0);
    }

    @Test
    @DisplayName("22. A hundred of them")
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void hundred() throws IOException, InterruptedException {
        handOver("22-hundred", 100, 6, 0);
    }

    @Test
    @DisplayName("22. A hundred of them while a tenth of the packets between nodes is lost")
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void lossy() throws IOException, InterruptedException {
        handOver("22-lossy", 100, 6, 0.1);
    }

    private static void handOver(String number, int handoffs, int step, double loss)
            throws IOException, InterruptedException {
        try (Scenario scenario = Scenario.ofThreeProxied(number, step)) {
            ProcessCluster cluster = scenario.cluster();
            cluster.members().forEach(each -> cluster.peersOf(each.name()).lose(loss));
            List<Duration> durations = new ArrayList<>();
            for (int i = 0; i < handoffs; i++) {
                Member from = cluster.owning();
                Member to = cluster.others(from).get(i % 2);
                long epoch = cluster.epoch();
                assertThat(cluster.move(to).isGood())
                        .as("handoff %d is accepted", i)
                        .isTrue();
                durations.add(Patience.await(
                        "handoff " + i + " from " + from.name() + " to " + to.name(),
                        ProcessCluster.LONG,
                        () -> cluster.epoch() > epoch
                                && to.isCalled(cluster.owner())
                                && cluster.changefeed().path("phase").asText().equals("RUNNING")));
            }
            Collections.sort(durations);
            scenario.report(handoffs + " handoffs, median "
                    + durations.get(handoffs / 2).toMillis() + " ms, p99 "
                    + durations.get(handoffs * 99 / 100).toMillis() + " ms");
            cluster.awaitProgress();
            scenario.conclude(Scenario.NO_ERRORS);
        }
    }
}
