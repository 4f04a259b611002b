package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static dev.maintainer.coordinator.CoordinatorBench.FEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ReplicationMode;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whether a changefeed keeps a redo log is decided once, and every owner is told. */
class RedoTest {
    private final CoordinatorBench bench = new CoordinatorBench();

    private List<AddMaintainer> adds() {
        return bench.take(AddMaintainer.class).stream()
                .map(sent -> (AddMaintainer) sent.message())
                .toList();
    }

    @Test
    @DisplayName("the first owner is told that there is a redo log, and so is each that follows")
    void everyOwner() {
        bench.start();
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100, "", true, ChangefeedConfiguration.NONE));
        assertThat(adds()).isNotEmpty().allMatch(AddMaintainer::redo);
        bench.report(A, 1, LifecyclePhase.RUNNING, 100);

        bench.handle(new CoordinatorInput.MoveMaintainer(FEED, B));
        bench.report(A, 1, LifecyclePhase.CLOSED, 140);
        bench.tick(1_000);
        assertThat(adds()).isNotEmpty().allMatch(AddMaintainer::redo);
    }

    @Test
    @DisplayName("a coordinator that takes over reads it from the metadata")
    void everyCoordinator() {
        bench.start();
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100, "", true, ChangefeedConfiguration.NONE));
        bench.report(A, 1, LifecyclePhase.RUNNING, 100);
        adds();

        bench.restart();
        bench.members(B, C);
        bench.answer(B);
        bench.answer(C);
        bench.tick(1_000);
        assertThat(bench.durable.values()).allMatch(stored -> stored.metadata().redo());
        assertThat(adds()).isNotEmpty().allMatch(AddMaintainer::redo);
    }

    @Test
    @DisplayName("without one nobody hears of it")
    void without() {
        bench.start();
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        assertThat(adds()).isNotEmpty().noneMatch(AddMaintainer::redo);
    }

    @Test
    @DisplayName("a redo pipeline is no changefeed of its own")
    void refused() {
        bench.start();
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED.in(ReplicationMode.REDO), 100));
        assertThat(bench.refusals).containsExactly("CreateChangefeed");
        assertThat(bench.durable).isEmpty();
    }
}
