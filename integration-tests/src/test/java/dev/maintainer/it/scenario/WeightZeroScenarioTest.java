package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.port.Membership;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.it.support.MaintainerBench;
import dev.maintainer.scheduler.defaults.BasicSchedulerProvider;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Reason;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A node of weight 0 gets nothing: not from planners, not by hand, and not from the core. */
class WeightZeroScenarioTest {
    private static final Reason WHY = new Reason("TEST", "because");

    private final MaintainerBench bench = new MaintainerBench(
            5,
            100,
            HandoffManifest.EMPTY,
            new BasicSchedulerProvider().create(new TreeMap<>()),
            MaintainerConfig.builder()
                    .planning(PlanningConfig.builder()
                            .nodeLabels(new TreeMap<>(Map.of(N2, new TreeMap<>(Map.of(NodeView.WEIGHT, "0")))))
                            .build())
                    .build());

    private void begin() {
        bench.members(N1, N2, N3);
        List.of(N1, N2, N3).forEach(bench::answer);
        bench.begins(1, 2, 3, 4);
        bench.completeCreates(100);
    }

    @Test
    @DisplayName("tables are placed on the others, and whoever asks why not there is told")
    void placements() {
        begin();

        assertThat(List.of(bench.nodeOf(1), bench.nodeOf(2), bench.nodeOf(3), bench.nodeOf(4)))
                .containsOnly(N1, N3);
        assertThat(bench.inspector()
                        .whyNot(bench.dispatcher(1), N2, 1_000_000)
                        .orElseThrow()
                        .obstacles())
                .extracting(PlacementObstacles.Obstacle::code)
                .contains(PlacementObstacles.Code.EXCLUDED);
    }

    @Test
    @DisplayName("so it is if the node itself has said so when it became a member")
    void saidByTheNode() {
        MaintainerBench said = new MaintainerBench(
                5,
                100,
                HandoffManifest.EMPTY,
                new BasicSchedulerProvider().create(new TreeMap<>()),
                MaintainerConfig.builder().build());
        said.membership(new Membership(
                1,
                new TreeSet<>(List.of(N1, N2, N3)),
                new TreeMap<>(Map.of(N2, new TreeMap<>(Map.of(NodeView.WEIGHT, "0"))))));
        List.of(N1, N2, N3).forEach(said::answer);
        said.begins(1, 2, 3, 4);
        said.completeCreates(100);

        assertThat(List.of(said.nodeOf(1), said.nodeOf(2), said.nodeOf(3), said.nodeOf(4)))
                .containsOnly(N1, N3);
        assertThat(said.inspector()
                        .whyNot(said.dispatcher(1), N2, 1_000_000)
                        .orElseThrow()
                        .obstacles())
                .extracting(PlacementObstacles.Obstacle::code)
                .contains(PlacementObstacles.Code.EXCLUDED);
    }

    @Test
    @DisplayName("a person cannot move a table there, and the core does not when it empties another node")
    void moves() {
        begin();
        bench.takeSent();
        bench.command(new SchedulerCommand.Decide(
                List.of(new Decision.Move(bench.dispatcher(1), bench.nodeOf(1), N2, WHY)), false));
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).isEmpty();

        bench.drain(new DrainTarget(N3, 1), 1_000);
        for (int second = 0; second < 10; second++) {
            bench.heartbeat(N1, 100, 20 + second);
            bench.heartbeat(N2, 100, 20 + second);
            bench.heartbeat(N3, 100, 20 + second);
            bench.pass(1_000);
        }
        List<WorkerCommand.RemoveDispatcher> leaving = bench.take(WorkerCommand.RemoveDispatcher.class);
        assertThat(leaving).as("the core empties the node, as 'basic' does not").isNotEmpty();
        leaving.forEach(each -> bench.statuses(N3, stopped(each.dispatcher(), 150)));
        bench.tick();
        assertThat(bench.takeSent().stream()
                        .filter(sent -> sent.command() instanceof WorkerCommand.CreateDispatcher)
                        .map(MaintainerBench.Sent::to))
                .isNotEmpty()
                .containsOnly(N1);
    }
}
