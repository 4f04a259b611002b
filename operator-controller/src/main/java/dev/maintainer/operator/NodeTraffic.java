package dev.maintainer.operator;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * How many operators are under way towards and away from each node. Kept up to date, so that reading costs nothing.
 *
 * <p>Not thread-safe: read by the thread of its {@link OperatorController}.
 */
public final class NodeTraffic {
    private static final class Count {
        int towards;
        int arriving;
        int departing;
        int leaving;
        int touching;
        int movesTowards;

        boolean isNothing() {
            return towards == 0
                    && movesTowards == 0
                    && arriving == 0
                    && departing == 0
                    && leaving == 0
                    && touching == 0;
        }

        @Override
        public String toString() {
            return towards + "/" + arriving + "/" + departing + "/" + leaving + "/" + touching + "/" + movesTowards;
        }
    }

    /** Never written to. */
    private static final Count NOTHING = new Count();

    private final Map<NodeId, Count> counts = new HashMap<>();

    NodeTraffic() {}

    /** Counts an operator in its present state ({@code sign} 1), or takes it out again (-1). */
    void count(RegisteredOperator operator, int sign) {
        NodeId heading = operator.heading().orElse(null);
        if (heading != null) {
            at(heading).towards += sign;
        }
        NodeId origin = operator.origin();
        boolean moves = origin != null && operator.destination() != null;
        if (heading != null && moves) {
            at(heading).movesTowards += sign;
        }
        if (origin != null && moves && !operator.isFinished()) {
            at(origin).leaving += sign;
        }
        if (!operator.isFinished()) {
            touch(operator, heading, sign);
        }
        boolean atOrigin = operator.outstanding()
                .filter(command -> command instanceof OperatorCommand.Remove
                        && command.node().equals(origin))
                .isPresent();
        if (origin != null && moves && atOrigin) {
            at(origin).departing += sign;
            if (heading != null) {
                at(heading).arriving += sign;
            }
        }
    }

    private void touch(RegisteredOperator operator, @Nullable NodeId heading, int sign) {
        NodeId origin = operator.origin();
        NodeId waitsFor = operator.outstanding().map(OperatorCommand::node).orElse(null);
        if (origin != null) {
            at(origin).touching += sign;
        }
        if (heading != null && !heading.equals(origin)) {
            at(heading).touching += sign;
        }
        if (waitsFor != null && !waitsFor.equals(origin) && !waitsFor.equals(heading)) {
            at(waitsFor).touching += sign;
        }
    }

    private Count of(NodeId node) {
        return counts.getOrDefault(node, NOTHING);
    }

    private Count at(NodeId node) {
        return counts.computeIfAbsent(node, n -> new Count());
    }

    /**
     * {@return how many operators will end with a dispatcher on this node}
     *
     * @param node any node
     */
    public int towards(NodeId node) {
        return of(node).towards;
    }

    /**
     * {@return how many of those that {@link #towards} counts are moves from another node; the others begin something
     * that runs nowhere}
     *
     * @param node any node
     */
    public int movesTowards(NodeId node) {
        return of(node).movesTowards;
    }

    /**
     * {@return how many spans are moved to this node and still bound to their origin}
     *
     * @param node any node
     */
    public int arriving(NodeId node) {
        return of(node).arriving;
    }

    /**
     * {@return how many spans are moved away from this node and still bound to it}
     *
     * @param node any node
     */
    public int departing(NodeId node) {
        return of(node).departing;
    }

    /**
     * {@return how many moves away from this node have not ended, wherever their span is bound}
     *
     * @param node any node
     */
    public int leaving(NodeId node) {
        return of(node).leaving;
    }

    /**
     * {@return how many operators that have not ended come from this node, go to it, or wait for it}
     *
     * @param node any node
     */
    public int touching(NodeId node) {
        return of(node).touching;
    }

    /** Forgets a node that has left. */
    void forget(NodeId node) {
        Count count = counts.get(node);
        if (count != null && count.isNothing()) {
            counts.remove(node);
        }
    }

    /** Nodes with traffic, as {@code towards/arriving/departing/leaving/touching/movesTowards}; for the audit. */
    SortedMap<NodeId, String> contents() {
        SortedMap<NodeId, String> contents = new TreeMap<>();
        counts.forEach((node, count) -> {
            if (!count.isNothing()) {
                contents.put(node, count.toString());
            }
        });
        return contents;
    }
}
