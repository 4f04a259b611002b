package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Reason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Moves spans from the node with most work to the one with least, as long as that makes both better by a good deal:
 * parts of tables first, else a whole table. Where a whole table would make the nodes uneven in number, the one with
 * least work comes back for it, so {@link Balancing} has nothing to undo. If the work of one running span is unknown,
 * it does nothing: the numbers would be wrong. What is in progress towards a node is not measured there yet, so such a
 * node gets nothing.
 */
final class LoadBalancer {
    private static final double TOLERANCE = 1.25;
    private static final double IMPROVED = 0.9;
    private static final int MOST_MOVES = 4;

    /** One span goes, and perhaps another one comes back. */
    private record Step(Work.Measured goes, Work.@Nullable Measured comesBack) {
        double bytes() {
            return goes.bytes() - (comesBack == null ? 0 : comesBack.bytes());
        }

        int moves() {
            return comesBack == null ? 1 : 2;
        }
    }

    private final Draft draft;
    private final Work work;
    private final SplitSettings settings;
    private final Set<Slot> expecting = new LinkedHashSet<>();

    LoadBalancer(Draft draft, Work work, SplitSettings settings) {
        this.draft = draft;
        this.work = work;
        this.settings = settings;
    }

    void run() {
        List<Slot> eligible = draft.slots().stream().filter(Slot::eligible).toList();
        if (!work.isComplete() || eligible.size() < 2) {
            return;
        }
        eligible.stream().filter(slot -> slot.inFlight() > 0).forEach(expecting::add);
        double mean = eligible.stream().mapToDouble(work::of).average().orElse(0);
        Comparator<Slot> byWork = Comparator.<Slot>comparingDouble(work::of).thenComparing(Slot::id);
        for (int moves = 0; moves < MOST_MOVES && draft.mayMove(); ) {
            Slot most = eligible.stream().max(byWork).orElseThrow();
            Slot least = eligible.stream().filter(this::mayTake).min(byWork).orElse(null);
            if (least == null
                    || work.of(most) <= TOLERANCE * mean
                    || work.of(most) - work.of(least) < settings.evenBytesPerSecond()) {
                return;
            }
            Step step = step(most, least);
            if (step == null) {
                return;
            }
            carryOut(step, most, least);
            moves += step.moves();
        }
    }

    private boolean mayTake(Slot slot) {
        return draft.isOpen(slot) && !expecting.contains(slot);
    }

    private void carryOut(Step step, Slot most, Slot least) {
        Reason reason = ReasonCode.MOVE_WORK.because("node " + most.id() + " has " + Math.round(work.of(most))
                + " bytes per second, node " + least.id() + " " + Math.round(work.of(least)));
        draft.move(step.goes().span(), most, least, reason);
        if (step.comesBack() != null) {
            draft.move(
                    step.comesBack().span(),
                    least,
                    most,
                    ReasonCode.MOVE_WORK.because(
                            "in exchange for " + step.goes().span().dispatcher() + ", as node " + most.id()
                                    + " has not more spans than node " + least.id()));
        }
        work.change(most, -step.bytes());
        work.change(least, step.bytes());
    }

    private @Nullable Step step(Slot most, Slot least) {
        Work.Measured part = part(most, least);
        return part != null ? new Step(part, null) : whole(most, least);
    }

    /** How much the busier of both nodes has after a step. */
    private double after(Slot most, Slot least, double bytes) {
        return Math.max(work.of(most) - bytes / most.weight(), work.of(least) + bytes / least.weight());
    }

    private boolean isBetter(Slot most, Slot least, double bytes) {
        return bytes > 0 && after(most, least, bytes) < work.of(most) * IMPROVED;
    }

    /** The part with most work after whose move the busier of both nodes still has less than before. */
    private Work.@Nullable Measured part(Slot most, Slot least) {
        List<Work.Measured> candidates = new ArrayList<>();
        for (List<Work.Measured> parts : work.tables().values()) {
            long here =
                    parts.stream().filter(part -> part.node().equals(most.id())).count();
            long there = parts.stream()
                    .filter(part -> part.node().equals(least.id()))
                    .count();
            for (Work.Measured part : there < here ? parts : List.<Work.Measured>of()) {
                boolean better = part.node().equals(most.id()) && isBetter(most, least, part.bytes());
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

    /** The whole table after whose move the busier of both nodes has least. */
    private @Nullable Step whole(Slot most, Slot least) {
        // As by ROOM_FIRST: with one span more the taker has not more than the giver has now.
        boolean hasRoom = (least.load() + 1L) * most.weight() <= (long) most.load() * least.weight();
        Work.Measured back = hasRoom ? null : leastWork(least);
        if (!hasRoom && (back == null || !draft.mayMove(2) || !draft.isOpen(most))) {
            return null;
        }
        return work.wholes().stream()
                .filter(each -> each.node().equals(most.id()))
                .map(each -> new Step(each, back))
                .filter(step -> isBetter(most, least, step.bytes()))
                .filter(step -> !draft.waitsForNextRound(step.goes().span()))
                .min(Comparator.<Step>comparingDouble(step -> after(most, least, step.bytes()))
                        .thenComparing(step -> step.goes().span().dispatcher()))
                .orElse(null);
    }

    private Work.@Nullable Measured leastWork(Slot slot) {
        return work.wholes().stream()
                .filter(each -> each.node().equals(slot.id()) && !draft.waitsForNextRound(each.span()))
                .min(Comparator.comparingDouble(Work.Measured::bytes)
                        .thenComparing(each -> each.span().dispatcher()))
                .orElse(null);
    }
}
