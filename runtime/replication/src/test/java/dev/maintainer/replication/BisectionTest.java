package dev.maintainer.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BisectionTest {
    @Test
    void findsWhereItBeginsToHold() {
        for (int size = 0; size <= 9; size++) {
            for (int from = 0; from <= size; from++) {
                for (int first = from; first <= size; first++) {
                    int begins = first;
                    int end = size;
                    int begin = from;
                    assertThat(Bisection.first(from, size, index -> {
                                assertThat(index).isBetween(begin, end - 1);
                                return index >= begins;
                            }))
                            .isEqualTo(first);
                }
            }
        }
    }
}
