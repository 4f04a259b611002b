package dev.maintainer.scheduler.defaults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SharesTest {
    @Test
    @DisplayName("a node that can take three times as much gets three times as much")
    void byWeight() {
        assertThat(Shares.of(List.of(20, 0, 0), List.of(0, 0, 0), List.of(1, 3, 1), 20))
                .containsExactly(4, 12, 4);
    }

    @Test
    @DisplayName("the remainder stays where it costs no move")
    void remainder() {
        assertThat(Shares.of(List.of(2, 6, 3), List.of(0, 0, 0), List.of(1, 2, 1), 11))
                .containsExactly(2, 6, 3);
        assertThat(Shares.of(List.of(4, 5, 2), List.of(0, 0, 0), List.of(1, 2, 1), 11))
                .containsExactly(3, 6, 2);
    }

    @Test
    @DisplayName("what cannot leave a node is its share, and the others share the rest")
    void pinned() {
        assertThat(Shares.of(List.of(9, 1, 0), List.of(9, 0, 0), List.of(1, 1, 2), 15))
                .containsExactly(9, 2, 4);
    }

    @Test
    @DisplayName("all is shared; nobody is more than one from his part but for what is pinned; a whole plan is settled")
    void properties() {
        for (long seed = 0; seed < 2_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int nodes = 1 + random.nextInt(12);
            List<Integer> loads = new ArrayList<>();
            List<Integer> pinned = new ArrayList<>();
            List<Integer> weights = new ArrayList<>();
            for (int i = 0; i < nodes; i++) {
                int load = random.nextInt(60);
                loads.add(load);
                pinned.add(random.nextInt(3) == 0 ? random.nextInt(load + 1) : 0);
                weights.add(random.nextInt(5) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(6));
            }
            int total = loads.stream().mapToInt(Integer::intValue).sum() + random.nextInt(20);

            int[] shares = Shares.of(loads, pinned, weights, total);

            assertThat(IntStream.of(shares).sum()).as("seed %d", seed).isEqualTo(total);
            List<Integer> settled = IntStream.of(shares).boxed().toList();
            for (int i = 0; i < nodes; i++) {
                assertThat(shares[i]).as("seed %d", seed).isGreaterThanOrEqualTo(pinned.get(i));
            }
            assertThat(Shares.of(settled, pinned, weights, total))
                    .as("seed %d", seed)
                    .isEqualTo(shares);
        }
    }
}
