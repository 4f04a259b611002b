package dev.maintainer.cluster.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LeaseMeterTest {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private long remaining;
    private long now;
    private final LeaseMeter meter = new LeaseMeter((nanos, wall) -> remaining);

    private void passes(long seconds, long left) {
        now += seconds * SECOND;
        remaining = left * SECOND;
        meter.tick(now, 0);
    }

    @Test
    @DisplayName("a node that has no lease yet has lost none")
    void before() {
        passes(1, 0);
        assertThat(meter.expirations()).isZero();
        assertThat(meter.leastRemainingNanos()).isZero();
        passes(1, 4);
        assertThat(meter.leastRemainingNanos()).isEqualTo(4 * SECOND);
    }

    @Test
    @DisplayName("each time that the lease runs out counts once, however long it takes to get it back")
    void expirations() {
        passes(1, 4);
        passes(1, 0);
        passes(1, 0);
        passes(1, 4);
        passes(1, 0);
        assertThat(meter.expirations()).isEqualTo(2);
        assertThat(meter.leastRemainingNanos()).isZero();
    }

    @Test
    @DisplayName("the least that was left is seen for a minute at least, and is forgotten after two")
    void least() {
        passes(1, 4);
        passes(1, 1);
        passes(1, 4);
        passes(59, 3);
        assertThat(meter.leastRemainingNanos()).isEqualTo(SECOND);
        passes(61, 3);
        passes(61, 3);
        assertThat(meter.leastRemainingNanos()).isEqualTo(3 * SECOND);
    }
}
