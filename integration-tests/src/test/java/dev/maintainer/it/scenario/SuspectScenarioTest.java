package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Members that say nothing: their lease is alive, and the way to them, or they, are not. */
class SuspectScenarioTest {
    private final MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2, N3), 1, 2, 3, 4, 5, 6);
    private long seq = 1_000;

    /** Time passes, and these nodes are heard. */
    private void pass(long millis, NodeId... heard) {
        for (long passed = 0; passed < millis; passed += 500) {
            bench.pass(500);
            for (NodeId node : heard) {
                bench.heartbeat(node, 100, seq++);
            }
        }
    }

    private List<WorkerError> suspicion() {
        return bench.maintainer().status().errors().stream()
                .filter(error -> error.code() == ErrorCode.NODE_SUSPECT)
                .toList();
    }

    @Test
    @DisplayName("UP-20: a member that is silent for ten seconds is named in the status, and gets no new work")
    void silentMember() {
        pass(9_000, N1, N3);
        assertThat(suspicion()).isEmpty();

        pass(3_000, N1, N3);

        assertThat(bench.maintainer().status().suspects()).containsExactly(N2);
        assertThat(suspicion()).hasSize(1).allMatch(error -> error.message().contains("[n2]"));
        assertThat(bench.inspector()
                        .whyNot(bench.dispatcher(1), N2, 20_000)
                        .orElseThrow()
                        .obstacles())
                .extracting(PlacementObstacles.Obstacle::code)
                .contains(PlacementObstacles.Code.SUSPECT);
        for (long table = 10; table < 16; table++) {
            bench.ddl(110 + table, MaintainerBench.createTable(table));
        }
        bench.takeSent();
        bench.heartbeat(N1, 200, seq++);
        bench.heartbeat(N3, 200, seq++);
        bench.tick();
        assertThat(bench.takeSent())
                .filteredOn(each -> each.command() instanceof WorkerCommand.CreateDispatcher)
                .allMatch(each -> !each.to().equals(N2));
    }

    @Test
    @DisplayName("A suspect that is heard again is a node like any other")
    void heardAgain() {
        pass(12_000, N1, N3);

        bench.heartbeat(N2, 150, seq++);

        assertThat(bench.maintainer().status().suspects()).isEmpty();
        assertThat(suspicion()).isEmpty();
        assertThat(bench.inspector()
                        .whyNot(bench.dispatcher(1), N2, 20_000)
                        .orElseThrow()
                        .obstacles())
                .extracting(PlacementObstacles.Obstacle::code)
                .doesNotContain(PlacementObstacles.Code.SUSPECT);
    }

    @Test
    @DisplayName("UP-20: nothing is placed elsewhere while the suspect is a member: it may still write")
    void notBeforeItIsGone() {
        pass(60_000, N1, N3);

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).isEmpty();
        bench.members(N1, N3);
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).hasSize(2);
    }

    @Test
    @DisplayName("G13, L14: a worker that has lost what it knew speaks under another incarnation, and that is silence")
    void otherIncarnation() {
        for (int i = 0; i < 24; i++) {
            pass(500, N1, N3);
            bench.report(
                    N2,
                    new WorkerReport.Heartbeat(
                            MaintainerBench.CHANGEFEED,
                            bench.epoch(),
                            999,
                            Long.MAX_VALUE,
                            null,
                            List.of(),
                            false,
                            List.of()));
        }

        assertThat(bench.maintainer().status().suspects()).containsExactly(N2);
    }

    @Test
    @DisplayName("During the bootstrap too: a node that never answers is named")
    void duringBootstrap() {
        MaintainerBench young = MaintainerBench.fresh();
        young.members(N1, N2);
        young.answer(N1);
        for (int i = 0; i < 12; i++) {
            young.pass(1_000);
            young.answer(N1);
        }

        assertThat(young.maintainer().status().suspects()).containsExactly(N2);
    }
}
