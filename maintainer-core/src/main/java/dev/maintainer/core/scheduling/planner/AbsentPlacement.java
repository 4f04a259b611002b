package dev.maintainer.core.scheduling.planner;

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
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * What is left when a planner fails repeatedly: absent spans go to the node with the lowest load, and nothing is moved.
 * It is a part of the host, so that no plug-in can be missing, wrong or slow. Costs O(decisions * log nodes).
 */
final class AbsentPlacement implements Scheduler {
    private static final class Slot {
        final NodeView node;
        int load;
        int room;

        Slot(NodeView node, int room) {
            this.node = node;
            this.load = node.load();
            this.room = room;
        }
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        PriorityQueue<Slot> slots = new PriorityQueue<>(
                Comparator.comparingInt((Slot slot) -> slot.load).thenComparing(slot -> slot.node.id()));
        for (NodeView node : snapshot.nodes()) {
            int room = budget.maxInFlightPerNode() - node.inFlight();
            if (node.eligible() && room > 0) {
                slots.add(new Slot(node, room));
            }
        }
        List<Decision> decisions = new ArrayList<>();
        for (GroupId group : snapshot.groups()) {
            for (SpanView span : snapshot.absent(group)) {
                Slot slot = decisions.size() < budget.maxDecisions() ? slots.poll() : null;
                if (slot == null) {
                    return plan(decisions, snapshot);
                }
                decisions.add(new Decision.Place(
                        span.dispatcher(),
                        slot.node.id(),
                        new Reason("FALLBACK", "lowest load, " + slot.load + " spans, while the planner fails")));
                slot.load++;
                slot.room--;
                if (slot.room > 0) {
                    slots.add(slot);
                }
            }
        }
        return plan(decisions, snapshot);
    }

    private static Plan plan(List<Decision> decisions, SchedulingSnapshot snapshot) {
        int absent = 0;
        for (GroupId group : snapshot.groups()) {
            absent += snapshot.absentCount(group);
        }
        return Plan.of(
                decisions,
                new Reason("FALLBACK", decisions.size() + " of " + absent + " absent spans placed, nothing moved"));
    }
}
