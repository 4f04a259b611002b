package dev.maintainer.core.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.DispatcherId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PlacementRetriesTest {
    private static final DispatcherId ORDERS = new DispatcherId(1, 1);
    private static final DispatcherId USERS = new DispatcherId(1, 2);

    private final PlacementRetries retries = new PlacementRetries();
    private long now;

    /** Fails whenever it is placed; returns after how long each time. */
    private List<Long> waits(int failures) {
        List<Long> waits = new ArrayList<>();
        for (int i = 0; i < failures; i++) {
            retries.failed(ORDERS, now);
            long since = now;
            while (retries.isHeld(ORDERS)) {
                now += 50;
                retries.expire(now);
            }
            waits.add(now - since);
        }
        return waits;
    }

    @Test
    @DisplayName("The first failures are made good at once; then each waits twice as long, up to a bound")
    void doubles() {
        assertThat(waits(12))
                .containsExactly(0L, 0L, 0L, 250L, 500L, 1_000L, 2_000L, 4_000L, 8_000L, 15_000L, 15_000L, 15_000L);
    }

    @Test
    @DisplayName("Whoever has run for a while begins again")
    void forgets() {
        waits(8);
        now += PlacementRetries.FORGET_MILLIS;

        assertThat(waits(4)).containsExactly(0L, 0L, 0L, 250L);
    }

    @Test
    @DisplayName("One span waits, and others do not; whose wait is over is named once")
    void others() {
        for (int i = 0; i < 4; i++) {
            retries.failed(ORDERS, now);
        }
        retries.failed(USERS, now);

        assertThat(retries.isHeld(ORDERS)).isTrue();
        assertThat(retries.isHeld(USERS)).isFalse();
        assertThat(retries.held()).isEqualTo(1);
        assertThat(retries.expire(now + 249)).isEmpty();
        assertThat(retries.expire(now + 250)).containsExactly(ORDERS);
        assertThat(retries.expire(now + 250)).isEmpty();
        assertThat(retries.held()).isZero();
    }

    @Test
    @DisplayName("What has not failed for long costs nothing any more")
    void bounded() {
        for (int i = 0; i < 1_000; i++) {
            retries.failed(new DispatcherId(2, i), now);
        }
        retries.expire(now + PlacementRetries.FORGET_MILLIS);

        assertThat(retries.failures(new DispatcherId(2, 7))).isZero();
    }
}
