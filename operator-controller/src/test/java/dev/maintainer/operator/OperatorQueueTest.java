package dev.maintainer.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OperatorQueueTest {
    private final OperatorQueue queue = new OperatorQueue();

    private static RegisteredOperator operator(long n) {
        return RegisteredOperator.remove(Rig.id(n), Rig.A, new RemoveProtocol(Rig.A), 0, Rig.TIMINGS);
    }

    private List<RegisteredOperator> contents() {
        List<RegisteredOperator> contents = new ArrayList<>();
        queue.forEach(contents::add);
        return contents;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    @DisplayName("Agrees with a set in the order of insertion")
    void agreesWithAModel(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<RegisteredOperator> all = new ArrayList<>();
        for (long n = 1; n <= 6; n++) {
            all.add(operator(n));
        }
        Set<RegisteredOperator> model = new LinkedHashSet<>();
        for (int i = 0; i < 2_000; i++) {
            RegisteredOperator operator = all.get(random.nextInt(all.size()));
            if (random.nextBoolean()) {
                queue.append(operator);
                model.remove(operator);
                model.add(operator);
            } else {
                assertThat(queue.remove(operator)).isEqualTo(model.remove(operator));
            }
            assertThat(contents()).isEqualTo(List.copyOf(model));
            assertThat(queue.size()).isEqualTo(model.size());
            assertThat(queue.contains(operator)).isEqualTo(model.contains(operator));
            assertThat(queue.first())
                    .isEqualTo(model.isEmpty() ? null : contents().get(0));
        }
    }

    @Test
    void anOperatorIsInOneQueue() {
        RegisteredOperator operator = operator(1);
        queue.append(operator);

        OperatorQueue other = new OperatorQueue();
        assertThatThrownBy(() -> other.append(operator)).isInstanceOf(IllegalStateException.class);
        assertThat(other.remove(operator)).isFalse();
        assertThat(contents()).containsExactly(operator);
    }
}
