package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.A;
import static dev.maintainer.operator.Rig.B;
import static dev.maintainer.operator.Rig.C;
import static dev.maintainer.operator.Rig.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Quiesce: everything is frozen but the close of the DDL trigger dispatcher (id 9, on A). */
class QuiesceTest {
    private static final int CROWD = 100_000;
    private static final QuiesceAllowlist CLOSE = QuiesceAllowlist.closing(id(9));

    /** A move, an add and a restored removal under way, quiesced. */
    private static Rig quiesced() {
        Rig rig = Rig.moving();
        rig.spans.addAbsent(id(2), 70);
        rig.controller.add(id(2), B, 0);
        rig.spans.addAbsent(id(3), 80);
        rig.controller.restoreRemoval(id(3), C, OperatorType.MOVE, 0);
        rig.quiesce(CLOSE);
        rig.take();
        return rig;
    }

    @Test
    @DisplayName("I-59, L-86: frozen operators hear nothing, stay registered, and still cap the checkpoint")
    void frozenOperatorsHearNothing() {
        Rig rig = quiesced();
        long floor = rig.controller.checkpointFloor(500);

        rig.reported(A, 1, ComponentState.STOPPED);
        rig.reported(B, 2, ComponentState.WORKING);
        rig.reported(C, 3, ComponentState.STOPPED);
        rig.die(B);
        rig.tickAt(100_000);

        assertThat(rig.take()).isEmpty();
        assertThat(rig.phase(1)).isEqualTo("MOVE REMOVE_ORIGIN");
        assertThat(rig.phase(2)).isEqualTo("ADD PLACING");
        assertThat(rig.phase(3)).isEqualTo("MOVE REMOVING");
        assertThat(rig.span(2)).isEqualTo("scheduling on b");
        assertThat(floor).isEqualTo(70);
        assertThat(rig.controller.checkpointFloor(500)).isEqualTo(70);
        assertThat(rig.controller.operators(rig.now)).allMatch(OperatorView::frozen);
    }

    @Test
    @DisplayName("I-59, L-86: the close of the trigger runs: one message, repeated, finished by its Stopped")
    void theCloseOfTheTriggerRuns() {
        Rig rig = quiesced();

        assertThat(rig.controller.closeTrigger(id(9), A, 0)).isEqualTo(Admission.admitted());
        rig.tickAt(10_000);
        rig.reported(A, 9, ComponentState.STOPPED);
        rig.tickAt(100_000);

        assertThat(rig.take())
                .containsExactly("#9 REMOVE: remove on a", "#9 REMOVE: remove on a", "#9 REMOVE: finished");
        assertThat(rig.controller.isInFlight(id(9))).isFalse();
    }

    @Test
    @DisplayName("L-86: no operator hears of a death after quiesce, not even the close of the trigger")
    void noDeathIsHeardAfterQuiesce() {
        Rig rig = quiesced();
        rig.controller.closeTrigger(id(9), A, 0);
        rig.take();

        rig.die(A, B, C);

        assertThat(rig.take()).isEmpty();
        assertThat(rig.phase(9)).isEqualTo("REMOVE REMOVING");
    }

    @Test
    void aCloseThatRunsAlreadyGoesOn() {
        Rig rig = new Rig();
        rig.controller.closeTrigger(id(9), A, 0);

        HandoffManifest manifest = rig.quiesce(CLOSE);
        rig.reported(A, 9, ComponentState.STOPPED);

        assertThat(manifest).isEqualTo(HandoffManifest.EMPTY);
        assertThat(rig.take()).containsExactly("#9 REMOVE: remove on a", "#9 REMOVE: finished");
    }

    @Test
    @DisplayName("Invariant 33: every other admission is refused for good, and touches nothing")
    void everyOtherAdmissionIsRefused() {
        Rig rig = quiesced();
        rig.spans.addAbsent(id(5), 100);
        rig.spans.addReplicating(id(6), A, 100);
        Admission quiescing = Admission.refused(RefusalReason.QUIESCING);

        assertThat(rig.controller.add(id(5), B, 0)).isEqualTo(quiescing);
        assertThat(rig.controller.move(id(6), A, B, 0)).isEqualTo(quiescing);
        assertThat(rig.controller.move(id(6), A, A, 0)).isEqualTo(quiescing);
        assertThat(rig.controller.restoreRemoval(id(6), A, OperatorType.REMOVE, 0))
                .isEqualTo(quiescing);
        assertThat(rig.controller.removeStray(id(8), A, 0)).isEqualTo(quiescing);
        assertThat(rig.controller.closeTrigger(id(8), A, 0)).isEqualTo(quiescing);
        rig.drop(1, 6);

        assertThat(rig.span(5)).isEqualTo("absent");
        assertThat(rig.phase(1)).isEqualTo("MOVE REMOVE_ORIGIN");
        assertThat(rig.take()).isEmpty();
        assertThat(rig.controller.refusals()).containsEntry(RefusalReason.QUIESCING, 8L);
        assertThat(RefusalReason.QUIESCING.isRetryable()).isFalse();
    }

    @Test
    @DisplayName("The trigger's id alone opens nothing: no other operator with it is admitted")
    void theIdOfTheTriggerIsNotEnough() {
        Rig rig = quiesced();
        rig.spans.addAbsent(id(9), 100);
        Admission quiescing = Admission.refused(RefusalReason.QUIESCING);

        assertThat(rig.controller.restoreRemoval(id(9), A, OperatorType.MOVE, 0))
                .isEqualTo(quiescing);
        assertThat(rig.controller.restoreRemoval(id(9), A, OperatorType.ADD, 0)).isEqualTo(quiescing);
        assertThat(rig.controller.add(id(9), A, 0)).isEqualTo(quiescing);
        assertThat(rig.controller.move(id(9), A, B, 0)).isEqualTo(quiescing);
        assertThat(rig.take()).isEmpty();
    }

    @Test
    @DisplayName("A removal that is a part of a move is frozen, also if it carries the trigger's id")
    void aRemovalWithAnotherIntentIsFrozen() {
        Rig rig = new Rig();
        rig.controller.restoreRemoval(id(9), A, OperatorType.MOVE, 0);
        rig.take();

        rig.quiesce(CLOSE);
        rig.reported(A, 9, ComponentState.STOPPED);
        rig.tickAt(100_000);

        assertThat(rig.take()).isEmpty();
        assertThat(rig.phase(9)).isEqualTo("MOVE REMOVING");
    }

    @Test
    @DisplayName("The manifest says what was meant, by dispatcher id")
    void theManifestSaysWhatWasMeant() {
        Rig rig = Rig.adding();
        rig.spans.addReplicating(id(2), A, 200);
        rig.controller.move(id(2), A, C, 0);
        rig.spans.addReplicating(id(0), C, 300);
        rig.drop(0);

        HandoffManifest manifest = rig.quiesce(CLOSE);

        assertThat(manifest.frozen())
                .containsExactly(
                        new FrozenOperator(id(0), OperatorType.REMOVE, "REMOVING", null, 0, C, null),
                        new FrozenOperator(
                                id(1), OperatorType.ADD, "PLACING", TableSpan.whole(new TableId(1)), 100, null, B),
                        new FrozenOperator(
                                id(2), OperatorType.MOVE, "REMOVE_ORIGIN", TableSpan.whole(new TableId(2)), 200, A, C));
    }

    @Test
    @DisplayName("Invariant 36: quiesce is terminal; a second one narrows, and returns the first manifest")
    void quiesceIsTerminalAndNarrows() {
        Rig rig = Rig.adding();
        HandoffManifest first = rig.quiesce(CLOSE);
        rig.controller.closeTrigger(id(9), A, 0);
        rig.take();
        assertThat(rig.controller.queued()).isEqualTo(1);

        assertThat(rig.quiesce(QuiesceAllowlist.closing(id(8), id(9)))).isEqualTo(first);
        assertThat(rig.controller.closeTrigger(id(8), A, 0)).isEqualTo(Admission.refused(RefusalReason.QUIESCING));

        assertThat(rig.quiesce(QuiesceAllowlist.NONE)).isEqualTo(first);
        assertThat(rig.controller.queued()).isZero();
        rig.tickAt(100_000);
        rig.reported(A, 9, ComponentState.STOPPED);
        assertThat(rig.take()).isEmpty();
        assertThat(rig.controller.isQuiesced()).isTrue();
    }

    @Test
    @DisplayName("the flag is set at once, however many operators there are: nothing is asked of any of them")
    void quiesceCostsNothing() {
        Rig rig = crowd();
        IntrusiveList<RegisteredOperator> queue = rig.controller.execution.queue;
        long before = rig.spans.reads();

        rig.controller.quiesce(CLOSE);

        assertThat(rig.spans.reads()).isEqualTo(before);
        // Handed over as a whole: nobody has gone through it.
        assertThat(queue.size()).isEqualTo(CROWD);
        assertThat(rig.controller.queued()).isZero();
        assertThat(rig.controller.frozen()).isEqualTo(CROWD);
        assertThat(rig.controller.manifest()).isEqualTo(HandoffManifest.EMPTY);
        assertThat(rig.controller.audit()).isEmpty();
    }

    @Test
    @DisplayName("the manifest is written piece by piece, and nobody sees half of it")
    void theManifestIsWrittenPieceByPiece() {
        Rig rig = crowd();
        rig.controller.quiesce(CLOSE);
        rig.controller.closeTrigger(id(CROWD + 9), A, 0);
        int pieces = 1;
        for (long before = rig.spans.reads(); !rig.controller.writeManifest(1_000); before = rig.spans.reads()) {
            pieces++;
            assertThat(rig.spans.reads() - before).isLessThanOrEqualTo(2 * 1_000);
            assertThat(rig.controller.manifest()).isEqualTo(HandoffManifest.EMPTY);
            rig.reported(A, CROWD + 9, ComponentState.STOPPED);
            rig.controller.quiesce(QuiesceAllowlist.NONE);
        }

        assertThat(pieces).isEqualTo(CROWD / 1_000);
        assertThat(rig.controller.manifest().frozen())
                .extracting(FrozenOperator::dispatcher)
                .hasSize(CROWD)
                .isSorted();
        long after = rig.spans.reads();
        assertThat(rig.controller.writeManifest(1_000)).isTrue();
        assertThat(rig.spans.reads()).isEqualTo(after);
    }

    /** Many spans on their way, in no order of their ids. */
    private static Rig crowd() {
        Rig rig = new Rig();
        for (long n = 0; n < CROWD; n++) {
            long id = 1 + n * 7_919 % CROWD;
            rig.spans.addAbsent(id(id), 100 + id);
            rig.controller.add(id(id), B, 0);
        }
        return rig;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 100})
    @DisplayName("L-87, invariants 35, 38: a queue of frozen operators is empty; the operators and their cap remain")
    void aQueueOfFrozenOperatorsIsEmpty(int count) {
        Rig rig = new Rig();
        for (long n = 1; n <= count; n++) {
            rig.spans.addAbsent(id(n), 100 + n);
            rig.controller.add(id(n), B, 0);
        }
        assertThat(rig.controller.queued()).isEqualTo(count);
        long before = rig.controller.checkpointFloor(Long.MAX_VALUE);

        rig.quiesce(CLOSE);

        assertThat(rig.controller.queued()).isZero();
        assertThat(rig.controller.size()).isEqualTo(count);
        assertThat(rig.controller.isInFlight(id(1))).isTrue();
        assertThat(rig.controller.checkpointFloor(Long.MAX_VALUE)).isEqualTo(before);
    }
}
