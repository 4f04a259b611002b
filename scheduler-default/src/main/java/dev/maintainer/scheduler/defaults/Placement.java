package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Places absent spans: the groups of split tables first, then the default group. Reads one span per decision, and those
 * that were refused in the last round.
 */
final class Placement {
    /** What makes a node the next choice, before its id breaks ties. */
    enum Choice {
        /** Fewest spans of the same group being scheduled, then least load. */
        FEWEST_OF_GROUP,
        /** Least load, so that nothing has to move later. */
        LEAST_LOAD
    }

    private final SchedulingSnapshot snapshot;
    private final Draft draft;
    private final Choice choice;
    private final int groupLimit;
    private @Nullable PriorityQueue<Candidate> shared;
    private boolean outOfSlots;
    private boolean outOfBudget;
    private boolean full;

    Placement(SchedulingSnapshot snapshot, Draft draft, Choice choice) {
        this(snapshot, draft, choice, Integer.MAX_VALUE);
    }

    /** With at most so many spans of one split table in progress towards a node, so that its parts do not fill one. */
    Placement(SchedulingSnapshot snapshot, Draft draft, Choice choice, int groupLimit) {
        this.groupLimit = groupLimit;
        this.snapshot = snapshot;
        this.draft = draft;
        this.choice = choice;
    }

    /** Places what fits; null if no span is absent, otherwise what is to say about it. */
    @Nullable
    Reason run() {
        int absent = 0;
        for (GroupId group : snapshot.groups()) {
            if (!group.isDefault()) {
                absent += place(group);
            }
        }
        absent += place(GroupId.DEFAULT);
        return absent == 0 ? null : explain(absent);
    }

    private int place(GroupId group) {
        int absent = snapshot.absentCount(group);
        if (absent == 0 || outOfSlots || outOfBudget) {
            return absent;
        }
        PriorityQueue<Candidate> candidates = candidates(group);
        for (SpanView span : snapshot.absent(group)) {
            if (draft.waitsForNextRound(span)) {
                continue;
            }
            outOfBudget = !draft.mayDecide();
            if (outOfBudget || candidates.isEmpty()) {
                // Other groups go on if it is only this one that has had enough.
                outOfSlots = candidates.isEmpty() && draft.slots().stream().noneMatch(draft::isOpen);
                full |= candidates.isEmpty();
                break;
            }
            Candidate best = candidates.remove();
            draft.place(span, best.slot, reason(group, best));
            best.ofGroup++;
            if (draft.isOpen(best.slot) && hasRoom(group, best.ofGroup)) {
                candidates.add(best);
            }
        }
        return absent;
    }

    private PriorityQueue<Candidate> candidates(GroupId group) {
        if (choice == Choice.FEWEST_OF_GROUP) {
            PriorityQueue<Candidate> candidates = new PriorityQueue<>(Candidate.BY_GROUP_THEN_LOAD);
            for (Slot slot : draft.slots()) {
                int ofGroup = draft.isOpen(slot) ? snapshot.schedulingCount(group, slot.id()) : 0;
                if (draft.isOpen(slot) && hasRoom(group, ofGroup)) {
                    candidates.add(new Candidate(slot, ofGroup));
                }
            }
            return candidates;
        }
        PriorityQueue<Candidate> candidates = shared;
        if (candidates == null) {
            candidates = new PriorityQueue<>(Candidate.BY_LOAD);
            for (Slot slot : draft.slots()) {
                if (draft.isOpen(slot)) {
                    candidates.add(new Candidate(slot, 0));
                }
            }
            shared = candidates;
        }
        return candidates;
    }

    private boolean hasRoom(GroupId group, int ofGroup) {
        return group.isDefault() || ofGroup < groupLimit;
    }

    private Reason reason(GroupId group, Candidate best) {
        String load = "a load of " + best.slot.load() + " and " + best.slot.inFlight() + " under way";
        String text = choice == Choice.FEWEST_OF_GROUP
                ? "absent; node " + best.slot.id() + " is scheduling fewest of group " + group + ", " + best.ofGroup
                        + ", with " + load
                : "absent; node " + best.slot.id() + " is least loaded, with " + load;
        return ReasonCode.PLACE_ABSENT.because(text);
    }

    private Reason explain(int absent) {
        if (draft.placed() > 0) {
            return ReasonCode.PLACING.because(draft.placed() + " of " + absent + " absent spans placed");
        }
        if (outOfBudget) {
            return ReasonCode.NO_BUDGET.because(absent + " spans absent; the budget allows no decision");
        }
        if (outOfSlots || full) {
            return ReasonCode.NO_SLOT.because(
                    absent
                            + " spans absent; every eligible node has as many operators under way as it may, of all tables or of one");
        }
        if (draft.rejected() > 0) {
            return ReasonCode.REFUSED_LAST_ROUND.because(
                    absent + " spans absent; " + draft.rejected() + " refused in the last round wait for the next");
        }
        return ReasonCode.SPANS_IN_FLIGHT.because(absent + " spans absent; operators drive all of them");
    }

    private static final class Candidate {
        private static final Comparator<Candidate> BY_LOAD =
                Comparator.comparing(candidate -> candidate.slot, Slot.ROOM_FIRST);
        private static final Comparator<Candidate> BY_GROUP_THEN_LOAD = Comparator.<Candidate>comparingInt(
                        candidate -> candidate.ofGroup)
                .thenComparing(BY_LOAD);

        private final Slot slot;
        private int ofGroup;

        private Candidate(Slot slot, int ofGroup) {
            this.slot = slot;
            this.ofGroup = ofGroup;
        }
    }
}
