package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RunActionTest {
    @Test
    @DisplayName("every action is planned, in an order that leaves a node alive and a handoff a target")
    void plan() {
        for (long seed = 0; seed < 200; seed++) {
            List<RunAction> plan = RunAction.planned(new RunOptions(3, 4, 4, 3, "basic", seed));
            assertThat(plan).hasSize(11);
            int nodes = 3;
            for (RunAction action : plan) {
                if (action == RunAction.HANDOFF) {
                    assertThat(nodes).isGreaterThan(1);
                }
                nodes += action == RunAction.JOIN ? 1 : action == RunAction.KILL ? -1 : 0;
                assertThat(nodes).isPositive();
            }
        }
    }

    @Test
    @DisplayName("a node is drained only while another one can take its work")
    void drains() {
        for (long seed = 0; seed < 200; seed++) {
            List<RunAction> plan = RunAction.planned(new RunOptions(3, 2, 1, 2, 3, seed, SchedulerOptions.of("basic")));
            assertThat(plan).hasSize(8);
            int nodes = 3;
            for (RunAction action : plan) {
                if (action == RunAction.DRAIN) {
                    assertThat(nodes).isGreaterThan(1);
                }
                nodes += action == RunAction.JOIN ? 1 : action == RunAction.KILL || action == RunAction.DRAIN ? -1 : 0;
            }
        }
        assertThatThrownBy(() -> new RunOptions(2, 0, 1, 0, 1, 1, SchedulerOptions.of("basic")))
                .hasMessageContaining("--drain-nodes 1");
    }

    @Test
    @DisplayName("what would leave no node is refused")
    void refuses() {
        assertThatThrownBy(() -> new RunOptions(2, 0, 2, 0, "basic", 1))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("--kill-nodes 2");
        assertThatThrownBy(() -> new RunOptions(1, 1, 0, 0, "basic", 1)).hasMessageContaining("--handoffs 1");
        assertThatThrownBy(() -> new RunOptions(0, 0, 0, 0, "basic", 1)).hasMessageContaining("--nodes 0");
    }
}
