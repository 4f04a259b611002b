package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Reason;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * How a node is drained: at which pace, and how the core itself moves spans away if a scheduler does not, which is each
 * to the node with the fewest spans, and to the first by id among equals.
 */
public final class DrainMoves {
    /**
     * A node that may get some.
     *
     * @param load how many spans it has and will have
     * @param room how many more operators may be in progress towards it
     */
    public record Taker(NodeId node, int load, int room) {}

    private static final Comparator<Taker> FEWEST_FIRST =
            Comparator.comparingInt(Taker::load).thenComparing(Taker::node);

    private static final int LEAST_MOVES = 10;
    private static final int SPANS_PER_MOVE = 100;

    private DrainMoves() {}

    /** How many moves away from a node with so many spans may be in progress at once. */
    public static int atOnce(int spans) {
        return Math.max(LEAST_MOVES, (spans + SPANS_PER_MOVE - 1) / SPANS_PER_MOVE);
    }

    /** The moves, as many as there is room for. Costs O(moves * log takers). */
    public static List<Decision> of(
            NodeId origin, Iterable<DispatcherId> leaving, Collection<Taker> takers, Reason reason) {
        PriorityQueue<Taker> open = new PriorityQueue<>(FEWEST_FIRST);
        takers.stream().filter(taker -> taker.room() > 0).forEach(open::add);
        List<Decision> moves = new ArrayList<>();
        for (DispatcherId dispatcher : leaving) {
            Taker taker = open.poll();
            if (taker == null) {
                break;
            }
            moves.add(new Decision.Move(dispatcher, origin, taker.node(), reason));
            if (taker.room() > 1) {
                open.add(new Taker(taker.node(), taker.load() + 1, taker.room() - 1));
            }
        }
        return moves;
    }
}
