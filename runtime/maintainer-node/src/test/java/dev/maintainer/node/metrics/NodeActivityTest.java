package dev.maintainer.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.admin.testing.FakeClusterAdmin;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.coordinator.MoveOutcome;
import dev.maintainer.core.MaintainerFigures;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.runtime.metrics.MetricSample;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class NodeActivityTest {
    private static final ChangefeedId ORDERS = new ChangefeedId("orders");

    private long now;
    private final NodeActivity activity = new NodeActivity(() -> now);

    private void published(long epoch, long checkpointTs, long applied) {
        activity.published(new MaintainerView(
                ORDERS,
                new MaintainerEpoch(epoch),
                LifecyclePhase.RUNNING,
                checkpointTs,
                checkpointTs,
                5,
                0,
                0,
                Collections.emptySortedMap(),
                Map.of("Heartbeat/APPLIED", applied),
                "",
                new FakeClusterAdmin().scheduling(ORDERS),
                null,
                0,
                List.of(),
                Collections.emptySortedMap()));
    }

    private void measured(long epoch, long refusals) {
        activity.measured(new MaintainerFigures(
                ORDERS,
                new MaintainerEpoch(epoch),
                Collections.emptySortedMap(),
                Map.of(RefusalReason.DUPLICATE, refusals),
                0));
    }

    private long messages() {
        return Objects.requireNonNull(activity.messages().get("Heartbeat/APPLIED"))
                .sum();
    }

    @Test
    @DisplayName("what is counted over all maintainers goes on when one of them begins anew, and when it is gone")
    void sums() {
        published(3, 100, 10);
        published(3, 110, 15);
        assertThat(messages()).isEqualTo(15);

        published(5, 110, 2);
        assertThat(messages()).isEqualTo(17);

        activity.closed(ORDERS);
        assertThat(messages()).isEqualTo(17);
        assertThat(activity.hosted()).isEmpty();
        published(7, 120, 1);
        assertThat(messages()).isEqualTo(18);
    }

    @Test
    @DisplayName("so are operators that were refused; what a former maintainer says of itself counts no more")
    void refusals() {
        published(3, 100, 1);
        measured(3, 4);
        measured(3, 6);
        published(5, 100, 1);
        measured(3, 9);
        measured(5, 1);

        assertThat(Objects.requireNonNull(activity.operatorRefusals().get("duplicate"))
                        .sum())
                .isEqualTo(7);
    }

    @Test
    @DisplayName("a checkpoint is as old as its first sight on this node, under its owner")
    void age() {
        now = 10;
        published(3, 100, 1);
        now = 20;
        published(3, 100, 2);
        assertThat(Objects.requireNonNull(activity.hosted().get(ORDERS)).raisedNanos())
                .isEqualTo(10);
        published(3, 101, 3);
        assertThat(Objects.requireNonNull(activity.hosted().get(ORDERS)).raisedNanos())
                .isEqualTo(20);
    }

    @Test
    @DisplayName("a handoff takes from the new epoch to the new owner; one that another leader ends is not ours")
    void handoffs() {
        now = 1_000_000_000;
        activity.moveStarted(ORDERS);
        now = 3_500_000_000L;
        activity.moveCompleted(ORDERS, MoveOutcome.COMPLETED);
        activity.moveStarted(ORDERS);
        activity.deposed();
        activity.moveCompleted(ORDERS, MoveOutcome.COMPLETED);

        assertThat(activity.handoffs().samples())
                .containsExactly(MetricSample.ofDuration(1, 2_500_000_000L, "completed"));
    }
}
