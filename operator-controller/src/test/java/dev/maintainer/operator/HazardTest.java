package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.A;
import static dev.maintainer.operator.Rig.B;
import static dev.maintainer.operator.Rig.C;
import static dev.maintainer.operator.Rig.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.RefusalReason;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The traps of a control plane with many threads, each with the reason why it cannot be fallen into here. */
class HazardTest {

    @Test
    @DisplayName("HAZARD M1: the destination dies after it worked and before the move is finalized")
    void hazardM1() {
        Rig rig = Rig.moving();
        rig.reported(A, 1, ComponentState.STOPPED);

        // Known to the membership, not yet to the controller: the completion asks again.
        rig.alive.remove(B);
        rig.reported(B, 1, ComponentState.WORKING);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.controller.size()).isZero();
    }

    @ParameterizedTest
    @EnumSource(
            value = ComponentState.class,
            names = {"STOPPED", "REMOVED"},
            mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("HAZARD M2, I-26: an origin that is not Working has not therefore stopped")
    void hazardM2(ComponentState state) {
        Rig rig = Rig.moving();

        rig.reported(A, 1, state);

        assertThat(rig.phase(1)).isEqualTo("MOVE REMOVE_ORIGIN");
        assertThat(rig.take()).isEmpty();
    }

    @Test
    @DisplayName("HAZARD M3: DDL after a move has ended absent must not make the span replicating on no node")
    void hazardM3() {
        Rig rig = Rig.moving();
        rig.die(A, B);
        rig.take();

        rig.controller.removeForDdl(List.of(id(1)), 0);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.take()).isEmpty();
        assertThat(new MoveProtocol(A, B)
                        .on(MoveProtocol.State.ABSENT, new OperatorEvent.TaskRemoved())
                        .effects())
                .isEmpty();
    }

    @Test
    @DisplayName("HAZARD M4: a move from where the span does not run (any more) is refused")
    void hazardM4() {
        Rig rig = new Rig();
        rig.spans.addReplicating(id(1), A, 100);
        rig.spans.addAbsent(id(2), 100);

        assertThat(rig.controller.move(id(1), C, B, 0)).isEqualTo(Admission.refused(RefusalReason.PRECONDITION_FAILED));
        assertThat(rig.controller.move(id(2), A, B, 0)).isEqualTo(Admission.refused(RefusalReason.PRECONDITION_FAILED));

        assertThat(rig.span(1)).isEqualTo("replicating on a");
        assertThat(rig.take()).isEmpty();
    }

    @Test
    @DisplayName("HAZARD Q1, I-64: an operator that ends at the quiesce boundary ends before it, or never")
    void hazardQ1() {
        Rig rig = Rig.adding();
        rig.spans.addAbsent(id(2), 100);
        rig.controller.add(id(2), B, 0);
        rig.take();

        rig.reported(B, 1, ComponentState.WORKING);
        HandoffManifest manifest = rig.quiesce(QuiesceAllowlist.NONE);
        rig.reported(B, 2, ComponentState.WORKING);

        assertThat(rig.take()).containsExactly("#1 ADD: finished");
        assertThat(manifest.frozen()).extracting(frozen -> frozen.dispatcher()).containsExactly(id(2));
        assertThat(rig.span(1)).isEqualTo("replicating on b");
        assertThat(rig.span(2)).isEqualTo("scheduling on b");
    }

    @Test
    @DisplayName("HAZARD A1: of two adds for one id one is refused and does not start")
    void hazardA1() {
        Rig rig = Rig.adding();

        assertThat(rig.controller.add(id(1), C, 0)).isEqualTo(Admission.refused(RefusalReason.DUPLICATE));

        assertThat(rig.span(1)).isEqualTo("scheduling on b");
        assertThat(rig.controller.size()).isEqualTo(1);
        assertThat(rig.take()).isEmpty();
    }

    @Test
    @DisplayName("HAZARD A1: an add for a span that has been deleted is refused")
    void hazardA1ForADeletedSpan() {
        Rig rig = new Rig();

        assertThat(rig.controller.add(id(1), B, 0)).isEqualTo(Admission.refused(RefusalReason.GONE));
        assertThat(rig.controller.move(id(1), A, B, 0)).isEqualTo(Admission.refused(RefusalReason.GONE));
        assertThat(rig.controller.size()).isZero();
    }

    @Test
    @DisplayName("HAZARD A2, I-66: a replacement starts only after the former operator has ended")
    void hazardA2() {
        Rig rig = Rig.adding();
        List<String> phases = new ArrayList<>();
        rig.onOutput = text -> phases.add(text + ", then " + rig.phase(1) + ", " + rig.span(1));

        rig.drop(1);

        assertThat(phases)
                .containsExactly(
                        "#1 ADD: finished, then none, scheduling on b",
                        "#1 REMOVE: remove on b, then REMOVE REMOVING, scheduling on b");
        assertThat(rig.span(1)).isEqualTo("gone");
    }

    @Test
    @DisplayName("HAZARD R1: a death is either seen by the operator or finds none; it is never lost in between")
    void hazardR1() {
        Rig before = Rig.adding();
        before.die(B);
        assertThat(before.span(1)).isEqualTo("absent");
        assertThat(before.controller.isInFlight(id(1))).isFalse();
        before.reported(B, 1, ComponentState.WORKING);
        assertThat(before.span(1)).isEqualTo("absent");

        Rig after = Rig.adding();
        after.onOutput = text -> assertThat(after.controller.isInFlight(id(1))).isFalse();
        after.reported(B, 1, ComponentState.WORKING);
        after.die(B);
        // Nobody drives it: now it is the caller who sweeps the spans of the dead node, and it can see that.
        assertThat(after.controller.isInFlight(id(1))).isFalse();
        assertThat(after.span(1)).isEqualTo("replicating on b");
    }

    @Test
    @DisplayName("HAZARD R2, I-67: no add can come between a DROP's snapshot and its deletion")
    void hazardR2() {
        Rig rig = Rig.adding();
        rig.spans.addAbsent(id(2), 100);
        List<Admission> answers = new ArrayList<>();
        rig.onOutput = text -> {
            if (text.endsWith("finished")) {
                answers.add(rig.controller.add(id(1), C, 0));
            }
        };

        rig.drop(1, 2);
        answers.add(rig.controller.add(id(1), C, 0));
        answers.add(rig.controller.add(id(2), C, 0));

        assertThat(answers)
                .containsExactly(
                        Admission.refused(RefusalReason.PRECONDITION_FAILED),
                        Admission.refused(RefusalReason.DUPLICATE),
                        Admission.refused(RefusalReason.GONE));
        assertThat(rig.phase(1)).isEqualTo("REMOVE REMOVING");
        assertThat(rig.phase(2)).isEqualTo("none");
        rig.reported(B, 1, ComponentState.STOPPED);
        assertThat(rig.spans.ids()).isEmpty();
        assertThat(rig.controller.size()).isZero();
    }

    /**
     * A deadlock needs two threads and two locks. The controller has one thread and no lock, so a call from inside an
     * output is an ordinary nested call: it finds every operator either registered and not ended, or gone.
     */
    @Nested
    @DisplayName("HAZARD D1: calls from inside an output")
    class HazardD1 {

        @Test
        void admissionFromInsideFinishedWorks() {
            Rig rig = Rig.adding();
            rig.onOutput = text -> {
                if (text.equals("#1 ADD: finished") && rig.spans.isAbsent(id(1))) {
                    assertThat(rig.controller.add(id(1), C, 0).isAdmitted()).isTrue();
                }
            };

            rig.reported(B, 1, ComponentState.REMOVED);

            assertThat(rig.span(1)).isEqualTo("scheduling on c");
            assertThat(rig.take()).containsExactly("#1 ADD: finished", "#1 ADD: create on c");
        }

        @Test
        void admissionFromInsideFinishedWorksWhileADeathIsHandled() {
            Rig rig = new Rig();
            for (long n = 1; n <= 3; n++) {
                rig.spans.addAbsent(id(n), 100);
                rig.controller.add(id(n), B, 0);
            }
            rig.take();
            rig.onOutput = text -> {
                for (long n = 1; n <= 3; n++) {
                    if (text.endsWith("finished") && rig.spans.isAbsent(id(n))) {
                        rig.controller.add(id(n), C, 0);
                    }
                }
            };

            rig.die(B);

            assertThat(List.of(rig.span(1), rig.span(2), rig.span(3))).containsOnly("scheduling on c");
            assertThat(rig.take())
                    .containsExactly(
                            "#1 ADD: finished",
                            "#1 ADD: create on c",
                            "#2 ADD: finished",
                            "#2 ADD: create on c",
                            "#3 ADD: finished",
                            "#3 ADD: create on c");
            assertThat(rig.controller.refusals()).isEmpty();
        }

        @Test
        void aDropFromInsideFinishedWorksWhileADeathIsHandled() {
            Rig rig = new Rig();
            for (long n = 1; n <= 2; n++) {
                rig.spans.addAbsent(id(n), 100);
                rig.controller.add(id(n), B, 0);
            }
            rig.take();
            rig.onOutput = text -> {
                if (text.equals("#1 ADD: finished")) {
                    rig.drop(2);
                }
            };

            rig.die(B);

            assertThat(rig.span(1)).isEqualTo("absent");
            assertThat(rig.span(2)).isEqualTo("gone");
            assertThat(rig.controller.size()).isZero();
        }

        @Test
        void nothingFollowsAQuiesceFromInsideADeath() {
            Rig rig = new Rig();
            for (long n = 1; n <= 3; n++) {
                rig.spans.addReplicating(id(n), A, 100);
                rig.controller.move(id(n), A, B, 0);
            }
            rig.take();
            List<HandoffManifest> manifests = new ArrayList<>();
            rig.onOutput = text -> manifests.add(rig.quiesce(QuiesceAllowlist.NONE));

            rig.die(A);

            assertThat(rig.take()).containsExactly("#1 MOVE: create on b");
            assertThat(manifests.get(0).frozen())
                    .extracting(frozen -> frozen.phase())
                    .containsExactly("ADD_DESTINATION", "REMOVE_ORIGIN", "REMOVE_ORIGIN");
        }

        @Test
        void nothingFollowsAQuiesceFromInsideADrop() {
            Rig rig = Rig.moving();
            rig.spans.addReplicating(id(2), A, 100);
            rig.onOutput = text -> rig.quiesce(QuiesceAllowlist.NONE);

            rig.drop(1, 2);

            assertThat(rig.take()).containsExactly("#1 MOVE: finished");
            assertThat(rig.controller.size()).isZero();
        }

        @Test
        void nothingFollowsAQuiesceFromInsideATick() {
            Rig rig = Rig.moving();
            rig.spans.addAbsent(id(2), 100);
            rig.controller.add(id(2), B, 0);
            rig.tickAt(10_000);
            rig.tickAt(20_000);
            rig.take();
            rig.onOutput = text -> {
                if (text.contains("stuck")) {
                    rig.quiesce(QuiesceAllowlist.NONE);
                }
            };

            rig.tickAt(30_000);

            assertThat(rig.take()).endsWith("#1 MOVE: stuck in REMOVE_ORIGIN");
            assertThat(rig.controller.queued()).isZero();
        }

        @Test
        @DisplayName("I-61, I-62, L-89: a quiesce from inside a start finds the operator registered, and freezes it")
        void aQuiesceFromInsideAStartFreezesTheOperator() {
            Rig rig = new Rig();
            rig.spans.addAbsent(id(1), 100);
            rig.spans.addAbsent(id(2), 100);
            List<HandoffManifest> manifests = new ArrayList<>();
            rig.onOutput = text -> manifests.add(rig.quiesce(QuiesceAllowlist.NONE));

            rig.controller.add(id(1), B, 0);
            Admission later = rig.controller.add(id(2), B, 0);
            rig.tickAt(100_000);

            assertThat(rig.take()).containsExactly("#1 ADD: create on b");
            assertThat(manifests.get(0).frozen())
                    .extracting(f -> f.dispatcher())
                    .containsExactly(id(1));
            assertThat(later).isEqualTo(Admission.refused(RefusalReason.QUIESCING));
            assertThat(rig.span(2)).isEqualTo("absent");
            assertThat(rig.controller.queued()).isZero();
        }
    }
}
