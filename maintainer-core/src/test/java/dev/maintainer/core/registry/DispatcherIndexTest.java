package dev.maintainer.core.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.DispatcherId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DispatcherIndexTest {
    private record Named(DispatcherId id, int made) implements DispatcherIndex.Element {
        @Override
        public long idHigh() {
            return id.high();
        }

        @Override
        public long idLow() {
            return id.low();
        }
    }

    private final DispatcherIndex<Named> index = new DispatcherIndex<>();
    private final Map<DispatcherId, Named> model = new HashMap<>();

    private static Named named(long n) {
        return new Named(new DispatcherId(1, n), 0);
    }

    private void compare(List<DispatcherId> asked) {
        assertThat(index.size()).isEqualTo(model.size());
        assertThat(index).containsExactlyInAnyOrderElementsOf(model.values());
        for (DispatcherId id : asked) {
            assertThat(index.get(id)).isSameAs(model.get(id));
        }
    }

    /** Ids that are counted up, that differ in one half only, by much, or by what lies close together in the table. */
    private static DispatcherId any(SplittableRandom random) {
        int n = random.nextInt(60);
        return switch (random.nextInt(5)) {
            case 0 -> new DispatcherId(1, n);
            case 1 -> new DispatcherId(n, 1);
            case 2 -> new DispatcherId(n, -31L * n);
            case 3 -> new DispatcherId(7, (long) n << 56);
            default -> new DispatcherId(-1, 2_584L * n);
        };
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    @DisplayName("Agrees with a map of the library: places are used again, gaps are closed, and it grows")
    void agreesWithAModel(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<DispatcherId> asked = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            // It fills up and is emptied again, now and then completely.
            boolean adds = random.nextInt(100) < (i / 1_000 % 2 == 0 ? 70 : 30);
            DispatcherId id = any(random);
            asked.add(id);
            if (adds) {
                Named added = new Named(id, i);
                assertThat(index.add(added)).isEqualTo(model.putIfAbsent(id, added) == null);
            } else {
                assertThat(index.remove(id)).isSameAs(model.remove(id));
            }
            if (i % 500 == 0) {
                compare(asked);
                asked.clear();
            }
        }
        for (DispatcherId id : List.copyOf(model.keySet())) {
            assertThat(index.remove(id)).isSameAs(model.remove(id));
        }
        compare(asked);
    }

    @Test
    @DisplayName("Elements whose places collide are found when one that stood in their way has gone")
    void collisions() {
        for (long n = 0; n < 7; n++) {
            assertThat(index.add(new Named(new DispatcherId(n, -31 * n), 0))).isTrue();
        }
        assertThat(index.remove(new DispatcherId(0, 0))).isNotNull();
        assertThat(index.remove(new DispatcherId(3, -93))).isNotNull();

        for (long n : new long[] {1, 2, 4, 5, 6}) {
            assertThat(index.get(new DispatcherId(n, -31 * n)))
                    .as("element %d", n)
                    .isNotNull();
        }
        assertThat(index.get(new DispatcherId(3, -93))).isNull();
    }

    @Test
    @DisplayName("Whoever has an id anew is another one than before")
    void anIdThatIsAddedAgain() {
        Named first = named(1);
        Named second = new Named(first.id(), 1);
        index.add(first);

        assertThat(index.add(second)).isFalse();
        assertThat(index.get(first.id())).isSameAs(first);
        index.remove(first.id());
        assertThat(index.add(second)).isTrue();
        assertThat(index.get(first.id())).isSameAs(second);
    }

    @Test
    void nothingIsLeftWhenItIsCleared() {
        for (long n = 1; n <= 1_000; n++) {
            index.add(named(n));
        }

        index.clear();

        assertThat(index).isEmpty();
        assertThat(index.size()).isZero();
        assertThat(index.get(new DispatcherId(1, 5))).isNull();
        Iterator<Named> none = index.iterator();
        assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
    }
}
