package dev.maintainer.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.incident.IncidentKind;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.search.Simulation;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What begins anew late in a long day has all of the day ahead. */
class RecreatedChangefeedTest {
    private static final int CALM_MILLIS = 2_400_000;
    /** With sync points every six seconds. */
    private static final long SEED = 4;

    @Test
    @DisplayName("a changefeed that is created anew is given the time to come to every sync point of the day")
    void catchesUp() {
        SimulationSpec day = SimulationSpec.of(Workload.STEADY, SEED, 2, 1, CALM_MILLIS)
                .with(List.of(
                        new Incident(0, IncidentKind.CALM, 0, 0, CALM_MILLIS),
                        new Incident(CALM_MILLIS - 1_000, IncidentKind.RECREATE_CHANGEFEED, 0, 0, 100)));

        Outcome outcome = Simulation.run(day);

        assertThat(outcome.violation()).isNull();
        assertThat(outcome.statistics().settledAfterMillis())
                .as("that it takes longer than after faults")
                .isGreaterThan(60_000);
        assertThat(outcome.statistics().barriers().executedAgain()).isGreaterThan(CALM_MILLIS / 10_000);
    }
}
