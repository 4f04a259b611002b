package dev.maintainer.node.whatif;

import dev.maintainer.api.model.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

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
     */
    public record NodeLoad(int spans, boolean eligible) {}

    /** Copies the map. */
    public Loads {
        byNode = Collections.unmodifiableSortedMap(new TreeMap<>(byNode));
    }

    /** The difference between the highest and the lowest load of the nodes that may get spans; 0 if there are none. */
    public int spread() {
        int least = Integer.MAX_VALUE;
        int most = Integer.MIN_VALUE;
        for (NodeLoad load : byNode.values()) {
            if (load.eligible()) {
                least = Math.min(least, load.spans());
                most = Math.max(most, load.spans());
            }
        }
        return most < least ? 0 : most - least;
    }

    /** The standard deviation of the loads of nodes that may get spans, as a part of their mean; 0 if there are none. */
    public double variation() {
        long sum = 0;
        int count = 0;
        for (NodeLoad load : byNode.values()) {
            if (load.eligible()) {
                sum += load.spans();
                count++;
            }
        }
        if (sum == 0) {
            return 0;
        }
        double mean = (double) sum / count;
        double squares = 0;
        for (NodeLoad load : byNode.values()) {
            if (load.eligible()) {
                squares += (load.spans() - mean) * (load.spans() - mean);
            }
        }
        return Math.sqrt(squares / count) / mean;
    }

    /** How many spans a node has; 0 if it is not there. */
    public int of(NodeId node) {
        NodeLoad load = byNode.get(node);
        return load == null ? 0 : load.spans();
    }
}
