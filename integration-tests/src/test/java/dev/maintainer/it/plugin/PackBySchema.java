package dev.maintainer.it.plugin;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Places all tables of a schema on one node: the schema id, modulo the number of eligible nodes, chooses it. */
final class PackBySchema implements Scheduler {
    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        List<NodeView> eligible =
                snapshot.nodes().stream().filter(NodeView::eligible).toList();
        if (eligible.isEmpty()) {
            return Plan.keep(new Reason("NO_ELIGIBLE_NODE", "no node may get spans"));
        }
        Map<NodeId, Integer> inFlight = new TreeMap<>();
        eligible.forEach(node -> inFlight.put(node.id(), node.inFlight()));
        // What was refused waits for a round, so that it keeps nobody else from being placed.
        Set<DispatcherId> refused = new TreeSet<>();
        snapshot.refused().forEach(decision -> refused.add(decision.dispatcher()));
        List<Decision> decisions = new ArrayList<>();
        for (GroupId group : snapshot.groups()) {
            for (SpanView span : snapshot.absent(group)) {
                if (decisions.size() == budget.maxDecisions()) {
                    return planOf(decisions);
                }
                int choice = Math.floorMod(span.schema().value(), eligible.size());
                NodeId home = eligible.get(choice).id();
                boolean waits = refused.contains(span.dispatcher());
                if (!waits && inFlight.merge(home, 1, Integer::sum) <= budget.maxInFlightPerNode()) {
                    decisions.add(new Decision.Place(
                            span.dispatcher(),
                            home,
                            new Reason("SCHEMA_HOME", "schema " + span.schema() + " lives on " + home)));
                }
            }
        }
        return planOf(decisions);
    }

    private static Plan planOf(List<Decision> decisions) {
        return decisions.isEmpty()
                ? Plan.keep(new Reason("NOTHING_TO_PLACE", "no span is absent, or its home has no slot"))
                : Plan.of(decisions, new Reason("PLACING", decisions.size() + " spans placed"));
    }
}
