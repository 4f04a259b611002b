package dev.maintainer.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class CalmTest {
    private static final long GRACE = 1_000;
    private final Calm calm = new Calm();

    @Test
    @DisplayName("it lasts as long as whoever wants it longest")
    void lasts() {
        assertThat(calm.isNow(0)).isFalse();
        calm.last(500);
        calm.last(300);
        assertThat(calm.isNow(499)).isTrue();
        assertThat(calm.isNow(500)).isFalse();
    }

    @Test
    @DisplayName("UP-71: each join begins a grace, so that ten nodes that are restarted one by one are one change")
    void joins() {
        calm.joined(100, GRACE);
        assertThat(calm.isNow(1_099)).isTrue();
        calm.joined(1_000, GRACE);
        assertThat(calm.isNow(1_999)).isTrue();
        assertThat(calm.isNow(2_000)).isFalse();
    }

    @Test
    @DisplayName("a node that crashes whenever it has started does not keep the others uneven for ever")
    void crashLoop() {
        long evenedOut = 0;
        for (long now = 0; now < 60_000; now += 100) {
            if (now % 700 == 0) {
                calm.joined(now, GRACE);
            }
            evenedOut += calm.isNow(now) ? 0 : 1;
        }
        assertThat(evenedOut).isGreaterThan(10);
    }

    @Test
    @DisplayName("a join amid the calm of a drain has a grace of its own, and does not cut the calm short")
    void joinAmidDrain() {
        calm.last(60_000);
        calm.joined(50_000, GRACE);
        calm.joined(59_500, GRACE);
        assertThat(calm.isNow(59_999)).isTrue();
        assertThat(calm.isNow(60_499)).isTrue();
        assertThat(calm.isNow(60_500)).isFalse();
    }
}
