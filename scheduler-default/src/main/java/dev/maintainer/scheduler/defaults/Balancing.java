package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Moves spans towards the {@link Shares}. Every pass of its loop emits a move or drops a node, so it ends whatever
 * becomes of the moves. The budget cuts the sequence of moves and does not change it.
 */
final class Balancing {
    private final SchedulingSnapshot snapshot;
    private final Draft draft;
    private final List<Part> eligible = new ArrayList<>();
    private final List<Part> leaving = new ArrayList<>();
    private int evacuated;

    Balancing(SchedulingSnapshot snapshot, Draft draft) {
        this.snapshot = snapshot;
        this.draft = draft;
    }

    /**
     * Moves what fits, and says why or why not. Nodes are evened out once nothing of the default group is absent;
     * before that, only nodes that may not keep spans are emptied.
     */
    Reason run() {
        boolean settled = snapshot.absentCount(GroupId.DEFAULT) == 0 && !snapshot.isRebalanceSuspended();
        for (Slot slot : draft.slots()) {
            if (slot.eligible()) {
                eligible.add(new Part(slot));
            } else if (slot.load() > 0) {
                leaving.add(new Part(slot));
            }
        }
        if (leaving.isEmpty() && isEven()) {
            return balanced();
        }
        setShares();
        int wanted = surplus(leaving) + (settled ? surplus(eligible) : 0);
        if (wanted == 0 && snapshot.isRebalanceSuspended()) {
            return ReasonCode.CALM.because(
                    "a node is being emptied or was lately, or one has just joined; nodes are left as they are");
        }
        return wanted == 0 ? balanced() : move(wanted, settled);
    }

    private boolean isEven() {
        int least = Integer.MAX_VALUE;
        int most = 0;
        for (Part part : eligible) {
            if (part.slot.weight() != eligible.get(0).slot.weight()) {
                return false;
            }
            least = Math.min(least, part.slot.load());
            most = Math.max(most, part.slot.load());
        }
        return most - least <= 1;
    }

    private void setShares() {
        int total = 0;
        List<Integer> loads = new ArrayList<>();
        List<Integer> pinned = new ArrayList<>();
        List<Integer> weights = new ArrayList<>();
        for (Part part : eligible) {
            int movable = snapshot.replicatingCount(GroupId.DEFAULT, part.slot.id());
            loads.add(part.slot.load());
            weights.add(part.slot.weight());
            pinned.add(Math.max(0, part.slot.load() - movable));
            total += part.slot.load();
            part.groups.add(GroupId.DEFAULT);
        }
        for (Part part : leaving) {
            int movable = 0;
            for (GroupId group : snapshot.groups()) {
                int count = snapshot.replicatingCount(group, part.slot.id());
                if (count > 0) {
                    movable += count;
                    part.groups.add(group);
                }
            }
            movable = Math.min(movable, part.slot.load());
            part.share = part.slot.load() - movable;
            total += movable;
        }
        int[] shares = Shares.of(loads, pinned, weights, total);
        for (int i = 0; i < shares.length; i++) {
            eligible.get(i).share = shares[i];
        }
    }

    private static int surplus(List<Part> parts) {
        return parts.stream().mapToInt(part -> Math.max(0, part.surplus())).sum();
    }

    private Reason move(int wanted, boolean settled) {
        PriorityQueue<Part> givers = new PriorityQueue<>(Part.MOST_LOADED_FIRST);
        leaving.stream().filter(part -> part.surplus() > 0).forEach(givers::add);
        PriorityQueue<Part> takers = new PriorityQueue<>(Part.LEAST_LOADED_FIRST);
        for (Part part : eligible) {
            if (settled && part.surplus() > 0) {
                givers.add(part);
            }
            offer(takers, part);
        }
        while (draft.mayMove() && !givers.isEmpty() && !takers.isEmpty()) {
            Part giver = givers.remove();
            SpanView span = giver.next();
            if (span != null) {
                Part taker = takers.remove();
                draft.move(span, giver.slot, taker.slot, reason(giver, taker));
                evacuated += giver.slot.eligible() ? 0 : 1;
                offer(takers, taker);
                if (giver.surplus() > 0) {
                    givers.add(giver);
                }
            }
        }
        return explain(wanted, givers.isEmpty());
    }

    private void offer(PriorityQueue<Part> takers, Part part) {
        if (part.surplus() < 0 && draft.isOpen(part.slot)) {
            takers.add(part);
        }
    }

    private static Reason reason(Part giver, Part taker) {
        String from = "node " + giver.slot.id() + " has " + giver.slot.load();
        String to = "; node " + taker.slot.id() + " has " + taker.slot.load() + ", its share is " + taker.share;
        return giver.slot.eligible()
                ? ReasonCode.MOVE_SURPLUS.because(from + ", its share is " + giver.share + to)
                : ReasonCode.EVACUATE.because(from + " and may not keep spans" + to);
    }

    private Reason balanced() {
        return ReasonCode.BALANCED.because("no node of " + draft.slots().size() + " has more than its share");
    }

    private Reason explain(int wanted, boolean noGiver) {
        if (draft.moved() > 0) {
            String text =
                    draft.moved() + " of " + wanted + " moves, " + evacuated + " from nodes that may not keep spans";
            return (evacuated > 0 ? ReasonCode.EVACUATING : ReasonCode.BALANCING).because(text);
        }
        String left = wanted + " moves wanted; ";
        if (!draft.mayMove()) {
            return ReasonCode.NO_BUDGET.because(left + "the budget allows none");
        }
        if (!noGiver) {
            return ReasonCode.NO_SLOT.because(
                    left + "every node below its share has as many operators under way as it may");
        }
        if (draft.rejected() > 0) {
            return ReasonCode.REFUSED_LAST_ROUND.because(
                    left + draft.rejected() + " refused in the last round wait for the next");
        }
        return ReasonCode.SPANS_IN_FLIGHT.because(left + "operators drive all spans that could move");
    }

    /** A node with its share, and with what may leave it. */
    private final class Part {
        // Nodes that may not keep spans give first. The opposite orders of the ids keep the order by load stable.
        private static final Comparator<Part> MOST_LOADED_FIRST = Comparator.<Part, Boolean>comparing(
                        part -> part.slot.eligible())
                .thenComparing(Comparator.<Part, Slot>comparing(part -> part.slot, Slot.LEAST_LOADED_FIRST)
                        .reversed());
        private static final Comparator<Part> LEAST_LOADED_FIRST =
                Comparator.comparing(part -> part.slot, Slot.LEAST_LOADED_FIRST);

        private final Slot slot;
        private final List<GroupId> groups = new ArrayList<>();
        private int share;
        private int nextGroup;
        private @Nullable Iterator<SpanView> spans;

        private Part(Slot slot) {
            this.slot = slot;
        }

        private int surplus() {
            return slot.load() - share;
        }

        /** The next span that may leave; null if there is none. */
        private @Nullable SpanView next() {
            while (true) {
                Iterator<SpanView> current = spans;
                while (current != null && current.hasNext()) {
                    SpanView span = current.next();
                    if (!draft.waitsForNextRound(span)) {
                        return span;
                    }
                }
                if (nextGroup == groups.size()) {
                    return null;
                }
                spans = snapshot.replicating(groups.get(nextGroup++), slot.id()).iterator();
            }
        }
    }
}
