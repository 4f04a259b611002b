package dev.maintainer.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointTrackerTest {
    private static final long LIMIT = 1_000_000;

    @ParameterizedTest
    @CsvSource({"1, 3", "2, 10", "3, 100", "4, 5000", "5, 1000000"})
    @DisplayName("Invariant 8: a multiset with its minimum, whatever comes and goes")
    void agreesWithASortedMultiset(long seed, int values) {
        SplittableRandom random = new SplittableRandom(seed);
        CheckpointTracker tracker = new CheckpointTracker();
        TreeMap<Long, Integer> model = new TreeMap<>();
        List<Long> present = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            // Grows and shrinks in turns, down to nothing.
            boolean grows = i / 1_000 % 2 == 0 ? random.nextInt(3) > 0 : random.nextInt(3) == 0;
            if (grows) {
                long value = random.nextLong(1, values + 1L);
                present.add(value);
                model.merge(value, 1, Integer::sum);
                tracker.add(value);
            } else if (!present.isEmpty()) {
                int index = random.nextInt(present.size());
                long value = present.get(index);
                present.set(index, present.get(present.size() - 1));
                present.remove(present.size() - 1);
                model.computeIfPresent(value, (v, count) -> count == 1 ? null : count - 1);
                tracker.remove(value);
            }
            long expected = model.isEmpty() ? LIMIT : Math.min(LIMIT, model.firstKey());
            assertThat(tracker.min(LIMIT)).isEqualTo(expected);
            assertThat(tracker.distinct()).isEqualTo(model.size());
        }
        while (!present.isEmpty()) {
            tracker.remove(present.remove(present.size() - 1));
        }
        assertThat(tracker.distinct()).isZero();
        assertThat(tracker.min(LIMIT)).isEqualTo(LIMIT);
    }

    @ParameterizedTest
    @CsvSource({"11", "12", "13"})
    void whatIsLeftAfterRandomRemovalsComesOutInOrder(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 200; round++) {
            CheckpointTracker tracker = new CheckpointTracker();
            List<Long> present = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                long value = random.nextLong(1, 100_000);
                tracker.add(value);
                present.add(value);
            }
            for (int i = 0; i < 50; i++) {
                tracker.remove(present.remove(random.nextInt(present.size())));
            }
            present.sort(null);
            for (long value : present) {
                assertThat(tracker.min(LIMIT)).isEqualTo(value);
                tracker.remove(value);
            }
            assertThat(tracker.distinct()).isZero();
        }
    }

    @Test
    void aMillionEqualCheckpointsAreOneValue() {
        CheckpointTracker tracker = new CheckpointTracker();
        for (int i = 0; i < 1_000_000; i++) {
            tracker.add(42);
        }

        assertThat(tracker.distinct()).isEqualTo(1);
        for (int i = 0; i < 999_999; i++) {
            tracker.remove(42);
        }
        assertThat(tracker.min(LIMIT)).isEqualTo(42);
        tracker.remove(42);
        assertThat(tracker.min(LIMIT)).isEqualTo(LIMIT);
    }

    @Test
    void theLimitCapsTheMinimum() {
        CheckpointTracker tracker = new CheckpointTracker();
        tracker.add(100);

        assertThat(tracker.min(99)).isEqualTo(99);
        assertThat(tracker.min(101)).isEqualTo(100);
    }

    @Test
    void canBeUsedAgainAfterItWasEmpty() {
        CheckpointTracker tracker = new CheckpointTracker();
        for (long value = 100; value > 0; value--) {
            tracker.add(value);
        }
        for (long value = 1; value <= 100; value++) {
            assertThat(tracker.min(LIMIT)).isEqualTo(value);
            tracker.remove(value);
        }

        tracker.add(7);

        assertThat(tracker.min(LIMIT)).isEqualTo(7);
        assertThat(tracker.distinct()).isEqualTo(1);
    }

    @Test
    void refusesToTakeOutWhatIsNotThere() {
        CheckpointTracker tracker = new CheckpointTracker();
        tracker.add(5);

        assertThatThrownBy(() -> tracker.remove(6)).isInstanceOf(IllegalStateException.class);
    }
}
