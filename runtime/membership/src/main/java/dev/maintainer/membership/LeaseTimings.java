package dev.maintainer.membership;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.time.Duration;

/**
 * The durations on which it rests that a node that was removed writes nothing any more. A renewal allows writes for
 * {@code lease}, counted by the node from before it was sent. The leader removes a node {@code grace} after it has seen
 * that its presence is gone, counted by the leader from after it has seen it. A renewal that succeeded was sent before the
 * presence was gone, so the writes end first if {@code grace} is longer than {@code lease} by as much as two clocks can
 * differ and a write can be late.
 *
 * @param session how long the store waits before it ends the session of a silent process, as agreed with the store
 * @param renew how often a lease is renewed
 * @param lease how long a renewal allows writes
 * @param grace how long the leader waits before it removes a node
 * @param lateWrite how long a write that has begun may still take effect after its call was allowed; zero for sinks that
 *     fence
 */
public record LeaseTimings(Duration session, Duration renew, Duration lease, Duration grace, Duration lateWrite) {
    /** By how much the rate of a clock may be wrong, in each direction. */
    static final double CLOCK_RATE_ERROR = 0.01;

    private static final Duration MARGIN = Duration.ofMillis(500);
    private static final int RENEWALS_PER_LEASE = 3;

    /** For clusters up to 300 nodes. */
    public static final LeaseTimings DEFAULT = new LeaseTimings(
            Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofSeconds(4), Duration.ofSeconds(5), Duration.ZERO);

    /** For a few processes on one machine. */
    public static final LeaseTimings DEMO = new LeaseTimings(
            Duration.ofSeconds(3),
            Duration.ofMillis(300),
            Duration.ofMillis(1_200),
            Duration.ofMillis(1_800),
            Duration.ZERO);

    /**
     * Refuses durations with which two nodes could write at once, or a healthy node would lose its lease.
     *
     * @param session the session timeout, as agreed with the store
     * @param renew how often a lease is renewed
     * @param lease how long a renewal allows writes
     * @param grace how long the leader waits before it removes a node
     * @param lateWrite how long an allowed write may still take effect
     * @throws MaintainerException if they do not fit together
     */
    public LeaseTimings {
        check(!renew.isNegative() && !renew.isZero(), "lease.renew must be above 0", renew);
        check(
                renew.multipliedBy(RENEWALS_PER_LEASE).compareTo(lease) <= 0,
                "lease.renew must be a third of lease.lease (" + lease.toMillis() + " ms) at most",
                renew);
        Duration least = leastGrace(lease, lateWrite);
        check(
                grace.compareTo(least) >= 0,
                "lease.grace must be at least " + least.toMillis() + " ms where lease.lease is " + lease.toMillis()
                        + " ms",
                grace);
        check(
                session.compareTo(lease) > 0,
                "lease.session must be above lease.lease (" + lease.toMillis() + " ms)",
                session);
    }

    private static Duration leastGrace(Duration lease, Duration lateWrite) {
        long drift = (long) (lease.toNanos() * 2 * CLOCK_RATE_ERROR);
        return lease.plusNanos(drift).plus(lateWrite).plus(MARGIN);
    }

    private static void check(boolean holds, String rule, Duration value) {
        if (!holds) {
            throw new MaintainerException(ErrorCode.BAD_CONFIGURATION, rule + ", and is " + value.toMillis() + " ms");
        }
    }
}
