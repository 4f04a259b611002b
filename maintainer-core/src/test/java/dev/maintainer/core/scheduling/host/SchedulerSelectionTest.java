package dev.maintainer.core.scheduling.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** People select another scheduler, compare one, and look at plans before they are carried out. */
class SchedulerSelectionTest extends HostedScheduler {
    @Test
    @DisplayName("Another scheduler takes over at a plan boundary; operators go on")
    void selected() {
        absent(1);
        scheduler.answer = () -> placing(A, 1);
        plan(false, 0);
        absent(2);
        other.answer = () -> placing(B, 2);

        host.command(7, new SchedulerCommand.Select("other"), 1);
        assertThat(request(7).state()).isEqualTo(SchedulingView.Request.State.PENDING);
        plan(true, 1);

        assertThat(host.scheduler()).isEqualTo("other");
        assertThat(host.chosen()).as("for the next owner").isEqualTo("other");
        assertThat(request(7).state()).isEqualTo(SchedulingView.Request.State.DONE);
        assertThat(operators.isInFlight(id(1))).isTrue();
        assertThat(operators.isInFlight(id(2))).isTrue();
        demand.want();
        plan(true, 2);
        assertThat(scheduler.calls()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    @DisplayName("A scheduler whose first round fails does not take over")
    void rolledBack(Fault fault) {
        absent(1);
        absent(2);
        other.answer = () -> misbehave(fault);

        host.command(7, new SchedulerCommand.Select("other"), 1);
        plan(true, 1);

        assertThat(host.scheduler()).isEqualTo("test");
        assertThat(host.chosen()).isEmpty();
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        assertThat(request(7).state()).isEqualTo(SchedulingView.Request.State.REFUSED);
        assertThat(request(7).message()).contains("'test' goes on");
        host.planIfWanted(true, 2);
        planning.answer(2);
        assertThat(scheduler.calls()).isEqualTo(1);
    }

    @Test
    @DisplayName("Whoever chooses again while the first choice plans gets the second choice, and nothing of the first")
    void selectedAgain() {
        absent(1);
        other.answer = () -> placing(B, 1);
        host.command(7, new SchedulerCommand.Select("other"), 0);
        host.planIfWanted(true, 0);
        host.command(8, new SchedulerCommand.Select("nobody"), 1);

        planning.answer(1);
        assertThat(host.scheduler()).isEqualTo("test");
        assertThat(operators.size()).isZero();
        plan(true, 2);

        assertThat(host.scheduler()).isEqualTo("test");
        assertThat(request(7).message()).contains("was selected before its first round");
        assertThat(request(8).message()).contains("UNKNOWN_SCHEDULER");
        assertThat(host.view().trial()).isNull();
    }

    @Test
    @DisplayName("A scheduler that hangs in its first round, or that there is not, does not take over")
    void rolledBackByTheDeadline() {
        host.command(7, new SchedulerCommand.Select("other"), 0);
        host.planIfWanted(true, 0);
        host.planIfWanted(true, 3_000);
        assertThat(request(7).message()).contains("PLAN_TIMED_OUT");
        assertThat(host.scheduler()).isEqualTo("test");

        plan(true, 3_001);
        host.command(8, new SchedulerCommand.Select("nobody"), 4_000);
        plan(true, 4_000);
        assertThat(request(8).message()).contains("UNKNOWN_SCHEDULER", "no 'nobody'");
    }

    @Test
    @DisplayName("A shadow sees what the scheduler sees; its plans are compared and not carried out")
    void shadow() {
        absent(1);
        absent(2);
        scheduler.answer = () -> placing(A, 1, 2);
        other.answer =
                () -> Plan.of(List.of(new Decision.Place(id(1), A, WHY), new Decision.Place(id(2), B, WHY)), WHY);
        host.command(7, new SchedulerCommand.Shadow("other"), 0);

        plan(true, 0);

        assertThat(other.seeds).isEqualTo(scheduler.seeds);
        ShadowAnswer answer = compared.get(0);
        assertThat(answer.same()).isEqualTo(1);
        assertThat(answer.carriedOut()).isEqualTo(new ShadowAnswer.PlanFigures(2, 0, 2, 0));
        assertThat(answer.shadowed()).isEqualTo(new ShadowAnswer.PlanFigures(2, 0, 0, 0));
        assertThat(answer.differences()).hasSize(1);
        assertThat(registry.boundCount(A)).isEqualTo(2);
        assertThat(host.view().shadowFigures().rounds()).isEqualTo(1);
    }

    @Test
    @DisplayName("A shadow that fails three times, or hangs once, is sent away and costs the scheduler nothing")
    void aShadowThatFails() {
        other.answer = () -> misbehave(Fault.THROWS);
        host.command(7, new SchedulerCommand.Shadow("other"), 0);
        for (int i = 0; i < 4; i++) {
            demand.want();
            plan(true, i);
        }
        assertThat(compared).hasSize(3);
        assertThat(host.view().shadow()).isNull();

        host.command(8, new SchedulerCommand.Shadow("other"), 10);
        demand.want();
        host.planIfWanted(true, 10);
        PlanAnswer answer = planning.session.plan(planning.asked.remove());
        assertThat(host.answered(answer, 11)).isTrue();
        host.planIfWanted(true, 3_011);

        assertThat(host.view().shadow()).isNull();
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        assertThat(health).isEmpty();
        assertThat(planning.drops).isEqualTo(1);
    }

    @Test
    @DisplayName("A proposal is made and changes nothing; applied, it is carried out exactly")
    void proposedAndApplied() {
        plan(true, 0);
        absent(1);
        other.answer = () -> placing(B, 1);
        host.command(7, new SchedulerCommand.Propose("other"), 1);
        plan(true, 1);

        assertThat(operators.size()).isZero();
        long id = Objects.requireNonNull(request(7).plan());

        host.command(8, new SchedulerCommand.Apply(id), 2);
        assertThat(request(8).message()).isEqualTo("plan 1 applied: 1 placed, 0 moved, 0 refused");
        assertThat(operators.isInFlight(id(1))).isTrue();
        assertThat(host.scheduler()).isEqualTo("test");

        host.command(9, new SchedulerCommand.Apply(id), 3);
        assertThat(request(9).state()).isEqualTo(SchedulingView.Request.State.REFUSED);
    }

    @Test
    @DisplayName(
            "A proposal whose preconditions have changed is refused with the differences, and nothing of it is started")
    void anOutdatedProposal() {
        absent(1);
        absent(2);
        other.answer = () -> placing(B, 1, 2);
        host.command(7, new SchedulerCommand.Propose("other"), 1);
        plan(true, 1);
        operators.add(id(2), A, 2);

        host.command(8, new SchedulerCommand.Apply(1), 3);

        assertThat(request(8).message()).contains("PLAN_OUTDATED", "1 of its 2 preconditions", id(2).toString());
        assertThat(operators.isInFlight(id(1))).isFalse();
    }
}
