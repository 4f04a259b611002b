package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.message.CoordinatorRequest.SetDrainTarget;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.DrainView.State;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DrainTest {
    private final CoordinatorBench bench = new CoordinatorBench();

    private DrainView view() {
        return bench.coordinator.drain();
    }

    private long epoch() {
        return view().target().epoch();
    }

    @Test
    @DisplayName("L-144: a drain before the coordinator has started is refused")
    void tooEarly() {
        assertThat(bench.drain(A).accepted()).isFalse();
        assertThat(view().state()).isEqualTo(State.NONE);
    }

    @Test
    @DisplayName("Every host is told, again and again until it has confirmed")
    void repeatedUntilConfirmed() {
        bench.running();

        assertThat(bench.drain(B).accepted()).isTrue();
        assertThat(bench.take(SetDrainTarget.class)).hasSize(3);
        bench.confirm(A, C);
        bench.tick(500);

        assertThat(bench.take(SetDrainTarget.class))
                .extracting(envelope -> envelope.to())
                .containsExactly(B);
        assertThat(view().unaware()).containsExactly(B);
    }

    @Test
    @DisplayName("L-154: the maintainer leaves the node first, under the next epoch")
    void maintainersLeaveFirst() {
        bench.running();

        bench.drain(A);
        bench.confirm(A, B, C);
        bench.report(A, 1, LifecyclePhase.CLOSED, 120);

        assertThat(bench.last(AddMaintainer.class).to()).isEqualTo(B);
        assertThat(bench.view().owner()).isEqualTo(B);
        assertThat(view().state()).isEqualTo(State.DRAINING);
    }

    @Test
    @DisplayName("what is left is what all changefeeds have left together")
    void sumOfAllChangefeeds() {
        bench.start();
        ChangefeedId onA = new ChangefeedId("x");
        ChangefeedId onB = new ChangefeedId("y");
        bench.handle(new CoordinatorInput.CreateChangefeed(onA, 100));
        bench.handle(new CoordinatorInput.CreateChangefeed(onB, 100));
        bench.drain(C);
        bench.confirm(A, B, C);

        bench.says(A, runs(onA, new DrainProgress(epoch(), 3, 2)));
        bench.says(B, runs(onB, new DrainProgress(epoch(), 4, 5)));
        bench.tick(50);
        assertThat(view().spans()).isEqualTo(7);
        assertThat(view().operators()).isEqualTo(7);

        bench.says(B, runs(onB, new DrainProgress(epoch(), 0, 0)));
        bench.tick(50);
        assertThat(view().remaining())
                .as("the last one has nothing, the first still has")
                .isEqualTo(5);
    }

    private static MaintainerStatus runs(ChangefeedId changefeed, DrainProgress drain) {
        return StatusBuilder.running(changefeed, 1).drain(drain).build();
    }

    @Test
    @DisplayName("L-146: spans, moves, and a maintainer that has not reported under this epoch each keep it going")
    void whatKeepsItGoing() {
        bench.running();
        bench.drain(B);
        bench.confirm(A, B, C);

        assertThat(view().unheard()).isEqualTo(1);
        bench.report(A, 1, new DrainProgress(epoch() - 1, 0, 0));
        bench.tick(50);
        assertThat(view().state()).isEqualTo(State.DRAINING);
        bench.report(A, 1, new DrainProgress(epoch(), 3, 2));
        bench.tick(50);
        assertThat(view().remaining()).isEqualTo(5);
        bench.report(A, 1, new DrainProgress(epoch(), 0, 1));
        bench.tick(50);
        assertThat(view().state()).isEqualTo(State.DRAINING);
        bench.report(A, 1, new DrainProgress(epoch(), 0, 0));
        bench.tick(50);
        assertThat(view().state()).isEqualTo(State.DRAINED);
        assertThat(view().remaining()).isZero();
    }

    @Test
    @DisplayName("S59: a node is not empty while another node does not know that it is being drained")
    void unawareNodesKeepItGoing() {
        bench.running();
        bench.drain(B);
        bench.confirm(A, B);
        bench.report(A, 1, new DrainProgress(epoch(), 0, 0));
        bench.tick(50);
        assertThat(view().state()).isEqualTo(State.DRAINING);
        bench.confirm(C);
        bench.tick(50);
        assertThat(view().state()).isEqualTo(State.DRAINED);
    }

    @Test
    @DisplayName("S59: a node is not empty while it hosts a former owner, of which only itself knows")
    void formerOwnersKeepItGoing() {
        bench.running();
        bench.hosted = 1;
        bench.drain(B);
        bench.confirm(A, B, C);
        bench.report(A, 1, new DrainProgress(epoch(), 0, 0));
        bench.take();
        bench.tick(500);
        assertThat(view().state()).isEqualTo(State.DRAINING);
        assertThat(bench.take(SetDrainTarget.class))
                .extracting(envelope -> envelope.to())
                .containsExactly(B);

        bench.hosted = 0;
        bench.confirm(B);

        assertThat(view().state()).isEqualTo(State.DRAINED);
    }

    @Test
    @DisplayName("S56: no maintainer is placed on the target, nor where the target is not known yet")
    void noPlacementThere() {
        bench.running();
        bench.drain(B);
        bench.confirm(B);

        bench.members(B, C);
        assertThat(bench.take(AddMaintainer.class)).isEmpty();
        bench.confirm(C);
        bench.tick(50);

        assertThat(bench.last(AddMaintainer.class).to()).isEqualTo(C);
        bench.move(B);
        assertThat(bench.refusals).contains("MoveMaintainer");
    }

    @Test
    @DisplayName("L-147: a second target is refused while one is active or its end is not known everywhere")
    void oneAtATime() {
        bench.running();
        bench.drain(B);
        long first = epoch();

        assertThat(bench.drain(C).accepted()).isFalse();
        assertThat(bench.drain(B).accepted()).isTrue();
        assertThat(epoch()).isEqualTo(first);

        assertThat(bench.cancelDrain().accepted()).isTrue();
        assertThat(view().state()).isEqualTo(State.CLEARING);
        assertThat(bench.drain(C).accepted()).isFalse();
        bench.confirm(A, B, C);
        assertThat(bench.drain(C).accepted()).isTrue();
        assertThat(view().target().node()).isEqualTo(C);
        assertThat(epoch()).isGreaterThan(first + 1);
    }

    @Test
    @DisplayName("A node that is no member, and the only one, cannot be drained")
    void nobodyToTakeTheWork() {
        bench.running();
        assertThat(bench.drain(new NodeId("nobody")).accepted()).isFalse();
        bench.members(A);
        assertThat(bench.drain(A).accepted()).isFalse();
    }

    @Test
    @DisplayName("L11: when the target has left, the others are told that the drain has ended")
    void targetLeaves() {
        bench.running();
        bench.drain(B);
        bench.confirm(A, B, C);
        bench.take();

        bench.members(A, C);

        assertThat(bench.take(SetDrainTarget.class))
                .extracting(each -> each.to())
                .containsExactly(A, C);
        assertThat(view().target().node()).isNull();
        bench.confirm(A, C);
        bench.tick(50);
        assertThat(view().state()).isEqualTo(State.NONE);
    }

    @Test
    @DisplayName("When no other node is left, the drain ends and the target gets work again")
    void targetIsLast() {
        bench.running();
        bench.drain(B);
        bench.confirm(A, B, C);

        bench.members(B);
        bench.confirm(B);
        bench.tick(50);

        assertThat(view().state()).isEqualTo(State.NONE);
        assertThat(bench.view().owner()).isEqualTo(B);
    }

    @Test
    @DisplayName("L-151, S57: the next coordinator finds the drain with the hosts, and goes on under a higher epoch")
    void nextCoordinator() {
        bench.running();
        bench.drain(B);
        bench.confirm(A);
        DrainTarget before = view().target();

        bench.restart(CoordinatorBench.status(1, LifecyclePhase.RUNNING, 100));
        bench.tick(50);

        assertThat(view().target().node()).isEqualTo(B);
        assertThat(epoch()).isGreaterThan(before.epoch());
        assertThat(view().unaware()).containsExactly(A, B, C);
    }

    @Test
    @DisplayName("The next coordinator finishes a cancellation that only some hosts have heard of")
    void nextCoordinatorFinishesTheEnd() {
        bench.running();
        bench.drain(B);
        bench.confirm(A, B, C);
        bench.cancelDrain();
        bench.confirm(A);

        bench.restart(CoordinatorBench.status(1, LifecyclePhase.RUNNING, 100));
        bench.tick(50);

        assertThat(view().target().node()).isNull();
        assertThat(view().state()).isEqualTo(State.CLEARING);
        bench.confirm(A, B, C);
        bench.tick(50);
        assertThat(view().state()).isEqualTo(State.NONE);
    }

    @Test
    @DisplayName("L-152: a host that has forgotten, as after a restart, is told again before it is a destination")
    void forgetfulHost() {
        bench.running();
        bench.drain(B);
        bench.confirm(A, B, C);
        bench.held.remove(C);

        bench.answer(C);
        bench.tick(50);

        assertThat(view().unaware()).containsExactly(C);
    }
}
