package dev.maintainer.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.search.Simulation;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoundWorldsTest {
    @ParameterizedTest
    @CsvSource({
        "REMOVAL, 20358, a close began before all members were known",
        "REMOVAL, 100740, a changefeed that another coordinator had deleted stayed",
        "REMOVAL, 705251, a changefeed that was created again was deleted in place of its former life",
        "HANDOFF_STORM, 137, an owner began before it had heard of a member",
        "BLOCK_EVENTS, 208414120672, a dispatcher of a dropped table waited at a later event and held the checkpoint"
    })
    @DisplayName("worlds in which something was violated once")
    void foundOnce(Workload workload, long seed, String story) {
        assertThat(Simulation.run(SimulationSpec.of(workload, seed)).violation())
                .as(story)
                .isNull();
    }
}
