package dev.maintainer.connector.postgres.reader;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadPositionsTest {
    @Test
    @DisplayName("Nothing is known before the first position, and nothing below it")
    void first() {
        ReadPositions positions = new ReadPositions();
        assertThat(positions.upTo(100)).isZero();
        positions.add(50);
        assertThat(positions.upTo(49)).isZero();
        assertThat(positions.upTo(50)).isEqualTo(50);
        assertThat(positions.upTo(99)).isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    @DisplayName("Whatever is asked for: the answer was added, is not later, and never goes back")
    void floor(long seed) {
        Random random = new Random(seed);
        ReadPositions positions = new ReadPositions();
        TreeSet<Long> all = new TreeSet<>();
        long last = 0;
        long asked = 0;
        long answer = 0;
        for (int i = 0; i < 50_000; i++) {
            last += 1 + random.nextInt(50);
            positions.add(last);
            all.add(last);
            if (random.nextInt(20) == 0 && random.nextInt(4) < seed) {
                asked = Math.max(asked, last - random.nextInt(3_000));
                long next = positions.upTo(asked);
                assertThat(next).isBetween(answer, asked);
                assertThat(next == 0 || all.contains(next)).isTrue();
                answer = next;
            }
        }
        assertThat(positions.upTo(last)).isEqualTo(last);
    }

    @Test
    @DisplayName("As long as there are not too many, none is left out")
    void exact() {
        ReadPositions positions = new ReadPositions();
        for (int i = 1; i <= 100_000; i++) {
            positions.add(10L * i);
            assertThat(positions.upTo(10L * i - 5_001))
                    .isEqualTo(i <= 501 ? 10L * Math.max(0, i - 501) : 10L * (i - 501));
        }
    }
}
