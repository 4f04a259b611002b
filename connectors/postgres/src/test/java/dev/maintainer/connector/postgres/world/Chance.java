package dev.maintainer.connector.postgres.world;

import java.util.List;
import java.util.SplittableRandom;

/** All that is left to chance in a world. */
final class Chance {
    private final SplittableRandom random;

    Chance(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** Less than {@code bound}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean oneIn(int many) {
        return random.nextInt(many) == 0;
    }

    /** At least {@code from}, at most {@code to}. */
    long between(long from, long to) {
        return random.nextLong(from, to + 1);
    }

    <T> T of(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }
}
