package com.example.pinned;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** A plan in the making, within its budget. */
final class Draft {
    private final Budget budget;
    private final List<Decision> decisions = new ArrayList<>();
    private final TreeSet<DispatcherId> decided = new TreeSet<>();
    private int placed;
    private int restored;
    private int waiting;
    private int away;

    Draft(Budget budget) {
        this.budget = budget;
    }

    boolean mayDecide() {
        return decisions.size() < budget.maxDecisions();
    }

    boolean mayMove() {
        return mayDecide() && decisions.size() - placed < budget.maxMoves();
    }

    boolean hasDecided(SpanView span) {
        return decided.contains(span.dispatcher());
    }

    /** A span cannot be where it should be before something ends. */
    void waits() {
        waiting++;
    }

    /** A pinned span has no home at present. */
    void isAway() {
        away++;
    }

    boolean hasWaiting() {
        return waiting > 0;
    }

    void place(SpanView span, Slot target, Reason reason) {
        decide(span, new Decision.Place(span.dispatcher(), target.id(), reason));
        placed++;
        target.arrive();
    }

    void move(SpanView span, Slot origin, Slot target, Reason reason) {
        decide(span, new Decision.Move(span.dispatcher(), origin.id(), target.id(), reason));
        origin.leave();
        target.arrive();
    }

    void restore(SpanView span, Slot origin, Slot home, Reason reason) {
        decide(
                span,
                new Decision.Move(span.dispatcher(), origin.id(), home.id(), reason).restoringConstraint());
        restored++;
        origin.leave();
        home.arrive();
    }

    private void decide(SpanView span, Decision decision) {
        decided.add(span.dispatcher());
        decisions.add(decision);
    }

    Plan toPlan() {
        int moved = decisions.size() - placed - restored;
        String text = placed + " placed, " + restored + " brought to where they are pinned, " + moved
                + " moved to even out or to empty a node, " + waiting + " wait for room, " + away
                + " pinned to nodes that may not get spans now";
        String code = placed > 0
                ? "PLACING"
                : restored > 0 ? "PINNING" : moved > 0 ? "SPREADING" : waiting > 0 ? "NO_ROOM" : "SETTLED";
        return Plan.of(decisions, new Reason(code, text));
    }
}
