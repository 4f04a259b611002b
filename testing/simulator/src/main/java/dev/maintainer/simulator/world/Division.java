package dev.maintainer.simulator.world;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Splits some spans at some keys, merges some neighbours, and brings some to where their neighbours are. */
final class Division {
    private static final Reason RESTLESS = new Reason("RESTLESS", "divide, and unite");
    private static final int MOST_IN_A_MERGE = 4;
    private static final int MOST_PARTS = 6;
    private static final int MOST_DECISIONS = 12;

    private final Timeline timeline;
    private final SchedulingSnapshot snapshot;
    private final List<NodeId> targets;
    private final List<Decision> decisions = new ArrayList<>();
    private final Set<DispatcherId> decided = new HashSet<>();

    Division(Timeline timeline, SchedulingSnapshot snapshot) {
        this.timeline = timeline;
        this.snapshot = snapshot;
        this.targets = snapshot.nodes().stream()
                .filter(NodeView::eligible)
                .map(NodeView::id)
                .toList();
    }

    List<Decision> decisions() {
        for (GroupId group : snapshot.groups()) {
            List<SpanView> running = running(group);
            if (!group.isDefault()) {
                neighbours(running);
            }
            boolean few = group.isDefault() || snapshot.size(group) < MOST_PARTS;
            for (SpanView span : running) {
                if (few && decisions.size() < MOST_DECISIONS && timeline.chance(group.isDefault() ? 0.15 : 0.05)) {
                    split(span);
                }
            }
        }
        return decisions;
    }

    /** In the order of their ranges. */
    private List<SpanView> running(GroupId group) {
        List<SpanView> running = new ArrayList<>();
        for (NodeView node : snapshot.nodes()) {
            snapshot.replicating(group, node.id()).forEach(running::add);
        }
        running.sort(Comparator.comparing(SpanView::span));
        return running;
    }

    private void neighbours(List<SpanView> parts) {
        int from = 0;
        while (from < parts.size() - 1) {
            int to = from + 1;
            while (to < parts.size() && to - from < MOST_IN_A_MERGE && unites(parts.get(to - 1), parts.get(to))) {
                to++;
            }
            if (to - from > 1 && timeline.chance(0.5)) {
                merge(parts.subList(from, to));
            } else if (parts.get(from).span().adjoins(parts.get(from + 1).span()) && timeline.chance(0.3)) {
                join(parts.get(from), parts.get(from + 1));
            }
            from = to;
        }
    }

    private static boolean unites(SpanView left, SpanView right) {
        NodeId node = left.node();
        return left.span().adjoins(right.span()) && node != null && node.equals(right.node());
    }

    private void merge(List<SpanView> parts) {
        NodeId node = parts.get(0).node();
        List<DispatcherId> ids = parts.stream().map(SpanView::dispatcher).toList();
        if (node != null && ids.stream().noneMatch(decided::contains)) {
            decided.addAll(ids);
            decisions.add(new Decision.Merge(ids, node, RESTLESS));
        }
    }

    private void join(SpanView left, SpanView right) {
        NodeId origin = left.node();
        NodeId target = right.node();
        boolean possible = origin != null && target != null && !origin.equals(target) && targets.contains(target);
        if (origin != null && target != null && possible && decided.add(left.dispatcher())) {
            decisions.add(new Decision.Move(left.dispatcher(), origin, target, RESTLESS));
        }
    }

    private void split(SpanView span) {
        NodeId origin = span.node();
        List<SpanBound> cuts = cuts(span.span());
        if (origin == null || cuts.isEmpty() || !decided.add(span.dispatcher())) {
            return;
        }
        List<NodeId> places = new ArrayList<>();
        if (!targets.isEmpty() && timeline.chance(0.5)) {
            for (int i = 0; i <= cuts.size(); i++) {
                places.add(targets.get(timeline.below(targets.size())));
            }
        }
        decisions.add(new Decision.Split(span.dispatcher(), origin, cuts, places, RESTLESS));
    }

    /** One to three keys inside of a span; there are 25. */
    private List<SpanBound> cuts(TableSpan span) {
        List<SpanBound> inside = new ArrayList<>();
        for (char key = 'b'; key <= 'z'; key++) {
            SpanBound cut = SpanBound.before(String.valueOf(key));
            if (span.start().compareTo(cut) < 0 && cut.compareTo(span.end()) < 0) {
                inside.add(cut);
            }
        }
        int most = 1 + timeline.below(3);
        while (inside.size() > most) {
            inside.remove(timeline.below(inside.size()));
        }
        return inside;
    }
}
