package dev.maintainer.transport.grpc.session;

import java.util.random.RandomGenerator;

/**
 * How long to wait before the next try to connect: 100 ms, then twice as long each time, at most 5 s, with a quarter of
 * jitter, so that nodes that lost one another together do not come back together.
 *
 * @since 0.1.0
 */
public final class Backoff {
    private static final long FIRST_MILLIS = 100;
    private static final long LONGEST_MILLIS = 5_000;

    private final RandomGenerator random;
    private long next = FIRST_MILLIS;

    /**
     * Begins with the shortest delay.
     *
     * @param random for the jitter
     */
    public Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** {@return the delay before the next try, in milliseconds} */
    public long nextMillis() {
        long delay = next;
        next = Math.min(LONGEST_MILLIS, next * 2);
        return delay - random.nextLong(delay / 4 + 1);
    }

    /** Begins again with the shortest delay. */
    public void reset() {
        next = FIRST_MILLIS;
    }
}
