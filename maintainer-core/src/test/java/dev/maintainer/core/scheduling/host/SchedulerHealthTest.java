package dev.maintainer.core.scheduling.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.operator.OperatorView;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A scheduler that fails starts nothing, is named, and is stood in for. */
class SchedulerHealthTest extends HostedScheduler {
    @Test
    @DisplayName("A scheduler that decides nothing while something can be placed is degraded in the end, and is named")
    void neglect() {
        absent(1);
        for (long now = 0; now < 4_900; now += 500) {
            plan(true, now);
        }
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        for (long now = 5_000; !changes.contains("test DEGRADED") && now < 60_000; now += 500) {
            plan(true, now);
        }
        assertThat(changes).containsExactly("test FAILING", "test FAILING", "test DEGRADED");
        assertThat(health).singleElement().asString().contains("'test'", "has decided nothing", "1 spans wait");
        for (long now = 60_000; now < 62_000; now += 500) {
            plan(true, now);
        }
        assertThat(operators.isInFlight(id(1)))
                .as("placed by the built-in placement")
                .isTrue();
    }

    @Test
    @DisplayName("Who throws and then decides nothing, in turn, has no good round while something can be placed")
    void alternatingNonsense() {
        absent(1);
        for (long now = 0; now < 120_000; now += 500) {
            scheduler.answer = () -> {
                if (scheduler.calls() % 2 == 0) {
                    throw new IllegalStateException("every other time");
                }
                return KEEP;
            };
            plan(true, now);
        }
        assertThat(changes).startsWith("test FAILING", "test FAILING", "test DEGRADED");
        assertThat(operators.isInFlight(id(1))).isTrue();
    }

    @Test
    @DisplayName("Deciding nothing is no fault where nothing is absent")
    void nothingToDecide() {
        for (long now = 0; now < 60_000; now += 500) {
            plan(true, now);
        }
        assertThat(changes).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Fault.class)
    @DisplayName("A planner that misbehaves starts nothing, is named, and is asked again after a pause")
    void aPlannerThatMisbehavesStartsNothing(Fault fault) {
        absent(1);
        absent(2);
        scheduler.answer = () -> misbehave(fault);

        plan(false, 0);

        assertThat(operators.size()).isZero();
        assertThat(registry.absentCount()).isEqualTo(2);
        String code = fault.name().startsWith("PLACES")
                ? "PLAN_REJECTED"
                : fault == Fault.DOES_NOT_LINK ? "MISALIGNED_JARS" : "SCHEDULER_FAILED";
        assertThat(health).singleElement().asString().startsWith(code + ": ");

        demand.want();
        plan(true, 499);
        assertThat(scheduler.calls()).isEqualTo(1);

        scheduler.answer = () -> placing(A, 1, 2);
        plan(true, 500);
        assertThat(operators.size()).isEqualTo(2);
        assertThat(health).isEmpty();
    }

    @Test
    void aPlannerThatThrowsIsNamed() {
        scheduler.answer = () -> misbehave(Fault.THROWS);

        plan(false, 0);

        assertThat(health)
                .containsExactly(
                        "SCHEDULER_FAILED: test threw java.lang.IllegalArgumentException: planner is confused");
    }

    @Test
    @DisplayName(
            "After three faults in a row absent spans are placed all the same, nothing is moved, and all can see it")
    void degraded() {
        absent(1);
        absent(2);
        registry.addReplicating(
                id(3), TableSpan.whole(new TableId(3)), new SchemaId(1), 100, A, ComponentState.WORKING);
        scheduler.answer = () -> misbehave(Fault.THROWS);
        for (long now = 0; now <= 2_000; now += 50) {
            plan(true, now);
        }

        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.DEGRADED);
        assertThat(scheduler.calls()).isEqualTo(3);
        assertThat(operators.operators(0))
                .extracting(OperatorView::type)
                .containsExactly(OperatorType.ADD, OperatorType.ADD);
        assertThat(health)
                .singleElement()
                .asString()
                .startsWith("SCHEDULER_DEGRADED: 'test' has failed 3 times in a row")
                .contains("planner is confused");
        assertThat(changes).containsExactly("test FAILING", "test FAILING", "test DEGRADED");
    }

    @Test
    @DisplayName("Faults in a row are counted: a good round between them begins the count anew")
    void faultsInARow() {
        long now = 0;
        for (int time = 0; time < 4; time++) {
            scheduler.answer = () -> misbehave(Fault.THROWS);
            for (int fault = 1; fault < PlanningConfig.DEFAULTS.faultsUntilDegraded(); fault++) {
                now += 60_000;
                plan(true, now);
                assertThat(host.view().condition()).isNotIn(SchedulerCondition.HEALTHY, SchedulerCondition.DEGRADED);
            }
            scheduler.answer = () -> KEEP;
            now += 60_000;
            plan(true, now);
            assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        }
    }

    @Test
    @DisplayName("Even the built-in placement may be late, on a node that stands still: it is asked again")
    void theStandInMayBeLate() {
        absent(1);
        scheduler.answer = () -> misbehave(Fault.THROWS);
        for (long now = 0; now < 1_500; now += 50) {
            plan(true, now);
        }
        host.planIfWanted(true, 1_500);
        planning.answer(1_500);
        host.planIfWanted(true, 1_550);
        assertThat(planning.asked.element().scheduler()).isNull();

        host.planIfWanted(true, 4_550);
        assertThat(operators.size()).isZero();
        plan(true, 5_050);

        assertThat(operators.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("A degraded scheduler is tried again, less and less often, and works again after one good round")
    void probes() {
        scheduler.answer = () -> misbehave(Fault.RETURNS_NULL);
        List<Long> calls = new ArrayList<>();
        for (long now = 0; now <= 200_000; now += 50) {
            int before = scheduler.calls();
            plan(true, now);
            if (scheduler.calls() > before) {
                calls.add(now);
            }
        }
        assertThat(calls).containsExactly(0L, 500L, 1_500L, 16_500L, 46_500L, 106_500L);

        scheduler.answer = () -> KEEP;
        for (long now = 200_050; now <= 300_000; now += 50) {
            plan(true, now);
        }
        assertThat(host.view().condition()).isEqualTo(SchedulerCondition.HEALTHY);
        assertThat(host.view().failure()).isNull();
        assertThat(health).isEmpty();
    }

    // ---- people ------------------------------------------------------------------------------------------------
}
