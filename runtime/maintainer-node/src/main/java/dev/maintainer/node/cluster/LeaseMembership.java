package dev.maintainer.node.cluster;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Who holds a lease. Nodes renew theirs; one that was not renewed for its time to live is lost for good. Everybody who
 * subscribed is told of each change. Thread-safe; time comes as an argument.
 */
public final class LeaseMembership {
    private record Lease(long renewedMillis, Runnable lost) {}

    private final long ttlMillis;
    private final SortedMap<NodeId, Lease> leases = new TreeMap<>();
    private final SortedMap<NodeId, Consumer<Membership>> subscribers = new TreeMap<>();
    private final Set<NodeId> expelled = new HashSet<>();
    private long version;
    private long lastCheckMillis = Long.MIN_VALUE;

    /** Without members; {@code ttlMillis} is how long a lease lasts. */
    public LeaseMembership(long ttlMillis) {
        this.ttlMillis = ttlMillis;
    }

    /** How long a lease lasts, in milliseconds. */
    public long ttlMillis() {
        return ttlMillis;
    }

    /** Tells {@code subscriber} of the present membership and of each later one. It must only enqueue. */
    public synchronized void subscribe(NodeId who, Consumer<Membership> subscriber) {
        subscribers.put(who, subscriber);
        subscriber.accept(current());
    }

    /** Ends a subscription. */
    public synchronized void unsubscribe(NodeId who) {
        subscribers.remove(who);
    }

    /** A node becomes a member; {@code lost} is called once if its lease expires. It must only enqueue. */
    public synchronized void join(NodeId node, long nowMillis, Runnable lost) {
        leases.put(node, new Lease(nowMillis, lost));
        publish();
    }

    /** Renews a lease, unless the node is being expelled; false if it is lost already. */
    public synchronized boolean renew(NodeId node, long nowMillis) {
        Lease lease = leases.get(node);
        if (lease == null) {
            return false;
        }
        if (expelled.contains(node)) {
            return true;
        }
        leases.put(node, new Lease(nowMillis, lease.lost()));
        return true;
    }

    /** Renews the lease of a node no more: it ends when it would have ended without a renewal. */
    public synchronized void expel(NodeId node) {
        if (leases.containsKey(node)) {
            expelled.add(node);
        }
    }

    /** Gives a lease back. */
    public synchronized void leave(NodeId node) {
        if (leases.remove(node) != null) {
            publish();
        }
    }

    /**
     * Ends the leases that were not renewed in time. Called often. If it was not, then the whole process stood still
     * and no node could renew, so that time does not count.
     */
    public synchronized void check(long nowMillis) {
        long pause = lastCheckMillis == Long.MIN_VALUE ? 0 : nowMillis - lastCheckMillis;
        lastCheckMillis = nowMillis;
        if (pause > ttlMillis / 4) {
            leases.replaceAll((node, lease) -> new Lease(lease.renewedMillis() + pause, lease.lost()));
            return;
        }
        List<Lease> expired = new ArrayList<>();
        leases.values().removeIf(lease -> {
            boolean over = nowMillis - lease.renewedMillis() > ttlMillis;
            if (over) {
                expired.add(lease);
            }
            return over;
        });
        expelled.retainAll(leases.keySet());
        if (!expired.isEmpty()) {
            expired.forEach(lease -> lease.lost().run());
            publish();
        }
    }

    /** The present membership. */
    public synchronized Membership current() {
        return Membership.of(version, leases.keySet());
    }

    private void publish() {
        version++;
        Membership membership = current();
        subscribers.values().forEach(subscriber -> subscriber.accept(membership));
    }
}
