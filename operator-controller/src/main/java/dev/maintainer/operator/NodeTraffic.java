package dev.maintainer.operator;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** How many operators are under way towards and away from each node. Kept up to date, so that reading costs nothing. */
final class NodeTraffic {
    private static final class Count {
        int towards;
        int arriving;
        int departing;
    }

    private final Map<NodeId, Count> counts = new HashMap<>();

    /** Counts an operator in its present state ({@code sign} 1), or takes it out again (-1). */
    void count(RegisteredOperator operator, int sign) {
        NodeId heading = operator.heading().orElse(null);
        if (heading != null) {
            at(heading).towards += sign;
        }
        NodeId origin = operator.origin();
        boolean moves = origin != null && operator.destination() != null;
        boolean atOrigin = operator.outstanding()
                .filter(command -> command instanceof OperatorCommand.Remove)
                .isPresent();
        if (origin != null && moves && atOrigin) {
            at(origin).departing += sign;
            if (heading != null) {
                at(heading).arriving += sign;
            }
        }
    }

    private Count at(NodeId node) {
        return counts.computeIfAbsent(node, n -> new Count());
    }

    /** Operators that will end with the dispatcher on this node. */
    int towards(NodeId node) {
        Count count = counts.get(node);
        return count == null ? 0 : count.towards;
    }

    /** Moves to this node whose span is still bound to its origin. */
    int arriving(NodeId node) {
        Count count = counts.get(node);
        return count == null ? 0 : count.arriving;
    }

    /** Moves away from this node whose span is still bound to it. */
    int departing(NodeId node) {
        Count count = counts.get(node);
        return count == null ? 0 : count.departing;
    }

    /** Forgets a node that has left. */
    void forget(NodeId node) {
        Count count = counts.get(node);
        if (count != null && count.towards == 0 && count.arriving == 0 && count.departing == 0) {
            counts.remove(node);
        }
    }

    /** Nodes with traffic, as {@code towards/arriving/departing}; for the audit. */
    SortedMap<NodeId, String> contents() {
        SortedMap<NodeId, String> contents = new TreeMap<>();
        counts.forEach((node, count) -> {
            if (count.towards != 0 || count.arriving != 0 || count.departing != 0) {
                contents.put(node, count.towards + "/" + count.arriving + "/" + count.departing);
            }
        });
        return contents;
    }
}
