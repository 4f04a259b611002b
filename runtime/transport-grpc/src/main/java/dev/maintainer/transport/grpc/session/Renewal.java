package dev.maintainer.transport.grpc.session;

import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * When a session ends only to be authenticated again. Certificates are looked at when one begins, and run out while it lasts. Whoever
 * has dialled ends it some hours before the time is up, at a moment of its own, so that not all sessions of a cluster end at
 * once; the other side does so when the time is up, because it cannot rely on whoever may have no certificate any more.
 *
 * @since 0.1.0
 */
public final class Renewal {
    /** For how long certificates count that were looked at when a session began, at most. */
    public static final long LONGEST_MILLIS = TimeUnit.HOURS.toMillis(24);

    /** From when on whoever has dialled may end it. */
    public static final long EARLIEST_MILLIS = TimeUnit.HOURS.toMillis(18);

    private final long dueMillis;

    /**
     * A session that has just begun.
     *
     * @param dialled whether this side has dialled
     * @param nowMillis monotonic
     * @param random chooses the moment
     */
    public Renewal(boolean dialled, long nowMillis, RandomGenerator random) {
        this.dueMillis = nowMillis + (dialled ? random.nextLong(EARLIEST_MILLIS, LONGEST_MILLIS) : LONGEST_MILLIS);
    }

    /**
     * Whether the certificates were looked at too long ago.
     *
     * @param nowMillis monotonic
     * @return whether this side has to end the session
     */
    public boolean isDue(long nowMillis) {
        return nowMillis >= dueMillis;
    }
}
