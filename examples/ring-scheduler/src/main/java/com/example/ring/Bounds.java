package com.example.ring;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import java.util.List;
import java.util.TreeMap;

/**
 * How many spans each node and each zone may have: its share by weight, times a factor. Factors of at least 100 percent
 * leave room for every span somewhere (Mirrokni, Thorup, Zadimoghaddam, "Consistent Hashing with Bounded Loads", 2016).
 */
final class Bounds {
    private static final class Count {
        long weight;
        long load;
        long bound;
    }

    private final TreeMap<NodeId, Count> nodes = new TreeMap<>();
    private final TreeMap<NodeId, Integer> room = new TreeMap<>();
    private final TreeMap<String, Count> zones = new TreeMap<>();

    Bounds(List<NodeView> eligible, long spans, Budget budget, int nodePercent, int zonePercent) {
        long weights = 0;
        for (NodeView view : eligible) {
            Count node = new Count();
            node.weight = view.weight();
            node.load = view.load();
            nodes.put(view.id(), node);
            room.put(view.id(), budget.maxInFlightPerNode() - view.inFlight());
            Count zone = zones.computeIfAbsent(view.zone(), name -> new Count());
            zone.weight += view.weight();
            zone.load += view.load();
            weights += view.weight();
        }
        for (Count node : nodes.values()) {
            node.bound = bound(spans, node.weight, weights, nodePercent);
        }
        for (Count zone : zones.values()) {
            zone.bound = bound(spans, zone.weight, weights, zonePercent);
        }
    }

    private static long bound(long spans, long weight, long weights, int percent) {
        long parts = weights * 100;
        return (spans * weight * percent + parts - 1) / parts;
    }

    /** Whether a node may get one more right now, its bounds aside. */
    boolean hasRoom(NodeView node) {
        return room.getOrDefault(node.id(), 0) > 0;
    }

    /** Whether a node and its zone are below their bounds. */
    boolean fits(NodeView node) {
        Count own = nodes.get(node.id());
        Count zone = zones.get(node.zone());
        return own != null && own.load < own.bound && zone != null && zone.load < zone.bound;
    }

    /** A node gets one. */
    void take(NodeView node) {
        nodes.computeIfPresent(node.id(), (id, count) -> {
            count.load++;
            return count;
        });
        zones.computeIfPresent(node.zone(), (name, count) -> {
            count.load++;
            return count;
        });
        room.merge(node.id(), -1, Integer::sum);
    }

    /** For people: load of bound. */
    String text(NodeView node) {
        Count own = nodes.get(node.id());
        return own == null ? "unknown" : own.load + " of at most " + own.bound;
    }
}
