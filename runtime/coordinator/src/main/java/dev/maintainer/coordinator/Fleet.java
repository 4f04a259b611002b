package dev.maintainer.coordinator;

import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.Transport;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The nodes, whether they have answered this coordinator, and how many maintainers each is meant to host. */
final class Fleet {
    private final Transport transport;
    private final Map<NodeId, Integer> load = new TreeMap<>();
    private final SortedSet<NodeId> answered = new TreeSet<>();
    private SortedSet<NodeId> alive = new TreeSet<>();
    private long version = Long.MIN_VALUE;
    private long newestVersion;
    private @Nullable NodeId drained;
    private SortedSet<NodeId> unaware = new TreeSet<>();

    Fleet(Transport transport) {
        this.transport = transport;
    }

    /** A host has heard of this version, so whoever follows it has to hear of it too. */
    void heardOf(long membershipVersion) {
        newestVersion = Math.max(newestVersion, membershipVersion);
    }

    /** The newest version that anybody is known to have heard of; 0 if none. */
    long newestVersion() {
        return newestVersion;
    }

    /** Takes a newer membership over; returns who has gone, or null if it is not newer. */
    @Nullable
    SortedSet<NodeId> update(Membership membership) {
        if (membership.version() <= version) {
            return null;
        }
        version = membership.version();
        heardOf(version);
        SortedSet<NodeId> gone = new TreeSet<>(alive);
        gone.removeAll(membership.alive());
        alive = membership.alive();
        answered.retainAll(alive);
        load.keySet().retainAll(alive);
        return gone;
    }

    boolean isAlive(NodeId node) {
        return alive.contains(node);
    }

    SortedSet<NodeId> alive() {
        return alive;
    }

    /** Whether a node is the only one. */
    boolean isAlone(NodeId node) {
        return alive.size() == 1 && alive.contains(node);
    }

    /** No maintainer is placed on the node that is drained, nor where nobody knows yet what is. */
    void close(@Nullable NodeId drainedNode, SortedSet<NodeId> unawareNodes) {
        drained = drainedNode;
        unaware = unawareNodes;
    }

    /** Whether a node may get a maintainer. */
    boolean isOpen(NodeId node) {
        return answered.contains(node) && !node.equals(drained) && !unaware.contains(node);
    }

    void answered(NodeId node) {
        answered.add(node);
    }

    boolean hasAnswered(NodeId node) {
        return answered.contains(node);
    }

    boolean allAnswered() {
        return !alive.isEmpty() && answered.containsAll(alive);
    }

    SortedSet<NodeId> silent() {
        SortedSet<NodeId> silent = new TreeSet<>(alive);
        silent.removeAll(answered);
        return silent;
    }

    /** Maintainers by node, of those that have any. */
    Map<NodeId, Integer> load() {
        return load;
    }

    void bind(NodeId node) {
        load.merge(node, 1, Integer::sum);
    }

    void release(NodeId node) {
        load.computeIfPresent(node, (key, count) -> count > 1 ? count - 1 : null);
    }

    /** The node with the fewest maintainers, the lowest id among equals; null if no node is open. */
    @Nullable
    NodeId leastLoaded() {
        return leastLoaded(null);
    }

    /** The same among the others than this. */
    @Nullable
    NodeId leastLoaded(@Nullable NodeId but) {
        NodeId best = null;
        int fewest = Integer.MAX_VALUE;
        for (NodeId node : answered) {
            int count = load.getOrDefault(node, 0);
            if (count < fewest && isOpen(node) && !node.equals(but)) {
                best = node;
                fewest = count;
            }
        }
        return best;
    }

    void send(NodeId to, CoordinatorRequest request) {
        transport.send(to, request);
    }
}
