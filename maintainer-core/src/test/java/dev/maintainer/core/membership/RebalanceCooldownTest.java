package dev.maintainer.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RebalanceCooldownTest {
    private static final long GRACE = 1_000;
    private final RebalanceCooldown cooldown = new RebalanceCooldown();

    @Test
    @DisplayName("it lasts as long as whoever wants it longest")
    void lasts() {
        assertThat(cooldown.isNow(0)).isFalse();
        cooldown.last(500);
        cooldown.last(300);
        assertThat(cooldown.isNow(499)).isTrue();
        assertThat(cooldown.isNow(500)).isFalse();
    }

    @Test
    @DisplayName("UP-71: each join begins a grace, so that ten nodes that are restarted one by one are one change")
    void joins() {
        cooldown.joined(100, GRACE);
        assertThat(cooldown.isNow(1_099)).isTrue();
        cooldown.joined(1_000, GRACE);
        assertThat(cooldown.isNow(1_999)).isTrue();
        assertThat(cooldown.isNow(2_000)).isFalse();
    }

    @Test
    @DisplayName("a node that crashes whenever it has started does not keep the others uneven for ever")
    void crashLoop() {
        long evenedOut = 0;
        for (long now = 0; now < 60_000; now += 100) {
            if (now % 700 == 0) {
                cooldown.joined(now, GRACE);
            }
            evenedOut += cooldown.isNow(now) ? 0 : 1;
        }
        assertThat(evenedOut).isGreaterThan(10);
    }

    @Test
    @DisplayName("a join amid the calm of a drain has a grace of its own, and does not cut the calm short")
    void joinAmidDrain() {
        cooldown.last(60_000);
        cooldown.joined(50_000, GRACE);
        cooldown.joined(59_500, GRACE);
        assertThat(cooldown.isNow(59_999)).isTrue();
        assertThat(cooldown.isNow(60_499)).isTrue();
        assertThat(cooldown.isNow(60_500)).isFalse();
    }
}
