package dev.maintainer.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.NodeId;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class DrainTest {
    private static final NodeId A = new NodeId("a");

    private final RebalanceCooldown cooldown = new RebalanceCooldown();
    private final Drain drain = new Drain(cooldown, 100);

    @Test
    @DisplayName("I-57: ten moves, or a hundredth of the spans, rounded up; the same while they get fewer")
    void limitIsFixed() {
        drain.note(new DrainTarget(A, 1), 0);
        assertThat(drain.limit(1_101)).isEqualTo(12);
        assertThat(drain.limit(5)).isEqualTo(12);

        drain.note(new DrainTarget(A, 2), 0);
        assertThat(drain.limit(1_000)).isEqualTo(10);
    }

    @Test
    @DisplayName("I-61: only a higher epoch changes anything")
    void onlyNewerCounts() {
        assertThat(drain.note(new DrainTarget(A, 2), 0)).isTrue();
        assertThat(drain.note(new DrainTarget(null, 1), 0)).isFalse();
        assertThat(drain.note(new DrainTarget(null, 2), 0)).isFalse();
        assertThat(drain.node()).isEqualTo(A);
        assertThat(drain.note(new DrainTarget(null, 3), 0)).isTrue();
        assertThat(drain.node()).isNull();
    }

    @Test
    @DisplayName("I-56: calm while spans are on the node, and for a while after the last of them and after each change")
    void calm() {
        assertThat(cooldown.isNow(5)).isFalse();
        drain.note(new DrainTarget(A, 1), 1_000);
        assertThat(cooldown.isNow(1_099)).isTrue();
        drain.observe(3, 5_000);
        drain.observe(0, 5_050);
        assertThat(cooldown.isNow(5_099)).isTrue();
        assertThat(cooldown.isNow(5_100)).isFalse();
        drain.note(new DrainTarget(null, 2), 7_000);
        assertThat(cooldown.isNow(7_099)).isTrue();
        assertThat(cooldown.isNow(7_100)).isFalse();
    }

    @Test
    @DisplayName("RebalanceCooldown that has begun is not cut short by a change that was heard of long ago")
    void calmDoesNotEndEarly() {
        drain.note(new DrainTarget(A, 1), 1_000);
        drain.note(new DrainTarget(null, 2), 500);
        assertThat(cooldown.isNow(1_099)).isTrue();
    }
}
