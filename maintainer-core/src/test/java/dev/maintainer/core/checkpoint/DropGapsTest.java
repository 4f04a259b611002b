package dev.maintainer.core.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DropGapsTest {
    private record Gap(long durableTs, long dropTs) {}

    @Test
    @DisplayName("The checkpoint leaps from where the dropped table was durable to the drop")
    void leaps() {
        DropGaps gaps = new DropGaps();
        gaps.add(100, 200);

        assertThat(gaps.settle(90)).isEqualTo(90);
        assertThat(gaps.settle(100)).isEqualTo(100);
        assertThat(gaps.settle(101)).isEqualTo(100);
        assertThat(gaps.settle(199)).isEqualTo(100);
        assertThat(gaps.settle(200)).isEqualTo(200);
    }

    @Test
    @DisplayName("Stepping out of one gap may lead into an earlier one")
    void chained() {
        DropGaps gaps = new DropGaps();
        gaps.add(100, 160);
        gaps.add(150, 200);

        assertThat(gaps.settle(180)).isEqualTo(100);
    }

    @Test
    @DisplayName("A table that was durable up to its drop leaves no gap; passed gaps are forgotten")
    void nothingKeptForNothing() {
        DropGaps gaps = new DropGaps();
        gaps.add(200, 200);
        assertThat(gaps.isEmpty()).isTrue();

        gaps.add(100, 200);
        gaps.passed(199);
        assertThat(gaps.isEmpty()).isFalse();
        gaps.passed(200);
        assertThat(gaps.isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("It is the highest checkpoint in no gap, by brute force")
    void bruteForce(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            DropGaps gaps = new DropGaps();
            List<Gap> all = new ArrayList<>();
            for (int i = random.nextInt(8); i > 0; i--) {
                Gap gap = new Gap(random.nextLong(1, 60), random.nextLong(1, 60));
                gaps.add(gap.durableTs(), gap.dropTs());
                all.add(gap);
            }
            long candidate = random.nextLong(1, 70);
            long expected = candidate;
            while (inside(all, expected)) {
                expected--;
            }
            assertThat(gaps.settle(candidate)).as("%s at %d", all, candidate).isEqualTo(expected);
        }
    }

    private static boolean inside(List<Gap> gaps, long ts) {
        return gaps.stream().anyMatch(gap -> gap.durableTs() < ts && ts < gap.dropTs());
    }
}
