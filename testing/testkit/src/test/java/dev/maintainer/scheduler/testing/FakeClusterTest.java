package dev.maintainer.scheduler.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FakeClusterTest {
    private static final Reason WHY = new Reason("TEST", "for the test");
    private static final Budget TWO_A_ROUND = new Budget(2, 2, 2);

    /** Places everything on one node, as far as the budget allows. */
    private static Scheduler placesOn(String node) {
        return (snapshot, budget) -> {
            List<Decision> decisions = new ArrayList<>();
            snapshot.groups()
                    .forEach(group -> snapshot.absent(group).forEach(span -> {
                        if (decisions.size() < budget.maxDecisions()) {
                            decisions.add(new Decision.Place(span.dispatcher(), new NodeId(node), WHY));
                        }
                    }));
            return Plan.of(decisions, WHY);
        };
    }

    @Test
    @DisplayName("a planner is asked until it decides nothing, within the budget of each round")
    void settles() {
        FakeCluster cluster = new FakeCluster().nodes("n1").absent(5);

        assertThat(cluster.settle(placesOn("n1"), TWO_A_ROUND)).hasSize(5);
        assertThat(cluster.load("n1")).isEqualTo(5);
        assertThat(cluster.settle(placesOn("n1"), TWO_A_ROUND)).isEmpty();
    }

    @Test
    @DisplayName("a plan that breaks a rule ends the test, and says which")
    void breaksARule() {
        FakeCluster cluster = new FakeCluster().nodes("n1").absent(1);

        assertThatThrownBy(() -> cluster.settle(placesOn("ghost"), TWO_A_ROUND))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("UNKNOWN_TARGET");
    }

    @Test
    @DisplayName("a planner that never rests ends the test")
    void neverSettles() {
        FakeCluster cluster = new FakeCluster().nodes("n1", "n2").running("n1", 1);
        Scheduler restless = (snapshot, budget) -> {
            SpanView span = snapshot.span(new DispatcherId(1, 1)).orElseThrow();
            NodeId home = Objects.requireNonNull(span.node());
            NodeId other = new NodeId(home.value().equals("n1") ? "n2" : "n1");
            return Plan.of(List.of(new Decision.Move(span.dispatcher(), home, other, WHY)), WHY);
        };

        assertThatThrownBy(() -> cluster.settle(restless, TWO_A_ROUND))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("not settled after 1000 rounds");
    }
}
