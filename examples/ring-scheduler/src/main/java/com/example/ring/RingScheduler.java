package com.example.ring;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Each absent span goes to the first node behind it on the ring that is below its bound and whose zone is below its own;
 * spans of nodes that may not keep them go the same way, to a node of their zone if one has room. Nothing else is moved.
 *
 * <p>A plan costs the number of points on the ring, and for each decision the points that are walked past.
 */
final class RingScheduler implements Scheduler {
    private final int nodePercent;
    private final int zonePercent;

    RingScheduler(int nodePercent, int zonePercent) {
        this.nodePercent = nodePercent;
        this.zonePercent = zonePercent;
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        List<NodeView> eligible =
                snapshot.nodes().stream().filter(NodeView::eligible).toList();
        if (eligible.isEmpty()) {
            return Plan.keep(new Reason("NO_NODES", "no node may get spans"));
        }
        long spans = 0;
        for (GroupId group : snapshot.groups()) {
            spans += snapshot.size(group);
        }
        Round round = new Round(eligible, new Bounds(eligible, spans, budget, nodePercent, zonePercent), budget);
        TreeSet<DispatcherId> refused = new TreeSet<>();
        snapshot.refused().stream().map(RefusedDecision::dispatcher).forEach(refused::add);
        List<SpanView> later = new ArrayList<>();
        for (GroupId group : snapshot.groups()) {
            for (SpanView span : snapshot.absent(group)) {
                if (round.isFull()) {
                    return round.plan();
                }
                if (refused.contains(span.dispatcher())) {
                    later.add(span);
                } else {
                    round.place(span);
                }
            }
        }
        drain(snapshot, round, refused);
        // What was refused in the last round comes last, so that it holds up nobody.
        later.forEach(round::place);
        return round.plan();
    }

    private static void drain(SchedulingSnapshot snapshot, Round round, TreeSet<DispatcherId> refused) {
        for (NodeView node : snapshot.nodes()) {
            if (node.eligible()) {
                continue;
            }
            for (GroupId group : snapshot.groups()) {
                for (SpanView span : snapshot.replicating(group, node.id())) {
                    if (round.isFull() || round.hasNoMoves()) {
                        return;
                    }
                    if (!refused.contains(span.dispatcher())) {
                        round.move(span, node);
                    }
                }
            }
        }
    }

    /** One plan in the making. */
    private static final class Round {
        private final List<NodeView> eligible;
        private final Bounds bounds;
        private final Budget budget;
        private final Ring ring;
        private final TreeMap<String, Ring> zones = new TreeMap<>();
        private final List<Decision> decisions = new ArrayList<>();
        private int moves;
        private int waiting;

        Round(List<NodeView> eligible, Bounds bounds, Budget budget) {
            this.eligible = eligible;
            this.bounds = bounds;
            this.budget = budget;
            this.ring = new Ring(eligible);
        }

        boolean isFull() {
            return decisions.size() >= budget.maxDecisions();
        }

        boolean hasNoMoves() {
            return moves >= budget.maxMoves();
        }

        void place(SpanView span) {
            NodeView target = isFull() ? null : find(ring, span.span());
            if (target == null) {
                waiting++;
                return;
            }
            bounds.take(target);
            decisions.add(new Decision.Place(
                    span.dispatcher(), target.id(), new Reason("RING", target.id() + " has " + bounds.text(target))));
        }

        void move(SpanView span, NodeView origin) {
            NodeView target = find(zones.computeIfAbsent(origin.zone(), this::ofZone), span.span());
            String code = "DRAINING_IN_ZONE";
            if (target == null) {
                target = find(ring, span.span());
                code = "DRAINING";
            }
            if (target == null) {
                waiting++;
                return;
            }
            bounds.take(target);
            moves++;
            NodeId from = origin.id();
            decisions.add(new Decision.Move(
                    span.dispatcher(),
                    from,
                    target.id(),
                    new Reason(code, from + " may not keep spans; " + target.id() + " has " + bounds.text(target))));
        }

        private Ring ofZone(String zone) {
            return new Ring(eligible.stream()
                    .filter(node -> node.zone().equals(zone))
                    .toList());
        }

        /** The first node with room below its bounds; if all with room are at their bounds, the first with room. */
        private NodeView find(Ring from, TableSpan span) {
            if (from.size() == 0) {
                return null;
            }
            int start = from.start(span);
            NodeView beyond = null;
            for (int i = 0; i < from.size(); i++) {
                NodeView node = from.at(start + i);
                if (bounds.hasRoom(node)) {
                    if (bounds.fits(node)) {
                        return node;
                    }
                    if (beyond == null) {
                        beyond = node;
                    }
                }
            }
            return from == ring && allAreAtTheirBounds() ? beyond : null;
        }

        /** Only then: who is merely busy will have room again, and has the better claim. */
        private boolean allAreAtTheirBounds() {
            return eligible.stream().noneMatch(bounds::fits);
        }

        Plan plan() {
            String text = decisions.size() - moves + " placed, " + moves + " moved off nodes that may not keep spans, "
                    + waiting + " wait for room";
            return Plan.of(decisions, new Reason(decisions.isEmpty() ? "SETTLED" : "RING", text));
        }
    }
}
