package dev.maintainer.cluster.embedded;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MembershipService;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Who holds a lease. Nodes renew theirs; one that was not renewed for its time to live is lost for good. Everybody who
 * subscribed is told of each change. Thread-safe.
 */
public final class LeaseMembership implements MembershipService {
    private record Held(long renewedMillis, Runnable lost) {}

    private final long ttlMillis;
    private final LongSupplier clock;
    private final SortedMap<NodeId, Held> leases = new TreeMap<>();
    private final Map<Object, Consumer<Membership>> subscribers = new LinkedHashMap<>();
    private final Set<NodeId> expelled = new HashSet<>();
    /** Read by whoever writes, without a lock. */
    private volatile Set<NodeId> members = Set.of();

    private long version;
    private long lastCheckMillis = Long.MIN_VALUE;

    /**
     * Without members.
     *
     * @param ttlMillis how long a lease lasts
     * @param clock the time in milliseconds; never goes back
     */
    public LeaseMembership(long ttlMillis, LongSupplier clock) {
        this.ttlMillis = ttlMillis;
        this.clock = clock;
    }

    /** How long a lease lasts, in milliseconds. */
    public long ttlMillis() {
        return ttlMillis;
    }

    @Override
    public synchronized Subscription subscribe(Consumer<Membership> listener) {
        Object key = new Object();
        subscribers.put(key, listener);
        listener.accept(current());
        return () -> unsubscribe(key);
    }

    private synchronized void unsubscribe(Object key) {
        subscribers.remove(key);
    }

    @Override
    public synchronized Lease join(NodeId node, Runnable lost) {
        leases.put(node, new Held(clock.getAsLong(), lost));
        publish();
        return new Lease() {
            @Override
            public boolean isHeld() {
                return LeaseMembership.this.isHeld(node);
            }

            @Override
            public boolean renew() {
                return LeaseMembership.this.renew(node);
            }

            @Override
            public void leave() {
                LeaseMembership.this.leave(node);
            }
        };
    }

    private boolean isHeld(NodeId node) {
        return members.contains(node);
    }

    /** Unless the node is being expelled. */
    private synchronized boolean renew(NodeId node) {
        Held lease = leases.get(node);
        if (lease == null) {
            return false;
        }
        if (!expelled.contains(node)) {
            leases.put(node, new Held(clock.getAsLong(), lease.lost()));
        }
        return true;
    }

    /** Renews the lease of a node no more: it ends when it would have ended without a renewal. */
    @Override
    public synchronized void expel(NodeId node) {
        if (leases.containsKey(node)) {
            expelled.add(node);
        }
    }

    private synchronized void leave(NodeId node) {
        if (leases.remove(node) != null) {
            publish();
        }
    }

    /**
     * Ends the leases that were not renewed in time. Called often. If it was not, then the whole process stood still
     * and no node could renew, so that time does not count.
     */
    public synchronized void check() {
        long nowMillis = clock.getAsLong();
        long pause = lastCheckMillis == Long.MIN_VALUE ? 0 : nowMillis - lastCheckMillis;
        lastCheckMillis = nowMillis;
        if (pause > ttlMillis / 4) {
            leases.replaceAll((node, lease) -> new Held(lease.renewedMillis() + pause, lease.lost()));
            return;
        }
        List<Held> expired = new ArrayList<>();
        leases.values().removeIf(lease -> {
            boolean over = nowMillis - lease.renewedMillis() > ttlMillis;
            if (over) {
                expired.add(lease);
            }
            return over;
        });
        expelled.retainAll(leases.keySet());
        if (!expired.isEmpty()) {
            members = Set.copyOf(leases.keySet());
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
        members = Set.copyOf(leases.keySet());
        Membership membership = current();
        subscribers.values().forEach(subscriber -> subscriber.accept(membership));
    }
}
