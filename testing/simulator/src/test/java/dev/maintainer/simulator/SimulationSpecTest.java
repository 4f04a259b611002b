package dev.maintainer.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.incident.IncidentKind;
import dev.maintainer.simulator.incident.Workload;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SimulationSpecTest {
    private static final long DAY = 24 * 3_600_000L;

    @ParameterizedTest
    @EnumSource
    @DisplayName("a long day is calm but for some spells, and nothing ends for good in it")
    void longDay(Workload workload) {
        SimulationSpec day = SimulationSpec.day(workload, 7, 0, 0, DAY);

        List<Incident> calms = day.incidents().stream()
                .filter(each -> each.kind() == IncidentKind.CALM)
                .toList();
        assertThat(calms.stream().mapToLong(Incident::millis).sum()).isGreaterThan(DAY * 4 / 5);
        assertThat(day.incidents()).hasSizeGreaterThan(2 * calms.size());
        assertThat(calms).hasSizeBetween(80, 720);
        assertThat(day.incidents()).isSortedAccordingTo(Comparator.comparingLong(Incident::atMillis));
        assertThat(day.incidents())
                .noneMatch(each -> each.kind() == IncidentKind.REMOVE_CHANGEFEED)
                .noneMatch(each -> each.kind() == IncidentKind.PAUSE_CHANGEFEED && each.millis() % 2 == 1);
        assertThat(day).isEqualTo(SimulationSpec.day(workload, 7, 0, 0, DAY));
    }
}
