package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Merges adjacent parts on one node that are together little work, and brings together what is not on one node. A table
 * of which a part does not run, is being changed, or is of unknown work is left alone.
 */
final class PartMerger {
    private static final int MOST_MERGES = 8;

    private final SchedulingSnapshot snapshot;
    private final Draft draft;
    private final Work work;
    private final SplitSettings settings;

    PartMerger(SchedulingSnapshot snapshot, Draft draft, Work work, SplitSettings settings) {
        this.snapshot = snapshot;
        this.draft = draft;
        this.work = work;
        this.settings = settings;
    }

    void run() {
        work.tables().forEach((group, parts) -> {
            if (parts.size() > 1 && isReady(group, parts)) {
                unite(parts);
            }
        });
    }

    private boolean isReady(GroupId group, List<Work.Measured> parts) {
        boolean all = parts.size() == snapshot.size(group)
                && parts.stream().allMatch(Work.Measured::isKnown)
                && parts.stream().noneMatch(part -> draft.waitsForNextRound(part.span()));
        if (!all) {
            return false;
        }
        SpanBound reached = SpanBound.LOWEST;
        for (Work.Measured part : parts) {
            if (!part.span().span().start().equals(reached)) {
                draft.leave(part.span(), ReasonCode.NOT_COVERED.because("the parts do not meet at " + reached));
                return false;
            }
            reached = part.span().span().end();
        }
        return true;
    }

    private void unite(List<Work.Measured> parts) {
        int merges = 0;
        int from = 0;
        while (from < parts.size() && merges < MOST_MERGES && draft.mayMove()) {
            int to = from + 1;
            double bytes = parts.get(from).bytes();
            while (to < parts.size() && fits(parts.get(from), parts.get(to), bytes)) {
                bytes += parts.get(to).bytes();
                to++;
            }
            if (to - from > 1 && draft.slot(parts.get(from).node()).eligible()) {
                merge(parts.subList(from, to), bytes);
                merges++;
            }
            from = to;
        }
        if (merges == 0 && !snapshot.isRebalanceSuspended()) {
            gather(parts);
        }
    }

    private boolean fits(Work.Measured first, Work.Measured next, double bytes) {
        return first.node().equals(next.node()) && bytes + next.bytes() <= settings.mergeBytesPerSecond();
    }

    private String little(double bytes) {
        return Math.round(bytes) + " bytes per second together, at most " + Math.round(settings.mergeBytesPerSecond());
    }

    private void merge(List<Work.Measured> parts, double bytes) {
        List<SpanView> spans = parts.stream().map(Work.Measured::span).toList();
        Reason reason = ReasonCode.MERGE_COLD.because(little(bytes));
        draft.merge(spans, draft.slot(parts.get(0).node()), reason);
    }

    /** If the whole table is little work, to one node; otherwise each to its neighbour if the two are very little. */
    private void gather(List<Work.Measured> parts) {
        double total = parts.stream().mapToDouble(Work.Measured::bytes).sum();
        if (total <= settings.mergeBytesPerSecond()) {
            Slot home = home(parts);
            if (home != null) {
                parts.forEach(part -> move(part, home, total));
            }
            return;
        }
        for (int i = 1; i < parts.size(); i += 2) {
            Work.Measured left = parts.get(i - 1);
            Work.Measured right = parts.get(i);
            double both = left.bytes() + right.bytes();
            if (both <= settings.mergeBytesPerSecond() / 2) {
                move(right, draft.slot(left.node()), both);
            }
        }
    }

    /** Where most of them are. */
    private @org.jspecify.annotations.Nullable Slot home(List<Work.Measured> parts) {
        Map<NodeId, Integer> counts = new TreeMap<>();
        parts.forEach(part -> counts.merge(part.node(), 1, Integer::sum));
        Slot home = null;
        int most = 0;
        for (Map.Entry<NodeId, Integer> each : counts.entrySet()) {
            Slot slot = draft.slot(each.getKey());
            if (slot.eligible() && each.getValue() > most) {
                home = slot;
                most = each.getValue();
            }
        }
        return home;
    }

    private void move(Work.Measured part, Slot target, double bytes) {
        Slot origin = draft.slot(part.node());
        if (origin != target && draft.mayMove() && draft.isOpen(target)) {
            draft.move(part.span(), origin, target, ReasonCode.GATHER_COLD.because(little(bytes)));
            work.change(origin, -part.bytes());
            work.change(target, part.bytes());
        }
    }
}
