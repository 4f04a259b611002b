package dev.maintainer.cluster.distributed;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * How near the lease of a node comes to its end. The thread of the store looks several times per renewal; the least that was
 * left is kept for one to two minutes, so that somebody who looks once a minute misses nothing.
 */
final class LeaseMeter {
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** For how long writes are allowed. */
    @FunctionalInterface
    interface Remaining {
        /** In nanoseconds; 0 if they are not. */
        long nanos(long nowNanos, long wallMillis);
    }

    private final Remaining deadline;
    private final LongAdder held = new LongAdder();
    private volatile long expirations;
    private volatile long least = Long.MAX_VALUE;
    /** On the thread of the store, as all below. */
    private long leastBefore = Long.MAX_VALUE;

    private long leastNow = Long.MAX_VALUE;
    private long expired;
    private long windowBegan;
    private boolean open;

    LeaseMeter(Remaining deadline) {
        this.deadline = deadline;
    }

    /** On the thread of the store. */
    void tick(long nowNanos, long wallMillis) {
        long remaining = deadline.nanos(nowNanos, wallMillis);
        if (open && remaining == 0) {
            expired++;
            expirations = expired;
        }
        // Before the first renewal there is nothing that could end.
        if (open || remaining > 0) {
            record(remaining, nowNanos);
        }
        open = remaining > 0;
    }

    private void record(long remaining, long nowNanos) {
        if (leastNow == Long.MAX_VALUE || nowNanos - windowBegan >= WINDOW_NANOS) {
            leastBefore = leastNow;
            leastNow = remaining;
            windowBegan = nowNanos;
        }
        leastNow = Math.min(leastNow, remaining);
        least = Math.min(leastBefore, leastNow);
    }

    /** A write was not allowed to begin, or not reported. */
    void held() {
        held.increment();
    }

    long heldWrites() {
        return held.sum();
    }

    long expirations() {
        return expirations;
    }

    long remainingNanos(long nowNanos, long wallMillis) {
        return deadline.nanos(nowNanos, wallMillis);
    }

    /** The least of the last one to two minutes; 0 before the first renewal. */
    long leastRemainingNanos() {
        long seen = least;
        return seen == Long.MAX_VALUE ? 0 : seen;
    }
}
