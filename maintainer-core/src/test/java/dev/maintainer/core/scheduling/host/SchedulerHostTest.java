package dev.maintainer.core.scheduling.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.port.Membership;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.Trait;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a plan is asked for, and what becomes of it. */
class SchedulerHostTest extends HostedScheduler {
    @Test
    void whatAPlanSaysIsStarted() {
        absent(1);
        registry.addReplicating(
                id(2), TableSpan.whole(new TableId(2)), new SchemaId(1), 100, A, ComponentState.WORKING);
        scheduler.answer =
                () -> Plan.of(List.of(new Decision.Place(id(1), B, WHY), new Decision.Move(id(2), A, B, WHY)), WHY);

        plan(false, 0);

        assertThat(operators.operators(0))
                .extracting(OperatorView::type)
                .containsExactly(OperatorType.ADD, OperatorType.MOVE);
        assertThat(health).isEmpty();
    }

    @Test
    @DisplayName("A refused decision comes back with the next snapshot, and with that one only")
    void refusedDecisionsComeBackOnce() {
        absent(1);
        absent(2);
        dead.add(B);
        scheduler.answer =
                () -> Plan.of(List.of(new Decision.Place(id(1), B, WHY), new Decision.Place(id(2), A, WHY)), WHY);
        plan(false, 0);
        scheduler.answer = () -> KEEP;

        demand.want();
        plan(false, 1);
        demand.want();
        plan(false, 2);

        assertThat(scheduler.refusedSeen)
                .containsExactly(List.of(), List.of(new RefusedDecision(id(1), RefusalReason.NODE_DEAD)), List.of());
        assertThat(operators.isInFlight(id(1))).isFalse();
        assertThat(operators.isInFlight(id(2))).isTrue();
        assertThat(planned).containsExactly("round 1: 1 admitted, 1 refused; TEST: because");
    }

    @ParameterizedTest
    @EnumSource(
            value = RefusalReason.class,
            names = {"QUIESCING", "CLOSED"})
    @DisplayName("Invariant 62, I-102: the first terminal refusal ends the round")
    void aTerminalRefusalEndsTheRound(RefusalReason reason) {
        for (long n = 1; n <= 100; n++) {
            absent(n);
        }
        if (reason == RefusalReason.QUIESCING) {
            operators.quiesce(QuiesceAllowlist.NONE);
        } else {
            forbidden = Optional.of(reason);
        }
        scheduler.answer = () -> placing(A, LongStream.rangeClosed(1, 100).toArray());

        plan(false, 0);

        assertThat(operators.refusals()).isEqualTo(Map.of(reason, 1L));
    }

    @Test
    @DisplayName("In times of calm evening out waits, and what restores a constraint does not")
    void constraintsDoNotWaitForTheCalm() {
        for (long n = 1; n <= 2; n++) {
            registry.addReplicating(
                    id(n), TableSpan.whole(new TableId(n)), new SchemaId(1), 100, A, ComponentState.WORKING);
        }
        cooldown.last(10_000);
        scheduler.answer = () -> Plan.of(
                List.of(new Decision.Move(id(1), A, B, WHY), new Decision.Move(id(2), A, B, WHY).restoringConstraint()),
                WHY);
        planning.claims = Set.of(Trait.RESTORES_CONSTRAINTS);

        plan(false, 0);

        assertThat(operators.isInFlight(id(1))).isFalse();
        assertThat(operators.isInFlight(id(2))).isTrue();
        assertThat(planned).containsExactly("round 1: 1 admitted, 1 refused; TEST: because");
        assertThat(health).isEmpty();
    }

    @Test
    void aMoveThatRestoresAConstraintWithoutTheClaimStartsNothing() {
        registry.addReplicating(
                id(1), TableSpan.whole(new TableId(1)), new SchemaId(1), 100, A, ComponentState.WORKING);
        scheduler.answer = () -> Plan.of(List.of(new Decision.Move(id(1), A, B, WHY).restoringConstraint()), WHY);

        plan(false, 0);

        assertThat(operators.isInFlight(id(1))).isFalse();
        assertThat(health).singleElement().asString().contains("PLAN_REJECTED", "UNCLAIMED_CONSTRAINT");
    }

    @Test
    void nothingHasChangedSoNothingIsAskedUntilItIsTimeToBalance() {
        plan(false, 0);
        for (long now = 100; now < 15_000; now += 100) {
            plan(true, now);
        }
        assertThat(scheduler.calls()).isEqualTo(1);

        plan(true, 15_000);

        assertThat(scheduler.calls()).isEqualTo(2);
        assertThat(host.rounds()).isEqualTo(2);
    }

    @Test
    @DisplayName("Invariant 68: while spans wait for placement the planner is asked every half second")
    void absentSpansAreNotForgotten() {
        absent(1);
        for (long now = 0; now <= 2_000; now += 100) {
            plan(true, now);
        }

        assertThat(scheduler.calls()).isEqualTo(5);
    }

    @Test
    @DisplayName("Slots that become free are used at the next tick, or at once when they are a sixteenth")
    void finishedOperatorsAskForAPlan() {
        for (long n = 1; n <= 100; n++) {
            absent(n);
        }
        scheduler.answer = () -> placing(A, LongStream.rangeClosed(1, 100).toArray());
        plan(false, 0);
        scheduler.answer = () -> KEEP;
        assertThat(operators.size()).isEqualTo(100);

        for (long n = 1; n <= 5; n++) {
            operators.reported(A, id(n), ComponentState.WORKING, 1);
            plan(false, 1);
        }
        assertThat(scheduler.calls()).isEqualTo(1);
        operators.reported(A, id(6), ComponentState.WORKING, 1);
        plan(false, 1);
        assertThat(scheduler.calls()).isEqualTo(2);

        operators.reported(A, id(7), ComponentState.WORKING, 2);
        plan(false, 2);
        assertThat(scheduler.calls()).isEqualTo(2);
        plan(true, 2);
        assertThat(scheduler.calls()).isEqualTo(3);
    }

    @Test
    @DisplayName("Chance is a function of changefeed, epoch and round")
    void theSeedChangesWithTheRound() {
        for (int i = 0; i < 3; i++) {
            demand.want();
            plan(false, i);
        }

        assertThat(scheduler.seeds).doesNotHaveDuplicates().hasSize(3);
    }

    // ---- away from the loop ------------------------------------------------------------------------------------

    @Test
    @DisplayName("One request is outstanding at most, and what happens meanwhile is in the next one")
    void oneRequestAtATime() {
        absent(1);
        host.planIfWanted(false, 0);
        absent(2);
        demand.want();
        host.planIfWanted(false, 1);
        assertThat(planning.asked).hasSize(1);

        planning.answer(2);
        host.planIfWanted(false, 2);

        assertThat(planning.asked.element().delta().changed()).hasSize(1);
        assertThat(planning.asked.element().delta().complete()).isFalse();
    }

    @Test
    @DisplayName("The world goes on while a planner plans: what no longer holds is refused, the rest is started")
    void stalePreconditionsAreRefused() {
        absent(1);
        absent(2);
        absent(3);
        scheduler.answer = () -> placing(A, 1, 2, 3);
        host.planIfWanted(false, 0);
        registry.remove(id(1));
        operators.add(id(2), B, 1);

        planning.answer(2);

        assertThat(planned).containsExactly("round 1: 1 admitted, 2 refused; TEST: because");
        assertThat(operators.isInFlight(id(3))).isTrue();
    }

    @Test
    @DisplayName("A node that has come back and has not answered yet gets nothing from an old plan")
    void aTargetThatIsNotReadyAnyMoreIsRefused() {
        absent(1);
        scheduler.answer = () -> placing(B, 1);
        host.planIfWanted(false, 0);
        members.note(Membership.of(2, List.of(A)));
        members.adopt();
        members.note(Membership.of(3, List.of(A, B)));
        members.adopt();

        planning.answer(1);

        assertThat(operators.size()).isZero();
    }

    @Test
    @DisplayName("A plan beyond its budget is cut from its end, not refused")
    void anExcessIsCut() {
        for (long n = 1; n <= 1_500; n++) {
            absent(n);
        }
        scheduler.answer = () -> placing(A, LongStream.rangeClosed(1, 1_500).toArray());

        plan(false, 0);

        assertThat(operators.size()).isEqualTo(1_000);
        assertThat(operators.isInFlight(id(1_000))).isTrue();
        assertThat(host.view().figures().cut()).isEqualTo(500);
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
    }

    @Test
    @DisplayName("A late plan is dropped by its round")
    void aLatePlanIsDropped() {
        absent(1);
        scheduler.answer = () -> placing(A, 1);
        host.planIfWanted(false, 0);
        PlanAnswer late = planning.session.plan(planning.asked.element());

        host.planIfWanted(true, 3_000);
        assertThat(health).singleElement().asString().startsWith("PLAN_TIMED_OUT: ");
        assertThat(planning.drops).isEqualTo(1);
        assertThat(host.answered(late, 3_001)).isFalse();
        host.planIfWanted(true, 3_500);
        assertThat(host.answered(late, 3_501)).isFalse();
        assertThat(operators.size()).isZero();

        planning.answer(3_600);
        assertThat(planning.restarts).as("the new session was told everything").isEqualTo(2);
        assertThat(operators.size()).isEqualTo(1);
        assertThat(host.view().figures().late()).isEqualTo(2);
    }

    @Test
    @DisplayName("A planners' side that has lost its session is told everything again, and plans")
    void aLostSession() {
        absent(1);
        plan(true, 0);
        assertThat(scheduler.calls()).isEqualTo(1);
        planning.session = planning.fresh();
        absent(2);
        scheduler.answer = () -> placing(A, 1, 2);

        for (long now = 500; now <= 5_000; now += 500) {
            plan(true, now);
        }

        assertThat(planning.restarts).isEqualTo(2);
        assertThat(operators.size()).isEqualTo(2);
    }

    @Test
    @DisplayName("One that plans no more leaves no session behind")
    void closed() {
        plan(true, 0);
        host.close();
        assertThat(planning.drops).isEqualTo(1);
    }
}
