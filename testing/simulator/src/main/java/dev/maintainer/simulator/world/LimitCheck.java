package dev.maintainer.simulator.world;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Counts the operators that a maintainer has begun: no more than the limits say may be under way when it begins one. */
final class LimitCheck {
    private static final int MOVES_AWAY = 10;
    private static final int SPANS_PER_MOVE = 100;
    /** In these an add or a move ends at its destination. */
    private static final Set<String> HEADING = Set.of("PLACING", "REMOVE_ORIGIN", "ADD_DESTINATION");

    private static final Set<OperatorType> BEGUN = Set.of(OperatorType.ADD, OperatorType.MOVE);

    private final int maxInFlightPerNode;

    LimitCheck(int maxInFlightPerNode) {
        this.maxInFlightPerNode = maxInFlightPerNode;
    }

    /** Whether so few may be under way that it is ever reached. */
    boolean areSmall() {
        return maxInFlightPerNode < Workload.PRODUCTION_IN_FLIGHT;
    }

    /** The operators that are under way before a plan is carried out. */
    static Set<DispatcherId> before(List<OperatorView> operators) {
        return operators.stream().map(OperatorView::dispatcher).collect(Collectors.toSet());
    }

    /**
     * A plan has been carried out. Parts of a split that has come to its end do not count: nobody has begun them.
     *
     * @param operators all that are under way
     * @param drained the node that is being emptied; null if none is
     * @param spans of the pipeline
     */
    void planned(Set<DispatcherId> before, List<OperatorView> operators, @Nullable NodeId drained, IntSupplier spans) {
        boolean leaves = false;
        for (OperatorView begun : operators) {
            NodeId destination = begun.destination();
            if (destination != null && BEGUN.contains(begun.type()) && !before.contains(begun.dispatcher())) {
                towards(destination, operators);
                leaves |= drained != null && leaves(begun, drained);
            }
        }
        if (drained != null && leaves) {
            pace(drained, operators, Math.max(MOVES_AWAY, (spans.getAsInt() + SPANS_PER_MOVE - 1) / SPANS_PER_MOVE));
        }
    }

    private void towards(NodeId node, List<OperatorView> operators) {
        long towards = operators.stream()
                .filter(each -> node.equals(each.destination()) && HEADING.contains(each.phase()))
                .count();
        if (towards > maxInFlightPerNode) {
            throw new Violation(
                    Invariant.LIMITS_KEPT,
                    towards + " operators are under way towards node " + node + ", and " + maxInFlightPerNode
                            + " may be");
        }
    }

    private static boolean leaves(OperatorView operator, NodeId node) {
        return node.equals(operator.origin()) && operator.destination() != null;
    }

    private static void pace(NodeId drained, List<OperatorView> operators, int most) {
        long leaving = operators.stream().filter(each -> leaves(each, drained)).count();
        if (leaving > most) {
            throw new Violation(
                    Invariant.LIMITS_KEPT,
                    leaving + " moves empty node " + drained + " at once, and " + most + " may be under way");
        }
    }
}
