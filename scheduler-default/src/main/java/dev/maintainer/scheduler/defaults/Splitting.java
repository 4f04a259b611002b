package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Splits spans that are too much work into parts of about equal work, on as many nodes and zones as there are. */
final class Splitting {
    private final SchedulingSnapshot snapshot;
    private final Draft draft;
    private final Work work;
    private final SplitSettings settings;

    Splitting(SchedulingSnapshot snapshot, Draft draft, Work work, SplitSettings settings) {
        this.snapshot = snapshot;
        this.draft = draft;
        this.work = work;
        this.settings = settings;
    }

    void run() {
        List<Work.Measured> hot = new ArrayList<>();
        work.wholes().stream().filter(this::isHot).forEach(hot::add);
        work.tables()
                .values()
                .forEach(parts -> parts.stream().filter(this::isHot).forEach(hot::add));
        hot.sort(Comparator.comparingDouble(Work.Measured::bytes)
                .reversed()
                .thenComparing(each -> each.span().dispatcher()));
        for (Work.Measured each : hot) {
            if (!draft.mayMove()) {
                return;
            }
            if (!draft.waitsForNextRound(each.span())) {
                split(each);
            }
        }
    }

    private boolean isHot(Work.Measured each) {
        return each.isKnown() && each.bytes() > settings.splitBytesPerSecond();
    }

    private void split(Work.Measured hot) {
        double wanted = Math.ceil(hot.bytes() / settings.splitBytesPerSecond());
        int parts = (int) Math.min(settings.maxParts(), Math.max(2, wanted));
        String much = Math.round(hot.bytes()) + " bytes per second, at most " + settings.splitBytesPerSecond();
        List<SpanBound> cuts = snapshot.cuts(hot.span().dispatcher(), parts);
        if (cuts.isEmpty()) {
            draft.leave(hot.span(), ReasonCode.NO_CUT.because(much + ", and no key to cut it at"));
            return;
        }
        Slot origin = draft.slot(hot.node());
        double bytes = hot.bytes() / (cuts.size() + 1);
        work.change(origin, -hot.bytes());
        List<Slot> targets = targets(hot, cuts.size() + 1, bytes);
        if (targets.isEmpty()) {
            work.change(origin, hot.bytes());
            draft.leave(hot.span(), ReasonCode.NO_SLOT.because(much + ", and no node has room for its parts"));
            return;
        }
        Reason reason = ReasonCode.SPLIT_HOT.because(much + "; into " + targets.size());
        draft.split(hot.span(), origin, cuts, targets, reason);
    }

    /** A node for each part: first those with the fewest parts of the table, then of its zone, then with least work. */
    private List<Slot> targets(Work.Measured hot, int parts, double bytes) {
        Map<NodeId, Integer> onNode = new LinkedHashMap<>();
        Map<String, Integer> inZone = new LinkedHashMap<>();
        GroupId group = GroupId.of(hot.span().span());
        for (Work.Measured sibling :
                group.isDefault() ? List.<Work.Measured>of() : work.tables().getOrDefault(group, List.of())) {
            if (!sibling.span().dispatcher().equals(hot.span().dispatcher())) {
                onNode.merge(sibling.node(), 1, Integer::sum);
                inZone.merge(draft.slot(sibling.node()).zone(), 1, Integer::sum);
            }
        }
        Comparator<Slot> best = Comparator.<Slot>comparingInt(slot -> onNode.getOrDefault(slot.id(), 0))
                .thenComparingInt(slot -> inZone.getOrDefault(slot.zone(), 0))
                .thenComparingDouble(work::of)
                .thenComparing(Slot::id);
        List<Slot> targets = new ArrayList<>();
        while (targets.size() < parts) {
            Slot target = draft.slots().stream().filter(draft::isOpen).min(best).orElse(null);
            if (target == null) {
                targets.forEach(taken -> {
                    taken.leaveAgain();
                    work.change(taken, -bytes);
                });
                return List.of();
            }
            target.arrive();
            work.change(target, bytes);
            onNode.merge(target.id(), 1, Integer::sum);
            inZone.merge(target.zone(), 1, Integer::sum);
            targets.add(target);
        }
        return targets;
    }
}
