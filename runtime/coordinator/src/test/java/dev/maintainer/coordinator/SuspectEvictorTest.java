package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest.CoordinatorBootstrap;
import dev.maintainer.api.message.CoordinatorRequest.RemoveMaintainer;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.NodeId;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SuspectEvictorTest {
    private final CoordinatorBench bench = new CoordinatorBench();

    /** The maintainer on A suspects nodes for so long; these hosts answer when they are asked. */
    private void pass(long millis, List<NodeId> suspects, NodeId... answering) {
        for (long passed = 0; passed < millis; passed += 500) {
            bench.suspects(A, 1, suspects.toArray(NodeId[]::new));
            bench.tick(500);
            for (NodeId node : answering) {
                bench.answer(node);
            }
        }
    }

    @Test
    @DisplayName(
            "UP-20: a member that neither its maintainer nor the coordinator hears is expelled after a minute, once")
    void expelled() {
        bench.running();

        pass(59_000, List.of(B));
        assertThat(bench.expelled).isEmpty();
        pass(2_000, List.of(B));
        assertThat(bench.expelled).containsExactly(B);
        pass(30_000, List.of(B));
        assertThat(bench.expelled).containsExactly(B);
    }

    @Test
    @DisplayName("A suspect is asked by the coordinator, which is the second observer")
    void asked() {
        bench.running();
        pass(1_000, List.of(B));
        bench.take();

        bench.tick(500);

        assertThat(bench.take(CoordinatorBootstrap.class))
                .extracting(each -> each.to())
                .containsExactly(B);
    }

    @Test
    @DisplayName(
            "A coordinator that stood still has not read that the suspect is heard again, and expels nobody for it")
    void stoodStill() {
        bench.running();
        pass(1_000, List.of(B));
        bench.tick(100_000);
        pass(60_000, List.of());
        assertThat(bench.expelled).isEmpty();
    }

    @Test
    @DisplayName("One that is heard again in time stays")
    void heardAgain() {
        bench.running();
        pass(50_000, List.of(B));
        pass(1_000, List.of());
        pass(50_000, List.of(B));
        assertThat(bench.expelled).isEmpty();
    }

    @Test
    @DisplayName("A maintainer that hears nobody, while the coordinator does, is moved, and nobody is expelled")
    void deafMaintainer() {
        bench.running();

        pass(61_000, List.of(B, C), B, C);

        assertThat(bench.expelled).isEmpty();
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.REMOVE_ORIGIN);
        assertThat(bench.last(RemoveMaintainer.class).to()).isEqualTo(A);
    }

    @Test
    @DisplayName(
            "A coordinator that hears as little as the maintainer beside it is cut off itself: it resigns, and expels nobody")
    void cutOff() {
        bench.running();

        pass(61_000, List.of(B, C));
        assertThat(bench.resignations)
                .anyMatch(
                        reason -> reason.startsWith("this coordinator hears 0 of [b, c], and most members are among"));
        pass(200_000, List.of(B, C));

        assertThat(bench.expelled).isEmpty();
        assertThat(bench.resignations).hasSizeGreaterThan(1);
    }

    @Test
    @DisplayName("If moving has not helped, it was not the maintainer")
    void movingHasNotHelped() {
        bench.running();
        pass(61_000, List.of(B, C), B, C);
        bench.report(A, 1, LifecyclePhase.CLOSED, 120);
        NodeId owner = Objects.requireNonNull(bench.view().owner());
        assertThat(owner).isIn(B, C);
        NodeId other = B.equals(owner) ? C : B;

        for (int i = 0; i < 200; i++) {
            bench.suspects(owner, 2, A, other);
            bench.tick(500);
            bench.answer(A);
            bench.answer(other);
        }

        assertThat(bench.expelled).hasSize(1).doesNotContain(owner);
    }

    @Test
    @DisplayName("A maintainer that never begins because it hears nobody is expelled itself")
    void deafFromTheBeginning() {
        bench.start();
        bench.handle(new CoordinatorInput.CreateChangefeed(CoordinatorBench.FEED, 100));
        for (int i = 0; i < 130; i++) {
            bench.handle(new CoordinatorInput.ReportReceived(
                    A, new CoordinatorReport.MaintainerHeartbeat(List.of(bootstrapping(List.of(B, C))))));
            bench.tick(500);
            bench.answer(B);
            bench.answer(C);
        }
        assertThat(bench.expelled).containsExactly(A);
    }

    @Test
    @DisplayName(
            "A maintainer that hears nobody is moved, and does not end: its own node is expelled, and no other before it")
    void deafAndItsHandoffHangs() {
        bench.running();
        pass(61_000, List.of(B, C), B, C);
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.REMOVE_ORIGIN);

        removing(59_000, List.of(B, C));
        assertThat(bench.expelled).isEmpty();
        removing(300_000, List.of(B, C));

        assertThat(bench.expelled).containsOnly(A);
    }

    @Test
    @DisplayName("A maintainer that hears nobody closes everything, and does not end: its own node is expelled")
    void deafInAClose() {
        bench.running();
        bench.handle(new CoordinatorInput.PauseChangefeed(CoordinatorBench.FEED, true));
        removing(61_000, List.of(B, C));
        assertThat(bench.expelled).containsExactly(A);
    }

    @Test
    @DisplayName(
            "The origin of a move waits for its own worker only: of another member that it does not hear its successor will judge")
    void anOriginThatDoesNotHearOne() {
        bench.running();
        bench.move(B);

        removing(300_000, List.of(B));
        assertThat(bench.expelled).isEmpty();
        removing(61_000, List.of(A, B));

        assertThat(bench.expelled).containsOnly(A);
    }

    @Test
    @DisplayName("A move that came back proves nothing: the maintainer is where it was, and is moved again")
    void movedAndCameBack() {
        bench.running();
        pass(61_000, List.of(B, C), B, C);
        bench.members(A, C);
        bench.report(A, 1, LifecyclePhase.CLOSED, 120);
        bench.report(A, 2, LifecyclePhase.RUNNING, 120);
        assertThat(bench.view().owner()).isEqualTo(A);

        for (int i = 0; i < 200; i++) {
            bench.suspects(A, 2, C);
            bench.tick(500);
            bench.answer(C);
        }

        assertThat(bench.expelled).isEmpty();
        assertThat(bench.view().phase()).isEqualTo(PlacementPhase.REMOVE_ORIGIN);
    }

    /** The maintainer on A is being removed, and does not hear these; B and C answer the coordinator. */
    private void removing(long millis, List<NodeId> suspects) {
        for (long passed = 0; passed < millis; passed += 500) {
            bench.says(A, status(LifecyclePhase.REMOVING, suspects));
            bench.tick(500);
            bench.answer(B);
            bench.answer(C);
        }
    }

    private static MaintainerStatus bootstrapping(List<NodeId> suspects) {
        return status(LifecyclePhase.BOOTSTRAPPING, suspects);
    }

    private static MaintainerStatus status(LifecyclePhase phase, List<NodeId> suspects) {
        return StatusBuilder.of(1, phase, 100).suspects(suspects).build();
    }
}
