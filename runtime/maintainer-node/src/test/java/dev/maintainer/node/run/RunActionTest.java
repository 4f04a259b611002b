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
            List<RunAction> plan = RunAction.planned(RunOptions.builder(SchedulerOptions.of("basic"))
                    .handoffs(4)
                    .kills(4)
                    .joins(3)
                    .seed(seed)
                    .build());
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
            List<RunAction> plan = RunAction.planned(RunOptions.builder(SchedulerOptions.of("basic"))
                    .handoffs(2)
                    .kills(1)
                    .joins(2)
                    .drains(3)
                    .seed(seed)
                    .build());
            assertThat(plan).hasSize(8);
            int nodes = 3;
            for (RunAction action : plan) {
                if (action == RunAction.DRAIN) {
                    assertThat(nodes).isGreaterThan(1);
                }
                nodes += action == RunAction.JOIN ? 1 : action == RunAction.KILL || action == RunAction.DRAIN ? -1 : 0;
            }
        }
        assertThatThrownBy(() -> RunOptions.builder(SchedulerOptions.of("basic"))
                        .nodes(2)
                        .kills(1)
                        .drains(1)
                        .build())
                .hasMessageContaining("--drain-nodes 1");
    }

    @Test
    @DisplayName("what would leave no node is refused")
    void refuses() {
        assertThatThrownBy(() -> RunOptions.builder(SchedulerOptions.of("basic"))
                        .nodes(2)
                        .kills(2)
                        .build())
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("--kill-nodes 2");
        assertThatThrownBy(() -> RunOptions.builder(SchedulerOptions.of("basic"))
                        .nodes(1)
                        .handoffs(1)
                        .build())
                .hasMessageContaining("--handoffs 1");
        assertThatThrownBy(() -> RunOptions.builder(SchedulerOptions.of("basic"))
                        .nodes(0)
                        .build())
                .hasMessageContaining("--nodes 0");
    }
}
