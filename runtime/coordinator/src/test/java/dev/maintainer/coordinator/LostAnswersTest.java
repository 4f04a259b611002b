package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static dev.maintainer.coordinator.CoordinatorBench.FEED;
import static dev.maintainer.coordinator.CoordinatorBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorRequest.AcknowledgeFinalStatus;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The store does what it was asked for and its answer is lost; leaders die; and still nothing that was said is lost. */
class LostAnswersTest {
    private static final HandoffManifest MANIFEST = new HandoffManifest(
            List.of(new FrozenOperator(new DispatcherId(1, 7), OperatorType.REMOVE, "REMOVING", null, 0, B, null)));

    private final CoordinatorBench bench = new CoordinatorBench();

    private static MaintainerStatus lastWord(long epoch, long checkpoint) {
        return StatusBuilder.of(epoch, LifecyclePhase.CLOSED, checkpoint)
                .manifest(MANIFEST)
                .build();
    }

    /** The present leader dies; A tells the next one this, the others have nothing. */
    private void nextLeader(MaintainerStatus ofA) {
        bench.restart();
        bench.members(A, B, C);
        bench.answer(B);
        bench.answer(C);
        bench.take();
        bench.answer(A, ofA);
        bench.tick(500);
    }

    /** The store is slow from here on, until its answers are lost. */
    private void answersAreHeld() {
        bench.hold = true;
    }

    private void answersAreLost() {
        List<CoordinatorInput> answers = List.copyOf(bench.results);
        bench.results.clear();
        bench.hold = false;
        for (CoordinatorInput answer : answers) {
            bench.handle(
                    answer instanceof CoordinatorInput.MetadataStored stored
                            ? new CoordinatorInput.MetadataFailed(stored.requestId(), "connection lost")
                            : answer);
        }
    }

    private void ticks(int number) {
        for (int i = 0; i < number; i++) {
            bench.tick(500);
        }
    }

    private void pause(boolean paused) {
        bench.handle(new CoordinatorInput.PauseChangefeed(FEED, paused));
    }

    private List<NodeId> added() {
        return bench.take(AddMaintainer.class).stream()
                .map(sent -> sent.to())
                .distinct()
                .toList();
    }

    private void assertHandedOn(long checkpoint) {
        AddMaintainer add = (AddMaintainer) bench.last(AddMaintainer.class).message();
        assertThat(add.checkpointTs()).isEqualTo(checkpoint);
        assertThat(add.manifest()).isEqualTo(MANIFEST);
    }

    // ---- wishes ------------------------------------------------------------------------------------------------

    @Test
    @DisplayName(
            "a pause that is asked for after a write whose answer was lost is carried out, and no checkpoint is lost")
    void pause() {
        bench.running();
        bench.tick(500);
        answersAreHeld();
        bench.report(A, 1, LifecyclePhase.RUNNING, 300);
        assertThat(bench.stored().checkpointTs()).isEqualTo(300);
        answersAreLost();

        pause(true);
        ticks(10);

        assertThat(bench.stored().state()).isEqualTo(DesiredState.PAUSE);
        assertThat(bench.stored().checkpointTs()).isEqualTo(300);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.PAUSING);
    }

    @Test
    @DisplayName(
            "a resume that is asked for while the pause is on its way is the newer wish, also if the pause is answered by nobody")
    void resume() {
        bench.running();
        answersAreHeld();
        pause(true);
        assertThat(bench.stored().state()).isEqualTo(DesiredState.PAUSE);
        pause(false);
        answersAreLost();

        ticks(10);

        assertThat(bench.stored().state()).isEqualTo(DesiredState.RUN);
    }

    @Test
    @DisplayName(
            "a resume that was accepted counts, although nobody here knew of the pause that another coordinator had stored")
    void resumeWithoutKnowing() {
        bench.running();
        bench.storeElsewhere(stored -> stored.withState(DesiredState.PAUSE));
        pause(false);
        bench.report(A, 1, LifecyclePhase.RUNNING, 300);
        ticks(10);

        assertThat(bench.stored().state()).isEqualTo(DesiredState.RUN);
        assertThat(bench.stored().checkpointTs()).isEqualTo(300);
    }

    @Test
    @DisplayName("what another coordinator has stored counts when nothing here is newer")
    void aWishOfAnotherCoordinator() {
        bench.running();
        pause(true);
        bench.report(A, 1, LifecyclePhase.CLOSED, 250);
        bench.tick(500);
        bench.storeElsewhere(stored -> stored.withState(DesiredState.RUN));

        // when this one wants to write, and is told that it knows an old version
        pause(true);
        ticks(10);
        pause(false);
        ticks(10);

        assertThat(bench.stored().state()).isEqualTo(DesiredState.RUN);
    }

    @Test
    @DisplayName("a pause that is durable gives way to a resume that another coordinator has stored")
    void aStoredWishGivesWay() {
        bench.running();
        pause(true);
        bench.take();
        assertThat(bench.stored().state()).isEqualTo(DesiredState.PAUSE);
        bench.storeElsewhere(stored -> stored.withState(DesiredState.RUN));

        bench.report(A, 1, LifecyclePhase.CLOSED, 250);
        ticks(10);

        assertThat(bench.stored().state()).isEqualTo(DesiredState.RUN);
        assertThat(bench.stored().checkpointTs()).isEqualTo(250);
    }

    @Test
    @DisplayName("the scheduler that people have chosen is not forgotten for one that was stored before")
    void scheduler() {
        bench.running();
        bench.tick(500);
        answersAreHeld();
        bench.report(A, 1, LifecyclePhase.RUNNING, 300);
        bench.schedulerChosen(A, 1, "spread");
        answersAreLost();
        bench.members(B, C);
        ticks(4);

        assertThat(bench.stored().scheduler()).isEqualTo("spread");
        assertThat(((AddMaintainer) bench.last(AddMaintainer.class).message()).scheduler())
                .isEqualTo("spread");
    }

    @Test
    @DisplayName("a creation that the store has refused to answer, and not carried out, is made again")
    void creation() {
        bench.start();
        bench.hold = true;
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        bench.durable.clear();
        answersAreLost();

        ticks(2);

        assertThat(bench.stored().checkpointTs()).isEqualTo(100);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.ADD_TARGET);
    }

    @Test
    @DisplayName("a creation that is repeated while the store has not answered is one write")
    void repeatedCreation() {
        bench.start();
        bench.hold = true;

        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));

        assertThat(bench.results).hasSize(1);
    }

    @Test
    @DisplayName("a creation that took effect although nobody said so is not made twice")
    void creationThatTookEffect() {
        bench.start();
        bench.hold = true;
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        answersAreLost();

        ticks(2);

        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.ADD_TARGET);
        assertThat(bench.refusals).doesNotContain("CreateChangefeed");
    }

    // ---- last words --------------------------------------------------------------------------------------------

    @Test
    @DisplayName("a leader dies during a move: the next lets the origin end, and hands its manifest on")
    void oneLeaderDies() {
        bench.running();
        bench.move(B);

        nextLeader(status(1, LifecyclePhase.REMOVING, 110));
        assertThat(added()).isEmpty();
        bench.says(A, lastWord(1, 120));

        assertHandedOn(120);
    }

    @Test
    @DisplayName(
            "the next leader dies, too, when the last word of the origin is durable: the third hands the manifest on")
    void twoLeadersDie() {
        bench.running();
        bench.move(B);
        nextLeader(status(1, LifecyclePhase.REMOVING, 110));
        answersAreHeld();
        bench.says(A, lastWord(1, 120));
        assertThat(bench.stored().epoch()).isEqualTo(new MaintainerEpoch(3));
        bench.hold = false;

        nextLeader(lastWord(1, 120));

        assertHandedOn(120);
    }

    @Test
    @DisplayName("epochs were claimed for which nobody was added: their origin ends before anybody is")
    void theOriginIsSomeEpochsBack() {
        bench.running();
        answersAreHeld();
        bench.move(B);
        answersAreLost();
        ticks(6);
        assertThat(bench.stored().epoch()).isEqualTo(new MaintainerEpoch(3));

        nextLeader(status(1, LifecyclePhase.REMOVING, 110));
        ticks(4);
        assertThat(added()).isEmpty();
        bench.says(A, lastWord(1, 120));

        assertHandedOn(120);
    }

    @Test
    @DisplayName("a word that is below what is durable is that of somebody before the last owner, and holds nothing up")
    void anOldWord() {
        bench.running();
        bench.move(B);
        bench.report(A, 1, LifecyclePhase.CLOSED, 120);
        bench.report(B, 2, LifecyclePhase.RUNNING, 400);
        bench.tick(500);
        bench.members(A, C);

        nextLeader(lastWord(1, 120));

        AddMaintainer add = (AddMaintainer) bench.last(AddMaintainer.class).message();
        assertThat(add.checkpointTs()).isEqualTo(400);
        assertThat(add.manifest()).isEqualTo(HandoffManifest.EMPTY);
    }

    @Test
    @DisplayName("the last word under the durable epoch counts for the next leader, of a pause too")
    void theWordOfAPause() {
        bench.running();
        pause(true);
        nextLeader(lastWord(1, 250));
        ticks(2);
        assertThat(bench.stored().checkpointTs()).isEqualTo(250);
    }

    @Test
    @DisplayName(
            "the owner was told to stop, and ends before the next epoch is durable: its word is kept before it is acknowledged")
    void whileClaiming() {
        bench.running();
        bench.restart();
        bench.members(A, B, C);
        bench.answer(B);
        bench.answer(C);
        bench.tick(500);
        answersAreHeld();
        bench.answer(A, status(1, LifecyclePhase.REMOVING, 110));
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.CLAIMING);
        bench.take();

        bench.says(A, lastWord(1, 120));
        bench.tick(500);
        assertThat(bench.take(AcknowledgeFinalStatus.class)).isEmpty();
        bench.hold = false;
        bench.settle();
        bench.tick(500);

        assertHandedOn(120);
    }

    @Test
    @DisplayName(
            "an owner that ends without having been asked by this leader: its word is kept before it is acknowledged")
    void whileRunning() {
        bench.running();
        answersAreHeld();

        bench.says(A, lastWord(1, 120));
        bench.says(A, lastWord(1, 120));
        assertThat(bench.take(AcknowledgeFinalStatus.class)).isEmpty();
        bench.hold = false;
        bench.settle();

        assertHandedOn(120);
    }

    @Test
    @DisplayName("nobody can take over yet: the origin keeps its word, and is not thanked at every tick")
    void nobodyCanTakeOver() {
        bench.running();
        bench.move(B);
        answersAreHeld();
        bench.says(A, lastWord(1, 120));
        // A drain that nobody has heard of yet closes all nodes.
        bench.drain(C);
        bench.hold = false;
        bench.settle();
        bench.take();

        for (int i = 0; i < 200; i++) {
            bench.tick(50);
        }

        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.ORIGIN_STOPPED);
        assertThat(bench.take(AcknowledgeFinalStatus.class)).isEmpty();
        bench.confirm(A, B, C);
        assertThat(bench.take(AcknowledgeFinalStatus.class)).hasSize(1);
        bench.tick(500);
        assertHandedOn(120);
    }
}
