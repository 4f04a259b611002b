package dev.maintainer.process.soak;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SoakPlanTest {
    @Test
    @DisplayName("A seed makes the same plan again, another one another plan")
    void bySeed() {
        assertThat(SoakPlan.of(7, 60)).isEqualTo(SoakPlan.of(7, 60));
        assertThat(SoakPlan.of(8, 60).steps()).isNotEqualTo(SoakPlan.of(7, 60).steps());
    }

    @Test
    @DisplayName("Each fault comes before one comes a second time")
    void allFaults() {
        int all = SoakPlan.Fault.values().length;

        assertThat(SoakPlan.of(7, all).steps())
                .extracting(SoakPlan.Step::fault)
                .containsExactlyInAnyOrder(SoakPlan.Fault.values());
    }
}
