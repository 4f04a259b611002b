package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static dev.maintainer.coordinator.CoordinatorBench.FEED;
import static dev.maintainer.coordinator.CoordinatorBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest.AcknowledgeFinalStatus;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.message.CoordinatorRequest.CoordinatorBootstrap;
import dev.maintainer.api.message.CoordinatorRequest.RemoveMaintainer;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.operator.RefusalReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CoordinatorTest {
    private final CoordinatorBench bench = new CoordinatorBench();

    private AddMaintainer add(long epoch, long checkpoint) {
        return new AddMaintainer(
                FEED, new MaintainerEpoch(epoch), checkpoint, HandoffManifest.EMPTY, bench.membershipVersion());
    }

    private static RemoveMaintainer remove(long epoch, RemovalMode mode) {
        return new RemoveMaintainer(FEED, new MaintainerEpoch(epoch), mode);
    }

    @Test
    @DisplayName("S1: a new changefeed is added under durable epoch 1, repeatedly, until it runs")
    void place() {
        bench.start();
        assertThat(bench.take(CoordinatorBootstrap.class)).hasSize(3);
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        assertThat(bench.last(AddMaintainer.class).message()).isEqualTo(add(1, 100));
        bench.tick(500);
        assertThat(bench.take(AddMaintainer.class)).hasSize(1);
        bench.report(A, 1, LifecyclePhase.BOOTSTRAPPING, 100);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.ADD_TARGET);
        bench.report(A, 1, LifecyclePhase.RUNNING, 100);
        bench.tick(500);
        assertThat(bench.take(AddMaintainer.class)).isEmpty();
    }

    @Test
    @DisplayName("a new owner has to hear of every node that any host has heard of")
    void newestMembership() {
        // given a host that has heard of more than the coordinator
        bench.running();
        bench.says(A, StatusBuilder.running(FEED, 1).membershipVersion(77).build());

        bench.move(B);
        bench.report(A, 1, LifecyclePhase.CLOSED, 120);

        assertThat(bench.take(AddMaintainer.class))
                .extracting(envelope -> ((AddMaintainer) envelope.message()).membershipVersion())
                .containsOnly(77L);
    }

    @Test
    @DisplayName("the scheduler that people have chosen is durable, and the next owner begins with it")
    void chosenScheduler() {
        bench.running();
        bench.schedulerChosen(A, 1, "spread");
        assertThat(bench.stored().scheduler()).isEqualTo("spread");

        bench.members(B, C);

        assertThat(((AddMaintainer) bench.last(AddMaintainer.class).message()).scheduler())
                .isEqualTo("spread");
    }

    @Test
    @DisplayName("L-99, UP-03: the target starts at the final checkpoint of the origin")
    void finalStatus() {
        bench.running();
        bench.move(B);
        assertThat(bench.stored().epoch()).isEqualTo(new MaintainerEpoch(2));
        assertThat(bench.last(RemoveMaintainer.class).message()).isEqualTo(remove(1, RemovalMode.HANDOFF));
        bench.report(A, 1, LifecyclePhase.CLOSED, 200);
        assertThat(bench.stored().checkpointTs()).isEqualTo(200);
        assertThat(bench.take())
                .extracting(envelope -> envelope.message())
                .containsExactly(new AcknowledgeFinalStatus(FEED, new MaintainerEpoch(1)), add(2, 200));
        bench.report(B, 2, LifecyclePhase.RUNNING, 200);
        assertThat(bench.outcomes).containsExactly(MoveOutcome.COMPLETED);
    }

    @Test
    @DisplayName("UP-03: the same report from another node, another epoch, twice, or without a move has no effect")
    void finalStatusMatrix() {
        bench.running();
        bench.report(B, 1, LifecyclePhase.CLOSED, 900);
        assertThat(bench.view().checkpointTs()).isEqualTo(100);
        bench.move(B);
        bench.report(C, 1, LifecyclePhase.CLOSED, 900);
        bench.report(A, 2, LifecyclePhase.CLOSED, 900);
        bench.report(A, 1, LifecyclePhase.REMOVING, 900);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.REMOVE_ORIGIN);
        assertThat(bench.view().checkpointTs()).isEqualTo(100);
        bench.report(A, 1, LifecyclePhase.CLOSED, 200);
        bench.take();
        bench.report(A, 1, LifecyclePhase.CLOSED, 900);
        assertThat(bench.view().checkpointTs()).isEqualTo(200);
        assertThat(bench.take(AcknowledgeFinalStatus.class)).hasSize(1);
        assertThat(bench.coordinator.counters().of("MaintainerStatus", Disposition.STALE))
                .isEqualTo(5);
    }

    @Test
    @DisplayName("L-101: a final status without a checkpoint ends the move at the durable checkpoint")
    void finalStatusWithoutCheckpoint() {
        bench.running();
        bench.move(B);
        bench.report(A, 1, LifecyclePhase.CLOSED, 0);
        assertThat(bench.last(AddMaintainer.class).message()).isEqualTo(add(2, 100));
    }

    @Test
    @DisplayName("L-104: the origin dies while it is asked to stop")
    void originDies() {
        bench.running();
        bench.move(B);
        bench.members(B, C);
        assertThat(bench.last(AddMaintainer.class).to()).isEqualTo(B);
        assertThat(bench.stored().epoch()).isEqualTo(new MaintainerEpoch(2));
    }

    @Test
    @DisplayName("L-104: the target dies while the origin is asked to stop: back, but only after the origin has ended")
    void targetDies() {
        bench.running();
        bench.move(B);
        bench.members(A, C);
        bench.tick(500);
        assertThat(bench.take(AddMaintainer.class)).isEmpty();
        bench.report(A, 1, LifecyclePhase.CLOSED, 150);
        assertThat(bench.last(AddMaintainer.class).to()).isEqualTo(A);
        bench.report(A, 2, LifecyclePhase.RUNNING, 150);
        assertThat(bench.outcomes).containsExactly(MoveOutcome.RETURNED);
    }

    @Test
    @DisplayName("L-104: the target dies after it was asked: elsewhere, under a fresh epoch")
    void targetDiesAfterAdd() {
        bench.running();
        bench.move(B);
        bench.report(A, 1, LifecyclePhase.CLOSED, 150);
        bench.take();
        bench.members(A, C);
        assertThat(bench.last(AddMaintainer.class).message()).isEqualTo(add(3, 150));
    }

    @Test
    @DisplayName("L-104: both die")
    void bothDie() {
        bench.running();
        bench.move(B);
        bench.members(C);
        assertThat(bench.last(AddMaintainer.class).to()).isEqualTo(C);
    }

    @Test
    @DisplayName("L-106: back and forth, each under an epoch of its own")
    void backAndForth() {
        bench.running();
        bench.move(B);
        bench.report(A, 1, LifecyclePhase.CLOSED, 150);
        bench.report(B, 2, LifecyclePhase.RUNNING, 150);
        bench.move(A);
        bench.report(B, 2, LifecyclePhase.CLOSED, 160);
        bench.report(A, 1, LifecyclePhase.CLOSED, 150);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.ADD_TARGET);
        bench.report(A, 3, LifecyclePhase.RUNNING, 160);
        assertThat(bench.view().owner()).isEqualTo(A);
    }

    @Test
    @DisplayName("L-109b, G19: every report of somebody who does not own is answered, not too often")
    void staleOwners() {
        bench.running();
        bench.move(B);
        bench.report(A, 1, LifecyclePhase.CLOSED, 150);
        bench.report(B, 2, LifecyclePhase.RUNNING, 150);
        bench.take();
        bench.report(C, 1, LifecyclePhase.RUNNING, 150);
        bench.report(C, 1, LifecyclePhase.RUNNING, 150);
        assertThat(bench.take(RemoveMaintainer.class)).hasSize(1);
        bench.tick(500);
        bench.report(C, 1, LifecyclePhase.RUNNING, 150);
        assertThat(bench.last(RemoveMaintainer.class).message()).isEqualTo(remove(1, RemovalMode.HANDOFF));
    }

    @Test
    @DisplayName("L-126, G18: a leader that finds only the origin of a move lets it end, then goes on")
    void leaderFindsOrigin() {
        bench.running();
        bench.move(B);
        bench.restart();
        bench.members(A, B, C);
        bench.answer(A, status(1, LifecyclePhase.REMOVING, 120));
        bench.answer(B);
        bench.take();
        bench.answer(C);
        bench.tick(0);
        assertThat(bench.take())
                .extracting(envelope -> envelope.message())
                .containsExactly(remove(1, RemovalMode.HANDOFF));
        bench.report(A, 1, LifecyclePhase.CLOSED, 200);
        assertThat(bench.last(AddMaintainer.class).message()).isEqualTo(add(3, 200));
    }

    @Test
    @DisplayName("L-127: an unknown changefeed that runs is removed under its own epoch")
    void unknown() {
        bench.start();
        bench.report(A, 7, LifecyclePhase.RUNNING, 100);
        assertThat(bench.last(RemoveMaintainer.class).message()).isEqualTo(remove(7, RemovalMode.DROP));
    }

    @Test
    @DisplayName(
            "L-129: a status of another epoch or node does not move the checkpoint; the owner's never moves it back")
    void checkpoints() {
        bench.running();
        bench.report(A, 1, LifecyclePhase.RUNNING, 300);
        bench.report(A, 1, LifecyclePhase.RUNNING, 200);
        bench.report(B, 1, LifecyclePhase.RUNNING, 400);
        assertThat(bench.view().checkpointTs()).isEqualTo(300);
        bench.tick(200);
        assertThat(bench.stored().checkpointTs()).isEqualTo(300);
    }

    @Test
    @DisplayName("L-131: nothing is sent before the epoch is durable, and a second request meanwhile is refused")
    void persistFirst() {
        bench.running();
        bench.hold = true;
        bench.move(B);
        bench.move(C);
        bench.tick(1_000);
        assertThat(bench.take(RemoveMaintainer.class)).isEmpty();
        assertThat(bench.refusals).contains("MoveMaintainer");
        bench.hold = false;
        bench.settle();
        assertThat(bench.take(RemoveMaintainer.class)).hasSize(1);
    }

    @Test
    @DisplayName("L-137: a removal survives a new leader and ends in deletion")
    void removal() {
        bench.running();
        bench.handle(new CoordinatorInput.RemoveChangefeed(FEED));
        assertThat(bench.last(RemoveMaintainer.class).message()).isEqualTo(remove(1, RemovalMode.DROP));
        bench.restart();
        bench.members(A, B);
        bench.answer(A, status(1, LifecyclePhase.REMOVING, 100));
        bench.answer(B);
        bench.tick(0);
        assertThat(bench.last(RemoveMaintainer.class).message()).isEqualTo(remove(1, RemovalMode.DROP));
        bench.report(A, 1, LifecyclePhase.CLOSED, 100);
        assertThat(bench.durable).isEmpty();
        assertThat(bench.coordinator.view(FEED)).isEmpty();
    }

    @Test
    @DisplayName("G15: the changefeed of a dead owner is removed by a fresh owner")
    void removalOfDeadOwner() {
        bench.running();
        bench.handle(new CoordinatorInput.RemoveChangefeed(FEED));
        bench.take();
        bench.members(B, C);
        assertThat(bench.take())
                .extracting(envelope -> envelope.message())
                .containsSubsequence(add(2, 100), remove(2, RemovalMode.DROP));
    }

    @Test
    @DisplayName("S13: the owner dies: elsewhere under the next epoch, at the last accepted checkpoint")
    void ownerDies() {
        bench.running();
        bench.report(A, 1, LifecyclePhase.RUNNING, 300);
        bench.members(B, C);
        assertThat(bench.last(AddMaintainer.class).message()).isEqualTo(add(2, 300));
    }

    @Test
    @DisplayName("S14, S15: whenever the coordinator crashes, epochs go up and belong to one node")
    void crashes() {
        for (int crashAt = 0; crashAt < 6; crashAt++) {
            CoordinatorBench crashing = new CoordinatorBench();
            crashing.running();
            crashing.hold = true;
            crashing.move(B);
            for (int result = 0; result < crashAt && !crashing.results.isEmpty(); result++) {
                crashing.coordinator.handle(crashing.results.remove(), crashing.now);
                crashing.report(A, 1, LifecyclePhase.CLOSED, 200);
            }
            crashing.hold = false;
            crashing.restart();
            crashing.start();
            crashing.tick(500);
            assertThat(crashing.view().phase()).isEqualTo(PlacementPhase.ADD_TARGET);
            assertThat(crashing.view().epoch().value()).isGreaterThan(2);
        }
    }

    @Test
    @DisplayName("a changefeed that no host would begin is not created")
    void beginsNowhere() {
        bench.start();
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 0));
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, Long.MAX_VALUE));
        assertThat(bench.coordinator.view(FEED)).isEmpty();
    }

    @Test
    @DisplayName("an add that a host refuses for good is made again under the next epoch")
    void addRefusedForGood() {
        bench.start();
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        Envelope first = bench.last(AddMaintainer.class);
        bench.handle(new CoordinatorInput.ReportReceived(
                first.to(),
                new CoordinatorReport.RequestRefused(
                        FEED, new MaintainerEpoch(1), null, "AddMaintainer", RefusalReason.CLOSED)));
        assertThat(((AddMaintainer) bench.last(AddMaintainer.class).message()).epoch())
                .isEqualTo(new MaintainerEpoch(2));
    }

    private void refuse(Envelope add) {
        bench.handle(new CoordinatorInput.ReportReceived(
                add.to(),
                new CoordinatorReport.RequestRefused(FEED, epochOf(add), null, "AddMaintainer", RefusalReason.CLOSED)));
    }

    private static MaintainerEpoch epochOf(Envelope add) {
        return ((AddMaintainer) add.message()).epoch();
    }

    @Test
    @DisplayName("an add that hosts refuse again and again is made ever more rarely, and it is shown what it waits for")
    void addRefusedForEver() {
        bench.start();
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        Envelope add = bench.last(AddMaintainer.class);
        List<Long> pauses = new ArrayList<>();
        for (int i = 1; i <= 10; i++) {
            long before = bench.now;
            refuse(add);
            List<Envelope> next = bench.take(AddMaintainer.class);
            for (; next.isEmpty(); next = bench.take(AddMaintainer.class)) {
                assertThat(bench.view().waitsFor()).contains(i + " times it was refused");
                bench.tick(500);
            }
            assertThat(epochOf(next.get(0)))
                    .as("no epoch is used up")
                    .isEqualTo(epochOf(add).next());
            add = next.get(0);
            pauses.add((bench.now - before) / 1_000);
        }
        assertThat(pauses).containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L, 60L);

        refuse(add);
        bench.handle(new CoordinatorInput.RemoveChangefeed(FEED));
        assertThat(bench.take(AddMaintainer.class))
                .as("what people want is tried at once")
                .hasSize(1);
    }

    @Test
    @DisplayName("a changefeed that another coordinator has deleted is forgotten, and can be created again")
    void deletedBySomebodyElse() {
        // given a leader that has loaded a changefeed which its predecessor deletes after that
        bench.running();
        bench.deleteElsewhere();

        // when it wants to write, and is told that what it knows is not there any more
        bench.move(B);
        bench.tick(1_000);

        // then
        assertThat(bench.coordinator.view(FEED)).isEmpty();
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 40));
        assertThat(bench.last(AddMaintainer.class).message()).isEqualTo(add(2, 40));
    }

    @Test
    @DisplayName("a deletion does not go on with the next life of a changefeed")
    void deletionStopsAtTheNextLife() {
        // given a removal, whose deletion another coordinator carries out first, and a new life after it
        bench.running();
        bench.handle(new CoordinatorInput.RemoveChangefeed(FEED));
        bench.deleteElsewhere();
        bench.createElsewhere(40, 2);

        // when the removal comes to its deletion, which is refused, so that the store is loaded again
        bench.report(A, 1, LifecyclePhase.CLOSED, 150);
        bench.tick(1_000);

        // then the new life stays, and is taken care of
        assertThat(bench.stored().epoch().value()).isGreaterThanOrEqualTo(2);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.ADD_TARGET);
    }

    @Test
    @DisplayName("Removed and created again: the new life begins above the last epoch of the old one")
    void createdAgain() {
        bench.running();
        bench.handle(new CoordinatorInput.RemoveChangefeed(FEED));
        bench.report(A, 1, LifecyclePhase.CLOSED, 150);
        assertThat(bench.coordinator.view(FEED)).isEmpty();
        bench.take();

        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 40));

        assertThat(bench.last(AddMaintainer.class).message()).isEqualTo(add(2, 40));
        assertThat(bench.stored().epoch()).isEqualTo(new MaintainerEpoch(2));
    }

    @Test
    @DisplayName("It is seen when the owner was last heard of the changefeed")
    void heard() {
        bench.running();
        bench.report(A, 1, LifecyclePhase.RUNNING, 110);
        long heard = bench.now;
        bench.now += 9_000;
        bench.handle(new CoordinatorInput.Tick());
        assertThat(bench.view().heardMillis()).isEqualTo(heard);
    }

    @Test
    @DisplayName("The audit sees a count of maintainers that is wrong")
    void theAuditSees() {
        CoordinatorBench bench = new CoordinatorBench();
        bench.running();
        assertThat(bench.coordinator.audit()).isEmpty();
        bench.coordinator.fleet.bind(B);
        assertThat(bench.coordinator.audit()).hasSize(1);
    }
}
