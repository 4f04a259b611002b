package dev.maintainer.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where dispatchers stop, as the ends of worlds and their checks have to agree. */
class BlockEventsTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    @DisplayName("there are as many sync points ahead as one comes to, one after the other")
    void syncPointsAhead(long seed) {
        BlockEvents events = new BlockEvents(new SplittableRandom(seed));
        events.syncPoint(20_001);
        events.syncPoint(50_000);
        long met = 0;
        for (long ts = events.syncAfter(9_990); ts <= 50_000; ts = events.syncAfter(ts)) {
            met++;
        }

        assertThat(events.syncPoints(9_990, 50_000)).isEqualTo(met);
        assertThat(events.syncPoints(50_000, 50_000)).isZero();
    }
}
