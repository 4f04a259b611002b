package dev.maintainer.membership;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WriteDeadlineTest {
    private static final long MILLI = 1_000_000;
    private static final long LEASE = 1_200 * MILLI;
    private static final long WALL = 1_800_000_000_000L;

    private final WriteDeadline deadline = new WriteDeadline();

    @Test
    @DisplayName("Nobody writes before the first renewal, nor at the deadline")
    void bounds() {
        assertThat(deadline.isOpen(0, WALL)).isFalse();

        deadline.prove(0, WALL, LEASE);

        assertThat(deadline.isOpen(LEASE - 1, WALL + 1_199)).isTrue();
        assertThat(deadline.isOpen(LEASE, WALL + 1_200)).isFalse();
    }

    @Test
    @DisplayName("A renewal that was sent earlier and answered later does not take anything back")
    void lateAnswer() {
        deadline.prove(300 * MILLI, WALL + 300, LEASE);
        deadline.prove(0, WALL, LEASE);

        assertThat(deadline.isOpen(1_400 * MILLI, WALL + 1_400)).isTrue();
    }

    @Test
    @DisplayName(
            "A machine that was suspended writes only after the next renewal, though its monotonic clock stood still")
    void suspended() {
        deadline.prove(0, WALL, LEASE);

        assertThat(deadline.isOpen(100 * MILLI, WALL + 60_100)).isFalse();

        deadline.prove(200 * MILLI, WALL + 60_200, LEASE);

        assertThat(deadline.isOpen(300 * MILLI, WALL + 60_300)).isTrue();
    }

    @Test
    @DisplayName("A wall clock that is put back means nothing")
    void putBack() {
        deadline.prove(0, WALL, LEASE);

        assertThat(deadline.isOpen(100 * MILLI, WALL - 3_600_000)).isTrue();
    }

    @Test
    @DisplayName("The monotonic clock may begin anywhere, and wrap around")
    void wrapsAround() {
        long begin = Long.MAX_VALUE - 100 * MILLI;
        deadline.prove(begin, WALL, LEASE);

        assertThat(deadline.isOpen(begin + 1_000 * MILLI, WALL + 1_000)).isTrue();
        assertThat(deadline.isOpen(begin + 1_300 * MILLI, WALL + 1_300)).isFalse();
    }

    @Test
    @DisplayName("A node that is lost does not write")
    void closed() {
        deadline.prove(0, WALL, LEASE);
        deadline.close();

        assertThat(deadline.isOpen(1, WALL)).isFalse();
    }
}
