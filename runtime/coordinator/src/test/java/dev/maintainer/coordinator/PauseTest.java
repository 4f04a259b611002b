package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static dev.maintainer.coordinator.CoordinatorBench.FEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest.AcknowledgeFinalStatus;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.message.CoordinatorRequest.RemoveMaintainer;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A changefeed stands still for a while, with nothing running, and goes on where it was. */
class PauseTest {
    private final CoordinatorBench bench = new CoordinatorBench();

    private void pause(boolean paused) {
        bench.handle(new CoordinatorInput.PauseChangefeed(FEED, paused));
    }

    private void paused() {
        bench.running();
        pause(true);
        bench.report(A, 1, LifecyclePhase.CLOSED, 250);
        bench.tick(200);
        bench.take();
    }

    @Test
    @DisplayName("the wish is durable first; then the owner closes everything, and removes nothing for good")
    void closesEverything() {
        bench.running();
        bench.hold = true;
        pause(true);
        bench.tick(50);
        assertThat(bench.take(RemoveMaintainer.class)).isEmpty();
        bench.hold = false;
        bench.settle();

        assertThat(bench.stored().state()).isEqualTo(DesiredState.PAUSE);
        assertThat(bench.last(RemoveMaintainer.class).message())
                .isEqualTo(new RemoveMaintainer(FEED, new MaintainerEpoch(1), RemovalMode.CLOSE));
        bench.report(A, 1, LifecyclePhase.CLOSED, 250);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.PAUSED);
        assertThat(bench.view().owner()).isNull();
    }

    @Test
    @DisplayName("the last word is acknowledged when its checkpoint is durable: there the changefeed goes on")
    void lastWord() {
        bench.running();
        pause(true);
        bench.take();
        bench.hold = true;
        bench.report(A, 1, LifecyclePhase.CLOSED, 250);
        bench.tick(500);
        bench.report(A, 1, LifecyclePhase.CLOSED, 250);
        assertThat(bench.take(AcknowledgeFinalStatus.class)).isEmpty();
        bench.hold = false;
        bench.settle();
        assertThat(bench.stored().checkpointTs()).isEqualTo(250);

        bench.report(A, 1, LifecyclePhase.CLOSED, 250);

        assertThat(bench.take(AcknowledgeFinalStatus.class)).hasSize(1);
    }

    @Test
    @DisplayName("resumed, it is added under a fresh epoch at its checkpoint")
    void resumed() {
        paused();
        bench.tick(10_000);
        assertThat(bench.take(AddMaintainer.class)).isEmpty();

        pause(false);

        AddMaintainer add = (AddMaintainer) bench.last(AddMaintainer.class).message();
        assertThat(add.epoch()).isEqualTo(new MaintainerEpoch(2));
        assertThat(add.checkpointTs()).isEqualTo(250);
        assertThat(bench.stored().state()).isEqualTo(DesiredState.RUN);
    }

    @Test
    @DisplayName("resumed before everything is closed, it is closed first")
    void resumedEarly() {
        bench.running();
        pause(true);
        pause(false);
        bench.tick(500);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.PAUSING);
        bench.report(A, 1, LifecyclePhase.CLOSED, 250);
        bench.tick(500);

        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.ADD_TARGET);
    }

    @Test
    @DisplayName("the owner dies while it closes: another one is added only to close what is left")
    void ownerDies() {
        bench.running();
        pause(true);
        bench.take();

        bench.members(B, C);

        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.PAUSING);
        assertThat(bench.take().stream().map(each -> each.message().kind()).toList())
                .contains("AddMaintainer", "RemoveMaintainer");
        bench.report(B, 2, LifecyclePhase.CLOSED, 100);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.PAUSED);
    }

    @Test
    @DisplayName("a paused changefeed can be removed, and a move of it is refused")
    void removedWhilePaused() {
        paused();
        bench.move(B);
        assertThat(bench.refusals).contains("MoveMaintainer");

        bench.handle(new CoordinatorInput.RemoveChangefeed(FEED));
        bench.tick(500);
        bench.report(A, 2, LifecyclePhase.CLOSED, 250);
        bench.tick(500);

        assertThat(bench.durable).doesNotContainKey(FEED);
        pause(true);
        assertThat(bench.refusals).contains("PauseChangefeed");
    }

    @Test
    @DisplayName("the next coordinator keeps it paused, and sees to it that nothing runs")
    void nextCoordinator() {
        paused();
        bench.restart();
        bench.start();
        bench.tick(500);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.PAUSING);
        bench.report(A, 2, LifecyclePhase.CLOSED, 250);

        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.PAUSED);
        assertThat(bench.stored().checkpointTs()).isEqualTo(250);
    }

    @Test
    @DisplayName("a paused changefeed does not hold a drain up")
    void drain() {
        paused();
        bench.drain(B);
        bench.confirm(A, B, C);

        assertThat(bench.coordinator.drain().state()).isEqualTo(DrainView.State.DRAINED);
    }
}
