package dev.maintainer.scheduler.tck;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Another planner, and what work that is known asks for: it splits above a million bytes per second. */
final class WorkPlanner implements Scheduler {
    /** What it does wrong, or leaves out. */
    enum Flaw {
        NEVER_SPLITS,
        NEVER_MERGES,
        FLAPS,
        TAKES_UNKNOWN_FOR_MUCH,
        SEES_NO_ZONES
    }

    private static final double HOT = 1_000_000;
    private static final int LOOKED_AT = 8;

    private final Scheduler base;
    private final Set<Flaw> flaws;

    WorkPlanner(Scheduler base, Flaw... flaws) {
        this.base = base;
        this.flaws = EnumSet.noneOf(Flaw.class);
        this.flaws.addAll(List.of(flaws));
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        Plan plan = base.plan(snapshot, budget);
        if (!knowsWork(snapshot)) {
            return plan;
        }
        List<Decision> decisions = new ArrayList<>(plan.decisions());
        decisions.removeIf(Decision.Move.class::isInstance);
        for (GroupId group : snapshot.groups()) {
            List<SpanView> spans = running(snapshot, group);
            if (!group.isDefault() && !flaws.contains(Flaw.NEVER_MERGES)) {
                unite(snapshot, spans, decisions);
            }
            for (SpanView span : flaws.contains(Flaw.NEVER_SPLITS) ? List.<SpanView>of() : spans) {
                split(snapshot, span, decisions);
            }
        }
        Plan with = Plan.of(decisions, TargetPlanner.REASON);
        return PlanCheck.check(snapshot, budget, with).isEmpty() ? with : plan;
    }

    private static boolean knowsWork(SchedulingSnapshot snapshot) {
        int looked = 0;
        for (GroupId group : snapshot.groups()) {
            for (NodeView node : snapshot.nodes()) {
                for (SpanView span : snapshot.replicating(group, node.id())) {
                    if (snapshot.load(span.dispatcher()).isKnown()) {
                        return true;
                    }
                    if (++looked == LOOKED_AT) {
                        return false;
                    }
                }
            }
        }
        return false;
    }

    private static List<SpanView> running(SchedulingSnapshot snapshot, GroupId group) {
        List<SpanView> running = new ArrayList<>();
        snapshot.nodes().forEach(node -> snapshot.replicating(group, node.id()).forEach(running::add));
        running.sort(Comparator.comparing(SpanView::span));
        return running;
    }

    private void split(SchedulingSnapshot snapshot, SpanView span, List<Decision> decisions) {
        NodeId origin = span.node();
        boolean known = snapshot.load(span.dispatcher()).isKnown();
        boolean hot = known && snapshot.load(span.dispatcher()).bytesPerSecond() > HOT;
        boolean mistaken = !known
                && flaws.contains(Flaw.TAKES_UNKNOWN_FOR_MUCH)
                && span.group().isDefault();
        if (origin == null || !(hot || mistaken)) {
            return;
        }
        List<SpanBound> cuts = mistaken ? List.of(SpanBound.before("m")) : snapshot.cuts(span.dispatcher(), 4);
        if (!cuts.isEmpty()) {
            decisions.add(new Decision.Split(
                    span.dispatcher(), origin, cuts, targets(snapshot, cuts.size() + 1), TargetPlanner.REASON));
        }
    }

    /** One node of each zone first, then the others in turn. */
    private List<NodeId> targets(SchedulingSnapshot snapshot, int parts) {
        List<NodeId> order = new ArrayList<>();
        List<String> zones = new ArrayList<>();
        for (NodeView node : snapshot.nodes()) {
            if (node.eligible() && !flaws.contains(Flaw.SEES_NO_ZONES) && !zones.contains(node.zone())) {
                zones.add(node.zone());
                order.add(node.id());
            }
        }
        for (NodeView node : snapshot.nodes()) {
            boolean other = flaws.contains(Flaw.SEES_NO_ZONES) ? order.size() < 2 : !order.contains(node.id());
            if (node.eligible() && other) {
                order.add(node.id());
            }
        }
        List<NodeId> targets = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            targets.add(order.get(i % order.size()));
        }
        return targets;
    }

    private void unite(SchedulingSnapshot snapshot, List<SpanView> parts, List<Decision> decisions) {
        double sum = 0;
        for (SpanView part : parts) {
            sum += snapshot.load(part.dispatcher()).bytesPerSecond();
        }
        NodeId home = parts.isEmpty() ? null : parts.get(0).node();
        boolean whole = parts.size() > 1
                && home != null
                && parts.size() == snapshot.size(parts.get(0).group());
        if (home == null || !whole) {
            return;
        }
        if (sum < HOT / 2) {
            List<DispatcherId> ids = parts.stream().map(SpanView::dispatcher).toList();
            boolean together = parts.stream().allMatch(part -> home.equals(part.node()));
            if (together) {
                decisions.add(new Decision.Merge(ids, home, TargetPlanner.REASON));
            }
            parts.forEach(part -> move(part, home, decisions));
        } else if (sum >= HOT && flaws.contains(Flaw.FLAPS) && snapshot.nodes().size() > 1) {
            // Between the first two nodes, so that the others keep their parts.
            NodeId first = snapshot.nodes().get(0).id();
            NodeId second = snapshot.nodes().get(1).id();
            SpanView part = parts.get(0);
            move(part, first.equals(part.node()) ? second : first, decisions);
        }
    }

    private static void move(SpanView part, NodeId target, List<Decision> decisions) {
        NodeId origin = part.node();
        if (origin != null && !origin.equals(target)) {
            decisions.add(new Decision.Move(part.dispatcher(), origin, target, TargetPlanner.REASON));
        }
    }
}
