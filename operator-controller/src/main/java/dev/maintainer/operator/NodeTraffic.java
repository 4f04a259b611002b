package dev.maintainer.operator;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How many operators are under way towards and away from each node. Kept up to date, so that reading costs nothing. */
final class NodeTraffic {
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

    /** Operators that will end with the dispatcher on this node. */
    int towards(NodeId node) {
        return of(node).towards;
    }

    /** Those of them that are moves from another node. */
    int movesTowards(NodeId node) {
        return of(node).movesTowards;
    }

    /** Moves to this node whose span is still bound to its origin. */
    int arriving(NodeId node) {
        return of(node).arriving;
    }

    /** Moves away from this node whose span is still bound to it. */
    int departing(NodeId node) {
        return of(node).departing;
    }

    /** Moves away from this node that have not ended. */
    int leaving(NodeId node) {
        return of(node).leaving;
    }

    /** Operators that have not ended and come from this node, go to it, or wait for it. */
    int touching(NodeId node) {
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
