package dev.maintainer.simulator.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.simulator.Outcome;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.Statistics;
import dev.maintainer.simulator.incident.FaultKind;
import dev.maintainer.simulator.incident.FaultMix;
import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.incident.IncidentKind;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    @Test
    @DisplayName("of many incidents those stay without which nothing is violated")
    void fewIncidentsStay() {
        // given a world that is violated if a node dies after a move, and loses messages
        Predicate<SimulationSpec> violated =
                spec -> diesAfterMove(spec) && spec.faults().probability(FaultKind.LOSS) > 0;
        SimulationSpec big = firstViolated(violated);

        // when
        SimulationSpec small = new Shrinker(2_000, spec -> outcome(spec, violated))
                .shrink(outcome(big, violated))
                .spec();

        // then
        assertThat(small.incidents()).extracting(Incident::kind).containsExactly(IncidentKind.MOVE, IncidentKind.KILL);
        assertThat(small.nodes()).isEqualTo(2);
        assertThat(small.tables()).isEqualTo(1);
        assertThat(small.faults().probability(FaultKind.LOSS)).isPositive();
        assertThat(small.faults().probability(FaultKind.RESTLESSNESS)).isZero();
        assertThat(small.faults().probability(FaultKind.SLOWNESS)).isZero();
    }

    @Test
    @DisplayName("another violated invariant is another bug, and does not count")
    void anotherInvariantDoesNotCount() {
        // given a world whose smaller relatives violate something else
        SimulationSpec big = firstViolated(ShrinkerTest::diesAfterMove);
        Outcome found = outcome(big, ShrinkerTest::diesAfterMove);

        // when
        Outcome small = new Shrinker(
                        500,
                        spec -> new Outcome(
                                spec, new Violation(Invariant.NO_GAP, "something else"), Statistics.NONE, 0, List.of()))
                .shrink(found);

        // then
        assertThat(small).isEqualTo(found);
    }

    @Test
    @DisplayName("it does not run more worlds than it may")
    void runsAreBounded() {
        SimulationSpec big = firstViolated(ShrinkerTest::diesAfterMove);
        Shrinker shrinker = new Shrinker(7, spec -> outcome(spec, ShrinkerTest::diesAfterMove));

        shrinker.shrink(outcome(big, ShrinkerTest::diesAfterMove));

        assertThat(shrinker.runs()).isEqualTo(7);
    }

    @Test
    @DisplayName("without a violation there is nothing to make small")
    void nothingToShrink() {
        SimulationSpec spec = SimulationSpec.of(Workload.SWARM, 1);

        assertThatThrownBy(() -> new Shrinker(1).shrink(outcome(spec, any -> false)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("a simpler mix of faults has one kind less, and in the end there is none")
    void mixesGetSimpler() {
        FaultMix mix = FaultMix.NONE.withMaxLagMillis(2_000).withSlowTimers(false);
        for (FaultKind kind : FaultKind.values()) {
            mix = mix.with(kind, 0.1);
        }
        int steps = 0;
        while (!mix.simpler().isEmpty()) {
            List<FaultMix> simpler = mix.simpler();
            assertThat(simpler).doesNotContain(mix);
            mix = simpler.get(simpler.size() - 1);
            steps++;
        }
        assertThat(mix).isEqualTo(FaultMix.NONE);
        assertThat(steps).as("each kind, the lag and the timers").isEqualTo(FaultKind.values().length + 2);
    }

    private static SimulationSpec firstViolated(Predicate<SimulationSpec> violated) {
        for (long seed = 1; ; seed++) {
            SimulationSpec spec = SimulationSpec.of(Workload.SWARM, seed);
            if (violated.test(spec)
                    && spec.incidents().size() > 8
                    && spec.faults().probability(FaultKind.RESTLESSNESS) > 0) {
                return spec;
            }
        }
    }

    private static boolean diesAfterMove(SimulationSpec spec) {
        boolean moved = false;
        for (Incident incident : spec.incidents()) {
            moved |= incident.kind() == IncidentKind.MOVE;
            if (moved && incident.kind() == IncidentKind.KILL) {
                return true;
            }
        }
        return false;
    }

    private static Outcome outcome(SimulationSpec spec, Predicate<SimulationSpec> violated) {
        Violation violation = violated.test(spec) ? new Violation(Invariant.ONE_WRITER, "two write") : null;
        return new Outcome(spec, violation, Statistics.NONE, 0, List.of());
    }
}
