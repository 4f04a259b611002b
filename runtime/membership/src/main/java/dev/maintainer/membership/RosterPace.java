package dev.maintainer.membership;

import dev.maintainer.api.model.NodeId;
import java.util.concurrent.TimeUnit;

/**
 * When a member reads the roster. Each of n members reads n entries: that all do so at once when it has changed, or as often as
 * leases are renewed, is nothing for a few members, and more than a store can do for a thousand.
 */
final class RosterPace {
    /** So many members may read at once, and as often as they renew. */
    private static final int FEW = 64;
    /** A thousand members read a new roster within about 200 ms. */
    private static final long APART_NANOS = TimeUnit.MICROSECONDS.toNanos(200);

    private static final int PARTS = 1 << 16;
    /** The fraction of the golden ratio of 2^32: neighbours get far away from each other. */
    private static final int SCATTERED = 0x9E3779B9;

    private final long renewNanos;
    private final int part;

    /**
     * For one member.
     *
     * @param renewNanos how often it renews its lease
     */
    RosterPace(NodeId node, long renewNanos) {
        this.renewNanos = renewNanos;
        this.part = Math.floorMod((node.value().hashCode() * SCATTERED) >>> 8, PARTS);
    }

    /** How long after it has changed it is read, among so many members. */
    long afterChangeNanos(int members) {
        return Math.max(0, members - FEW) * APART_NANOS * part / PARTS;
    }

    /** How long after it was read it is read again though nothing is known to have changed. Watches and peers tell of changes. */
    long betweenNanos(int members) {
        return renewNanos * Math.max(1, members / FEW);
    }
}
