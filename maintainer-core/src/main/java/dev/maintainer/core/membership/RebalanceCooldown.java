package dev.maintainer.core.membership;

/**
 * Until when rebalancing is suspended: absent spans are placed, nodes that may not keep spans are emptied, but nothing
 * is rebalanced. Around a drain, because a node that is about to stop, or has just come back, would be filled and
 * emptied again. After a join, because a process that was restarted joins as a new node while the lease of the old one
 * still lasts: when that ends, the spans of the old node are placed on the new one, and no others have moved.
 */
public final class RebalanceCooldown {
    /** Nodes may come and go for ever, if one crashes whenever it has started. */
    private static final int MOST_GRACES = 4;

    private long until = Long.MIN_VALUE;
    private long joinsSince;
    private long joinsUntil = Long.MIN_VALUE;

    /** It lasts at least until then. */
    public void last(long untilMillis) {
        until = Math.max(until, untilMillis);
    }

    /** A node has joined: it lasts for a grace from now on, but not for more than a few graces because of joins alone. */
    public void joined(long nowMillis, long graceMillis) {
        if (nowMillis >= joinsUntil) {
            joinsSince = nowMillis;
        }
        if (nowMillis - joinsSince < MOST_GRACES * graceMillis) {
            joinsUntil = nowMillis + graceMillis;
            last(joinsUntil);
        }
    }

    /** Whether it lasts. */
    public boolean isNow(long nowMillis) {
        return nowMillis < until;
    }
}
