package com.acme.planner.broken;

import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/** P3. */
final class TakesChance {
    Supplier<Random> constructor() {
        return Random::new;
    }

    void shuffle(List<String> names) {
        Collections.shuffle(names);
    }

    int local() {
        return ThreadLocalRandom.current().nextInt();
    }

    UUID uuid() {
        return UUID.randomUUID();
    }

    int identity() {
        return System.identityHashCode(this);
    }
}
