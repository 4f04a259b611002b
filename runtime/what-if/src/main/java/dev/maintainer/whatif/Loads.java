package dev.maintainer.whatif;

import dev.maintainer.api.model.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * How many spans each node has. Immutable.
 *
 * @param byNode by id
 */
public record Loads(SortedMap<NodeId, NodeLoad> byNode) {
    /**
     * A node and its spans.
     *
     * @param eligible whether it may get spans
     * @param weight how much it can take compared with others; 0 if nothing
     */
    public record NodeLoad(int spans, boolean eligible, int weight) {
        /** A node of weight 1. */
        public NodeLoad(int spans, boolean eligible) {
            this(spans, eligible, 1);
        }

        /** How many spans it has for each unit of what it can take. */
        double perWeight() {
            return (double) spans / Math.max(1, weight);
        }
    }

    /** Copies the map. */
    public Loads {
        byNode = Collections.unmodifiableSortedMap(new TreeMap<>(byNode));
    }

    /** Whether nodes that may get spans differ in what they can take. */
    public boolean isWeighted() {
        return eligible().mapToInt(NodeLoad::weight).distinct().count() > 1;
    }

    /**
     * How far the loads of nodes that may get spans are apart: the most that one has beyond its share by weight, and the
     * most that one has below it, together. Of nodes of one weight it is the highest load less the lowest; 0 if there are
     * none.
     */
    public int spread() {
        double share = share();
        double least = eligible()
                .mapToDouble(load -> load.spans() - share * load.weight())
                .min()
                .orElse(0);
        double most = eligible()
                .mapToDouble(load -> load.spans() - share * load.weight())
                .max()
                .orElse(0);
        return (int) Math.round(most - least);
    }

    /** The standard deviation of the loads of nodes that may get spans, as a part of their shares; 0 if there are none. */
    public double variation() {
        double share = share();
        return share == 0
                ? 0
                : Math.sqrt(eligible()
                        .mapToDouble(load -> load.perWeight() / share - 1)
                        .map(part -> part * part)
                        .average()
                        .orElse(0));
    }

    /** How many spans a node should have that may get some and has the weight 1. */
    double share() {
        long weight = eligible().mapToLong(NodeLoad::weight).sum();
        return weight == 0 ? 0 : (double) eligible().mapToLong(NodeLoad::spans).sum() / weight;
    }

    private Stream<NodeLoad> eligible() {
        return byNode.values().stream().filter(NodeLoad::eligible);
    }

    /** How many spans a node has; 0 if it is not there. */
    public int of(NodeId node) {
        NodeLoad load = byNode.get(node);
        return load == null ? 0 : load.spans();
    }
}
