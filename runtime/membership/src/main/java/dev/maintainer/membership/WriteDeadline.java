package dev.maintainer.membership;

import org.jspecify.annotations.Nullable;

/**
 * Until when a node may write. Whoever writes looks here immediately before a write and again after it.
 *
 * <p>The monotonic clock of a process may stand still while its machine is suspended. So each proof remembers how far the
 * wall clock was ahead of it: if that difference has grown, time has passed that the monotonic clock did not see, and
 * writes wait for the next proof. A wall clock that somebody puts forward costs one renewal, too.
 *
 * <p>One thread proves, any thread reads.
 */
public final class WriteDeadline {
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long JUMP_NANOS = 300 * NANOS_PER_MILLI;

    private record Proof(long deadlineNanos, long wallAheadNanos) {}

    private volatile @Nullable Proof proof;

    /** Writes are not allowed before the first proof. */
    public WriteDeadline() {}

    /**
     * {@return whether a write may begin, or one that began before has ended in time}
     *
     * @param nowNanos the monotonic time of the process
     * @param wallMillis the wall clock at the same moment
     */
    public boolean isOpen(long nowNanos, long wallMillis) {
        Proof latest = proof;
        return latest != null
                && latest.deadlineNanos() - nowNanos > 0
                && wallMillis * NANOS_PER_MILLI - nowNanos - latest.wallAheadNanos() <= JUMP_NANOS;
    }

    /**
     * {@return for how long writes are still allowed, in nanoseconds; 0 if they are not}
     *
     * @param nowNanos the monotonic time of the process
     * @param wallMillis the wall clock at the same moment
     */
    public long remainingNanos(long nowNanos, long wallMillis) {
        Proof latest = proof;
        return latest != null && isOpen(nowNanos, wallMillis) ? Math.max(0, latest.deadlineNanos() - nowNanos) : 0;
    }

    /**
     * A renewal has succeeded.
     *
     * @param sentNanos the monotonic time before it was sent
     * @param sentWallMillis the wall clock at that moment
     * @param leaseNanos how long it allows writes
     */
    void prove(long sentNanos, long sentWallMillis, long leaseNanos) {
        long deadline = sentNanos + leaseNanos;
        Proof latest = proof;
        if (latest == null || deadline - latest.deadlineNanos() > 0) {
            proof = new Proof(deadline, sentWallMillis * NANOS_PER_MILLI - sentNanos);
        }
    }

    /** Writes are not allowed any more. */
    void close() {
        proof = null;
    }
}
