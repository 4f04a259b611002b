package dev.maintainer.node.whatif;

import dev.maintainer.core.planning.PlanRequest;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.List;

/**
 * What planners see of a changefeed at one moment, to be kept in a file. Spans that an operator drove at that moment are
 * where that operator takes them from: it is taken as not begun.
 *
 * @param changefeed its name
 * @param round the last round of planning
 * @param seed of that round
 * @param budget how much a plan may start
 * @param nodes by id; their loads and what is under way are counted anew
 * @param spans each once
 */
public record ClusterPicture(
        String changefeed, long round, long seed, Budget budget, List<NodeView> nodes, List<SpanView> spans) {
    /** Copies the lists. */
    public ClusterPicture {
        nodes = List.copyOf(nodes);
        spans = List.copyOf(spans);
    }

    /** Of what planners last saw. */
    public static ClusterPicture of(PlanRequest request, List<SpanView> spans) {
        return new ClusterPicture(
                request.changefeed().name(),
                request.round(),
                request.delta().seed(),
                request.budget(),
                request.delta().nodes(),
                spans);
    }
}
