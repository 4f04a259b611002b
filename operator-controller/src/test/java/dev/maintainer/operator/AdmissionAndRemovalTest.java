package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.A;
import static dev.maintainer.operator.Rig.B;
import static dev.maintainer.operator.Rig.C;
import static dev.maintainer.operator.Rig.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the controller does around the protocols: replacement by DDL, time, and what it counts. */
class AdmissionAndRemovalTest {

    // ---- DDL ---------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("I-56, L-69: an operator that is replaced ends exactly once, and what comes late finds nobody")
    void aReplacedOperatorEndsOnce() {
        Rig rig = Rig.adding();

        rig.drop(1);
        rig.reported(B, 1, ComponentState.WORKING);
        rig.tickAt(5_000);

        assertThat(rig.take()).containsExactly("#1 ADD: finished", "#1 REMOVE: remove on b");
        rig.reported(B, 1, ComponentState.STOPPED);
        assertThat(rig.take()).containsExactly("#1 REMOVE: finished");
    }

    @Test
    @DisplayName("L-64: a table is dropped during an add: the removal goes to the node that was told to create")
    void aDropDuringAnAdd() {
        Rig rig = Rig.adding();

        rig.drop(1);
        rig.die(B);

        assertThat(rig.take()).containsExactly("#1 ADD: finished", "#1 REMOVE: remove on b", "#1 REMOVE: finished");
        assertThat(rig.span(1)).isEqualTo("gone");
    }

    @Test
    @DisplayName("L-64: a table is dropped while a removal of a former owner is taken up: its node is not forgotten")
    void aDropDuringARestoredRemoval() {
        Rig rig = new Rig();
        rig.spans.addAbsent(id(1), 100);
        rig.controller.restoreRemoval(id(1), A, OperatorType.MOVE, 0);
        rig.take();

        rig.drop(1);

        assertThat(rig.take()).containsExactly("#1 MOVE: finished", "#1 REMOVE: remove on a");
        assertThat(rig.span(1)).isEqualTo("gone");
    }

    @Test
    @DisplayName("I-71: a table is dropped that no operator drives: a removal, and nothing else")
    void aDropWithoutAFormerOperator() {
        Rig rig = new Rig();
        rig.spans.addReplicating(id(1), A, 100);

        rig.drop(1);

        assertThat(rig.take()).containsExactly("#1 REMOVE: remove on a");
        assertThat(rig.controller.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("Invariant 30: an absent span needs no removal")
    void aDropOfAnAbsentSpanSendsNothing() {
        Rig rig = new Rig();
        rig.spans.addAbsent(id(1), 100);

        rig.drop(1);

        assertThat(rig.take()).isEmpty();
        assertThat(rig.controller.size()).isZero();
    }

    @Test
    void aDropOnADeadNodeEndsAtOnce() {
        Rig rig = new Rig();
        rig.spans.addReplicating(id(1), A, 100);
        rig.alive.remove(A);

        rig.drop(1);

        assertThat(rig.take()).containsExactly("#1 REMOVE: finished");
    }

    @Test
    @DisplayName("What the owner's policy forbids is refused before anything is touched, a drop included")
    void thePolicyOfTheOwnerIsAskedAtEachAdmission() {
        Rig rig = Rig.moving();
        rig.spans.addAbsent(id(2), 100);
        rig.spans.addReplicating(id(3), A, 100);
        rig.policy =
                (dispatcher, type) -> dispatcher.equals(id(9)) ? Optional.empty() : Optional.of(RefusalReason.NOT_YET);
        Admission notYet = Admission.refused(RefusalReason.NOT_YET);

        assertThat(rig.controller.add(id(2), B, 0)).isEqualTo(notYet);
        assertThat(rig.controller.move(id(3), A, B, 0)).isEqualTo(notYet);
        assertThat(rig.controller.restoreRemoval(id(3), A, OperatorType.REMOVE, 0))
                .isEqualTo(notYet);
        assertThat(rig.controller.removeStray(id(8), A, 0)).isEqualTo(notYet);
        rig.controller.removeForDdl(List.of(id(1), id(3)), 0);

        assertThat(rig.take()).isEmpty();
        assertThat(rig.phase(1)).isEqualTo("MOVE REMOVE_ORIGIN");
        assertThat(rig.controller.size()).isEqualTo(1);
        assertThat(rig.controller.refusals()).isEqualTo(Map.of(RefusalReason.NOT_YET, 6L));
        assertThat(rig.controller.closeTrigger(id(9), A, 0).isAdmitted()).isTrue();
    }

    // ---- the checkpoint ----------------------------------------------------------------------------------------

    @Test
    @DisplayName("I-72: an operator whose span is gone does not cap the checkpoint")
    void theFloorSkipsOperatorsWithoutASpan() {
        Rig rig = Rig.adding();
        assertThat(rig.controller.checkpointFloor(500)).isEqualTo(100);

        rig.spans.remove(id(1));

        assertThat(rig.controller.checkpointFloor(500)).isEqualTo(500);
    }

    @Test
    @DisplayName("Invariant 39: adds and moves cap the checkpoint in every phase, removals do not")
    void theFloorIsTheLowestOfAddsAndMoves() {
        Rig rig = Rig.moving();
        rig.spans.addAbsent(id(2), 70);
        rig.controller.add(id(2), B, 0);
        rig.spans.addReplicating(id(3), A, 10);
        rig.controller.restoreRemoval(id(3), A, OperatorType.REMOVE, 0);

        assertThat(rig.controller.checkpointFloor(500)).isEqualTo(70);
        rig.reported(B, 2, ComponentState.WORKING);
        assertThat(rig.controller.checkpointFloor(500)).isEqualTo(100);
        rig.reported(A, 1, ComponentState.STOPPED);
        assertThat(rig.controller.checkpointFloor(500)).isEqualTo(100);
        assertThat(rig.controller.checkpointFloor(50)).isEqualTo(50);
        rig.reported(B, 1, ComponentState.WORKING);
        assertThat(rig.controller.checkpointFloor(500)).isEqualTo(500);
    }

    // ---- time --------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("Invariants 17, 31: a command is repeated every resend time, exactly, and never after the end")
    void commandsAreRepeated() {
        Rig rig = Rig.adding();

        for (long now = 0; now <= 60_000; now += 100) {
            rig.tickAt(now);
            boolean due = now > 0 && now % 10_000 == 0;
            assertThat(rig.take().stream().filter(text -> text.contains("create")))
                    .as("at %s ms", now)
                    .hasSize(due ? 1 : 0);
        }
        rig.reported(B, 1, ComponentState.WORKING);
        rig.take();
        rig.tickAt(200_000);
        assertThat(rig.take()).isEmpty();
        assertThat(rig.controller.queued()).isZero();
    }

    @Test
    @DisplayName("I-29, invariant 31: after a phase change the next command goes out at once, and the clock restarts")
    void aPhaseChangeDoesNotWaitForTheResend() {
        Rig rig = Rig.moving();
        rig.tickAt(9_000);

        rig.reported(A, 1, ComponentState.STOPPED);
        assertThat(rig.take()).containsExactly("#1 MOVE: create on b");

        rig.tickAt(10_000);
        rig.tickAt(18_999);
        assertThat(rig.take()).isEmpty();
        rig.tickAt(19_000);
        assertThat(rig.take()).containsExactly("#1 MOVE: create on b");
    }

    @Test
    void aReportThatMeansNothingSendsNothing() {
        Rig rig = Rig.moving();

        for (int i = 0; i < 100; i++) {
            rig.reported(A, 1, ComponentState.WORKING);
        }

        assertThat(rig.take()).isEmpty();
        assertThat(rig.controller.queued()).isEqualTo(1);
    }

    @Test
    @DisplayName("I-69: an operator that is old is reported as stuck, at most once per deadline")
    void anOldOperatorIsReported() {
        Rig rig = Rig.adding();
        int reports = 0;
        for (long now = 0; now < 120_000; now += 500) {
            rig.tickAt(now);
            long stuck = rig.take().stream()
                    .filter(text -> text.equals("#1 ADD: stuck in PLACING"))
                    .count();
            assertThat(stuck == 0 || now % 30_000 == 0).as("at %s ms", now).isTrue();
            reports += (int) stuck;
        }

        assertThat(reports).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void refusesTimingsBelowOneMillisecond(long millis) {
        assertThatThrownBy(() -> new OperatorTimings(millis, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new OperatorTimings(1, millis)).isInstanceOf(IllegalArgumentException.class);
    }

    // ---- what people see ---------------------------------------------------------------------------------------

    @Test
    void refusalsAreCountedByReason() {
        Rig rig = Rig.adding();

        rig.controller.add(id(1), C, 0);
        rig.controller.add(id(1), C, 0);
        rig.controller.add(id(7), C, 0);

        assertThat(rig.controller.refusals()).isEqualTo(Map.of(RefusalReason.DUPLICATE, 2L, RefusalReason.GONE, 1L));
    }

    @Test
    void anOperatorIsShownWithItsNodesAndItsAge() {
        Rig rig = Rig.moving();

        assertThat(rig.controller.operators(1_500))
                .containsExactly(new OperatorView(id(1), OperatorType.MOVE, "REMOVE_ORIGIN", A, B, 1_500, false));
    }
}
