package dev.maintainer.simulator.world;

import dev.maintainer.api.model.GroupId;
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

/** Moves spans to and fro while faults last, and leaves everything else to another planner. */
final class Restless implements Scheduler {
    private static final Reason REASON = new Reason("RESTLESS", "somewhere else");

    private final Scheduler calm;
    private final Timeline timeline;
    private final Faults faults;

    Restless(Scheduler calm, Timeline timeline, Faults faults) {
        this.calm = calm;
        this.timeline = timeline;
        this.faults = faults;
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        if (snapshot.absentCount(GroupId.DEFAULT) > 0 || !faults.isRestless()) {
            return calm.plan(snapshot, budget);
        }
        List<NodeView> targets =
                snapshot.nodes().stream().filter(NodeView::eligible).toList();
        List<Decision> moves = new ArrayList<>();
        for (NodeView node : snapshot.nodes()) {
            for (SpanView span : snapshot.replicating(GroupId.DEFAULT, node.id())) {
                if (!targets.isEmpty() && timeline.chance(0.1)) {
                    NodeView target = targets.get(timeline.below(targets.size()));
                    if (!target.id().equals(node.id())) {
                        moves.add(new Decision.Move(span.dispatcher(), node.id(), target.id(), REASON));
                    }
                }
            }
        }
        return moves.isEmpty() ? calm.plan(snapshot, budget) : Plan.of(moves, REASON);
    }
}
