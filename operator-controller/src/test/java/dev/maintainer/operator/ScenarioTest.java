package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.A;
import static dev.maintainer.operator.Rig.B;
import static dev.maintainer.operator.Rig.C;
import static dev.maintainer.operator.Rig.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One operator at a time, from admission to its end. */
class ScenarioTest {

    @Test
    @DisplayName("operators in flight are known by type, with the age of the oldest, until they end")
    void operatorsAreKnownByType() {
        Rig rig = new Rig();
        rig.spans.addAbsent(id(1), 100);
        rig.spans.addAbsent(id(2), 100);
        assertThat(rig.controller.load(0)).isEmpty();

        rig.controller.add(id(1), A, 1_000);
        rig.controller.add(id(2), B, 4_000);
        assertThat(rig.controller.load(5_000)).containsExactly(entry(OperatorType.ADD, new OperatorLoad(2, 4_000)));

        rig.reported(A, 1, ComponentState.WORKING);
        assertThat(rig.controller.load(5_000)).containsExactly(entry(OperatorType.ADD, new OperatorLoad(1, 1_000)));
        rig.reported(B, 2, ComponentState.WORKING);
        rig.controller.move(id(2), B, C, 6_000);
        assertThat(rig.controller.load(6_000)).containsExactly(entry(OperatorType.MOVE, new OperatorLoad(1, 0)));
        assertThat(rig.controller.audit()).isEmpty();
    }

    // ---- add ---------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("I-1: the destination reports Removed before Working: absent again")
    void anAddThatTheNodeCannotServeEndsAbsent() {
        Rig rig = Rig.adding();

        rig.reported(B, 1, ComponentState.REMOVED);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.take()).containsExactly("#1 ADD: finished");
    }

    @Test
    @DisplayName("I-2: the destination works: replicating there, and nothing is sent any more")
    void anAddThatWorksIsReplicating() {
        Rig rig = new Rig();
        rig.spans.addAbsent(id(1), 100);

        assertThat(rig.controller.add(id(1), B, 0)).isEqualTo(Admission.admitted());
        assertThat(rig.span(1)).isEqualTo("scheduling on b");
        rig.reported(B, 1, ComponentState.INITIALIZING);
        rig.reported(B, 1, ComponentState.WORKING);
        rig.tickAt(100_000);

        assertThat(rig.span(1)).isEqualTo("replicating on b");
        assertThat(rig.take()).containsExactly("#1 ADD: create on b", "#1 ADD: finished");
    }

    @Test
    @DisplayName("I-4: Stopped may belong to an earlier removal: the add goes on")
    void anAddIgnoresStopped() {
        Rig rig = Rig.adding();

        rig.reported(B, 1, ComponentState.STOPPED);
        rig.tickAt(10_000);

        assertThat(rig.phase(1)).isEqualTo("ADD PLACING");
        assertThat(rig.take()).containsExactly("#1 ADD: create on b");
    }

    @Test
    @DisplayName("I-6: the span is deleted while it is being placed: Working brings no ghost back")
    void anAddOfADeletedSpanLeavesNoGhost() {
        Rig rig = Rig.adding();

        rig.spans.remove(id(1));
        rig.reported(B, 1, ComponentState.WORKING);

        assertThat(rig.span(1)).isEqualTo("gone");
        assertThat(rig.controller.size()).isZero();
    }

    @Test
    @DisplayName("I-7: the destination is dead by the time its Working is seen: absent")
    void anAddThatWorksOnADeadNodeEndsAbsent() {
        Rig rig = Rig.adding();

        rig.alive.remove(B);
        rig.reported(B, 1, ComponentState.WORKING);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.controller.size()).isZero();
    }

    @Test
    @DisplayName("I-9: Working from another node means nothing")
    void anAddIgnoresOtherNodes() {
        Rig rig = Rig.adding();

        rig.reported(A, 1, ComponentState.WORKING);
        rig.reported(C, 1, ComponentState.REMOVED);

        assertThat(rig.phase(1)).isEqualTo("ADD PLACING");
        assertThat(rig.take()).isEmpty();
    }

    @Test
    @DisplayName("I-177: the node leaves between selection and admission: refused, the span stays absent")
    void anAddToANodeThatHasLeftIsRefused() {
        Rig rig = new Rig();
        rig.spans.addAbsent(id(1), 100);
        rig.alive.remove(B);

        assertThat(rig.controller.add(id(1), B, 0)).isEqualTo(Admission.refused(RefusalReason.NODE_DEAD));

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.take()).isEmpty();
    }

    // ---- removal -----------------------------------------------------------------------------------------------

    private static Rig removing(OperatorType intent) {
        Rig rig = new Rig();
        rig.spans.addAbsent(id(1), 100);
        rig.controller.restoreRemoval(id(1), A, intent, 0);
        assertThat(rig.take()).containsExactly("#1 " + intent + ": remove on a");
        return rig;
    }

    @Test
    @DisplayName("I-11: the node dies before it reports Stopped: finished")
    void aRemovalEndsWithItsNode() {
        Rig rig = removing(OperatorType.REMOVE);

        rig.die(A);

        assertThat(rig.take()).containsExactly("#1 REMOVE: finished");
    }

    @Test
    @DisplayName("I-12: the span is unbound meanwhile: the removal still goes to the node where the dispatcher is")
    void aRemovalRemembersItsNode() {
        Rig rig = new Rig();
        rig.spans.addReplicating(id(1), A, 100);
        rig.controller.restoreRemoval(id(1), A, OperatorType.REMOVE, 0);
        rig.spans.markAbsent(rig.spans.of(id(1)));
        rig.take();

        rig.tickAt(10_000);
        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(rig.take()).containsExactly("#1 REMOVE: remove on a", "#1 REMOVE: finished");
    }

    @Test
    @DisplayName("I-14: Removed ends a removal as Stopped does")
    void removedEndsARemoval() {
        Rig rig = removing(OperatorType.REMOVE);

        rig.reported(A, 1, ComponentState.REMOVED);

        assertThat(rig.take()).containsExactly("#1 REMOVE: finished");
    }

    @ParameterizedTest
    @EnumSource(
            value = ComponentState.class,
            names = {"STOPPED", "REMOVED"},
            mode = EnumSource.Mode.EXCLUDE)
    @DisplayName("Invariant 20: only terminal states end a removal")
    void aRemovalIgnoresStatesInWhichADispatcherStillMayWrite(ComponentState state) {
        Rig rig = removing(OperatorType.REMOVE);

        rig.reported(A, 1, state);

        assertThat(rig.phase(1)).isEqualTo("REMOVE REMOVING");
        assertThat(rig.span(1)).isEqualTo("absent");
    }

    @Test
    @DisplayName("I-16: the worker does not know the trigger: its Stopped ends the close, whatever its checkpoint")
    void theCloseOfATriggerThatTheWorkerDoesNotKnowEnds() {
        Rig rig = new Rig();
        rig.controller.closeTrigger(id(9), A, 0);

        // The controller is told of the state alone: there is no checkpoint that could be too old.
        rig.reported(A, 9, ComponentState.STOPPED);

        assertThat(rig.take()).containsExactly("#9 REMOVE: remove on a", "#9 REMOVE: finished");
    }

    @Test
    @DisplayName("I-17: after its end a removal is silent")
    void aRemovalIsSilentAfterItsEnd() {
        Rig rig = removing(OperatorType.REMOVE);
        rig.reported(A, 1, ComponentState.STOPPED);
        rig.take();

        rig.tickAt(10_000);
        rig.tickAt(100_000);

        assertThat(rig.take()).isEmpty();
    }

    @Test
    @DisplayName("L-34: a removal that was a part of a move, taken up again, ends with the span absent")
    void aRestoredRemovalOfAMoveEndsAbsent() {
        Rig rig = new Rig();
        rig.spans.addReplicating(id(1), A, 100);
        rig.controller.restoreRemoval(id(1), A, OperatorType.MOVE, 0);

        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.take()).containsExactly("#1 MOVE: remove on a", "#1 MOVE: finished");
    }

    @Test
    @DisplayName("Invariant 21: a removal that is replaced does not do what was attached to it")
    void aReplacedRemovalDoesNotMakeTheSpanAbsent() {
        Rig rig = new Rig();
        rig.spans.addReplicating(id(1), A, 100);
        rig.controller.restoreRemoval(id(1), A, OperatorType.MOVE, 0);

        rig.controller.removeForDdl(List.of(id(1)), 0);

        assertThat(rig.span(1)).isEqualTo("replicating on a");
        assertThat(rig.phase(1)).isEqualTo("REMOVE REMOVING");
    }

    // ---- move --------------------------------------------------------------------------------------------------

    @Test
    @DisplayName("I-19: the origin stops, then the destination dies: absent")
    void aMoveWhoseDestinationDiesAfterTheOriginStoppedEndsAbsent() {
        Rig rig = Rig.moving();

        rig.reported(A, 1, ComponentState.STOPPED);
        rig.die(B);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.take()).containsExactly("#1 MOVE: create on b", "#1 MOVE: finished");
    }

    @Test
    @DisplayName("I-21: the origin stops, then dies: the create still goes to the destination")
    void aMoveDoesNotNeedAnOriginThatHasStopped() {
        Rig rig = Rig.moving();

        rig.reported(A, 1, ComponentState.STOPPED);
        rig.die(A);
        rig.tickAt(10_000);
        rig.reported(B, 1, ComponentState.WORKING);

        assertThat(rig.span(1)).isEqualTo("replicating on b");
        assertThat(rig.take()).containsExactly("#1 MOVE: create on b", "#1 MOVE: create on b", "#1 MOVE: finished");
    }

    @Test
    @DisplayName("I-22: the destination dies, then the origin: absent once")
    void aMoveThatLosesBothNodesEndsAbsentOnce() {
        Rig rig = Rig.moving();

        rig.die(B);
        assertThat(rig.span(1)).isEqualTo("scheduling on a");
        rig.die(A);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.take()).containsExactly("#1 MOVE: remove on a", "#1 MOVE: finished");
    }

    @Test
    @DisplayName("I-24: DDL during a move: released with its binding; the removal goes to the origin")
    void aMoveThatIsReleasedKeepsItsBinding() {
        Rig rig = Rig.moving();

        rig.controller.removeForDdl(List.of(id(1)), 0);

        assertThat(rig.spans.boundTo(id(1))).isEqualTo(A);
        assertThat(rig.take()).containsExactly("#1 MOVE: finished", "#1 REMOVE: remove on a");
    }

    @Test
    @DisplayName("I-27: Working from the destination before it was told to create is ignored")
    void aMoveIgnoresWorkingFromTheDestinationBeforeItsTime() {
        Rig rig = Rig.moving();

        rig.reported(B, 1, ComponentState.WORKING);

        assertThat(rig.phase(1)).isEqualTo("MOVE REMOVE_ORIGIN");
        assertThat(rig.span(1)).isEqualTo("scheduling on a");
    }

    @Test
    @DisplayName("I-31: both nodes restart while the origin stops: absent, nothing is bound, nothing is sent")
    void aMoveThatLosesBothNodesAtOnceSendsNothing() {
        Rig rig = Rig.moving();

        rig.die(A, B);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.take()).containsExactly("#1 MOVE: finished");
    }

    @Test
    @DisplayName("L-61: both nodes die while the destination creates: absent exactly once")
    void aMoveThatLosesBothNodesLateEndsAbsentOnce() {
        Rig rig = Rig.moving();
        rig.reported(A, 1, ComponentState.STOPPED);
        rig.take();

        rig.die(A, B);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.take()).containsExactly("#1 MOVE: finished");
    }

    @Test
    @DisplayName("L-62: a move to where the span runs ends at once, without a message")
    void aMoveToItselfEndsAtOnce() {
        Rig rig = new Rig();
        rig.spans.addReplicating(id(1), A, 100);

        assertThat(rig.controller.move(id(1), A, A, 0).isAdmitted()).isTrue();

        assertThat(rig.span(1)).isEqualTo("replicating on a");
        assertThat(rig.controller.size()).isZero();
        assertThat(rig.take()).isEmpty();
    }

    @Test
    @DisplayName("Invariant 29: the origin is dead at admission: straight to the destination")
    void aMoveFromANodeThatHasLeftCreatesAtOnce() {
        Rig rig = new Rig();
        rig.spans.addReplicating(id(1), A, 100);
        rig.alive.remove(A);

        rig.controller.move(id(1), A, B, 0);

        assertThat(rig.span(1)).isEqualTo("scheduling on b");
        assertThat(rig.take()).containsExactly("#1 MOVE: create on b");
    }

    @Test
    @DisplayName("L-59: the origin stops: the create goes out at once; the destination works: done")
    void aMoveThatGoesWell() {
        Rig rig = Rig.moving();

        rig.reported(A, 1, ComponentState.STOPPED);
        rig.reported(B, 1, ComponentState.WORKING);

        assertThat(rig.span(1)).isEqualTo("replicating on b");
        assertThat(rig.take()).containsExactly("#1 MOVE: create on b", "#1 MOVE: finished");
    }
}
