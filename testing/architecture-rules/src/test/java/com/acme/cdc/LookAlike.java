package com.acme.cdc;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.scheduler.spi.ConstructedBy;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.LongFunction;

/** Looks like {@link Sneaky} and is clean. */
@ConstructedBy(ConstructedBy.Side.EITHER)
@Stability(Stability.Level.INTERNAL)
public final class LookAlike {
    /** An instant from a number. */
    LongFunction<Instant> instant() {
        return Instant::ofEpochMilli;
    }

    /** Chance with a seed. */
    int chance(long seed) {
        return new Random(seed).nextInt() + new SplittableRandom(seed).nextInt();
    }

    /** A sequential stream. */
    long count(List<String> names) {
        return names.stream().count();
    }

    /** Has the name of a transport's method, but is none. */
    String send(String message) {
        return message.trim();
    }

    /** Calls it. */
    String sendTwice(String message) {
        return send(send(message));
    }
}
