package com.example.ring;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The nodes that may get spans, with the windows of nodes and zones. */
final class Fleet {
    /** More weight than this says nothing more, and would make the products of {@link Window} overflow. */
    private static final int MOST_WEIGHT = 10_000;

    private final List<Home> homes = new ArrayList<>();
    private final TreeMap<String, Window> zones = new TreeMap<>();
    /** Spans that wait for a node, and spans on nodes that may not keep them. */
    private long homeless;

    private Ring ring;

    Fleet(SchedulingSnapshot snapshot, Budget budget, int nodeTolerance, int zoneTolerance) {
        long spans = 0;
        for (GroupId group : snapshot.groups()) {
            spans += snapshot.size(group);
            homeless += snapshot.absentCount(group);
        }
        long weights = 0;
        TreeMap<String, Long> zoneWeights = new TreeMap<>();
        for (NodeView node : snapshot.nodes()) {
            if (node.eligible()) {
                weights += weight(node);
                zoneWeights.merge(node.zone(), weight(node), Long::sum);
            } else {
                homeless += node.load();
            }
        }
        for (String zone : zoneWeights.keySet()) {
            zones.put(zone, new Window(zoneWeights.get(zone), weights, spans, zoneTolerance));
        }
        for (NodeView node : snapshot.nodes()) {
            if (node.eligible()) {
                Window window = new Window(weight(node), weights, spans, nodeTolerance);
                Window zone = zones.get(node.zone());
                window.add(node.load());
                zone.add(node.load());
                homes.add(new Home(node, window, zone, budget.maxInFlightPerNode() - node.inFlight()));
            }
        }
    }

    private static long weight(NodeView node) {
        return Math.min(MOST_WEIGHT, node.weight());
    }

    List<Home> homes() {
        return homes;
    }

    Iterable<Window> zones() {
        return zones.values();
    }

    boolean hasManyZones() {
        return zones.size() > 1;
    }

    /** Whether all that have no node are needed to bring the nodes into their windows. */
    boolean nodesNeedAll() {
        return homeless <= homes.stream().mapToLong(home -> home.window().deficit()).sum();
    }

    /** The same of the zones. */
    boolean zonesNeedAll() {
        return homeless <= zones.values().stream().mapToLong(Window::deficit).sum();
    }

    /** One of those that had no node has got one. */
    void housed() {
        homeless--;
    }

    boolean any(Predicate<Home> asked) {
        return homes.stream().anyMatch(asked);
    }

    /** The node with most above its share, the first by id among equals. */
    Optional<Home> mostSurplus(Predicate<Home> asked) {
        Home most = null;
        for (Home home : homes) {
            if (asked.test(home)
                    && (most == null || home.window().surplus() > most.window().surplus())) {
                most = home;
            }
        }
        return Optional.ofNullable(most);
    }

    /** Made when first needed: most plans have nothing to do. */
    Ring ring() {
        if (ring == null) {
            ring = new Ring(homes);
        }
        return ring;
    }
}
