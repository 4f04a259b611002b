package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Moves parts of tables from the node with most work to the one with least, as long as that makes both better by a good
 * deal. If the work of one running span is unknown, it does nothing: the numbers would be wrong.
 */
final class EveningWork {
    private static final double TOLERANCE = 1.25;
    private static final int MOST_MOVES = 4;

    private final Draft draft;
    private final Work work;
    private final SplitSettings settings;

    EveningWork(Draft draft, Work work, SplitSettings settings) {
        this.draft = draft;
        this.work = work;
        this.settings = settings;
    }

    void run() {
        List<Slot> eligible = draft.slots().stream().filter(Slot::eligible).toList();
        if (!work.isComplete() || eligible.size() < 2) {
            return;
        }
        double mean = eligible.stream().mapToDouble(work::of).average().orElse(0);
        Comparator<Slot> byWork = Comparator.<Slot>comparingDouble(work::of).thenComparing(Slot::id);
        for (int moves = 0; moves < MOST_MOVES && draft.mayMove(); moves++) {
            Slot most = eligible.stream().max(byWork).orElseThrow();
            Slot least = eligible.stream().filter(draft::isOpen).min(byWork).orElse(null);
            if (least == null
                    || work.of(most) <= TOLERANCE * mean
                    || work.of(most) - work.of(least) < settings.splitBytesPerSecond() / 4.0) {
                return;
            }
            Work.Measured part = part(most, least);
            if (part == null) {
                return;
            }
            Reason reason = ReasonCode.MOVE_WORK.because("node " + most.id() + " has " + Math.round(work.of(most))
                    + " bytes per second, node " + least.id() + " " + Math.round(work.of(least)));
            draft.move(part.span(), most, least, reason);
            work.change(most, -part.bytes());
            work.change(least, part.bytes());
        }
    }

    /** The part with most work after whose move the busier of both nodes still has less than before. */
    private Work.@org.jspecify.annotations.Nullable Measured part(Slot most, Slot least) {
        List<Work.Measured> candidates = new ArrayList<>();
        for (List<Work.Measured> parts : work.tables().values()) {
            long here =
                    parts.stream().filter(part -> part.node().equals(most.id())).count();
            long there = parts.stream()
                    .filter(part -> part.node().equals(least.id()))
                    .count();
            for (Work.Measured part : there < here ? parts : List.<Work.Measured>of()) {
                double after = Math.max(
                        work.of(most) - part.bytes() / most.weight(), work.of(least) + part.bytes() / least.weight());
                boolean better = part.node().equals(most.id()) && part.bytes() > 0 && after < work.of(most) * 0.9;
                if (better && !draft.waitsForNextRound(part.span())) {
                    candidates.add(part);
                }
            }
        }
        return candidates.stream()
                .max(Comparator.comparingDouble(Work.Measured::bytes)
                        .thenComparing(part -> part.span().dispatcher()))
                .orElse(null);
    }
}
