package com.example.ring;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.List;

/** A plan in the making, within its budget. */
final class Draft {
    private final Budget budget;
    private final List<Decision> decisions = new ArrayList<>();
    private int placed;
    private int drained;
    private int evened;
    private int waiting;

    Draft(Budget budget) {
        this.budget = budget;
    }

    boolean mayDecide() {
        return decisions.size() < budget.maxDecisions();
    }

    boolean mayMove() {
        return mayDecide() && placed + budget.maxMoves() > decisions.size();
    }

    void waits() {
        waiting++;
    }

    boolean hasWaiting() {
        return waiting > 0;
    }

    void place(SpanView span, Home target) {
        String why = "next on the ring with room: " + target.id() + " has " + target.window();
        decisions.add(new Decision.Place(span.dispatcher(), target.id(), new Reason("RING", why)));
        target.arrive();
        placed++;
    }

    void drain(SpanView span, NodeId origin, Home target, boolean sameZone) {
        String why = origin + " may not keep spans; next on the ring " + (sameZone ? "in its zone: " : "elsewhere: ")
                + target.id() + " has " + target.window();
        move(span.dispatcher(), origin, target, new Reason(sameZone ? "DRAIN_IN_ZONE" : "DRAIN", why));
        drained++;
    }

    void even(SpanView span, Home origin, Home target, boolean zones) {
        String why = zones
                ? "zone '" + origin.zoneName() + "' has " + origin.zone() + ", zone '" + target.zoneName() + "' "
                        + target.zone()
                : origin.id() + " has " + origin.window() + ", " + target.id() + " " + target.window();
        origin.leave();
        move(span.dispatcher(), origin.id(), target, new Reason(zones ? "EVEN_ZONES" : "EVEN_NODES", why));
        evened++;
    }

    private void move(DispatcherId span, NodeId origin, Home target, Reason reason) {
        decisions.add(new Decision.Move(span, origin, target.id(), reason));
        target.arrive();
    }

    Plan toPlan() {
        String text = placed + " placed, " + drained + " off nodes that may not keep spans, " + evened
                + " to keep loads within their windows, " + waiting + " wait for room";
        String code = placed > 0
                ? "PLACING"
                : drained > 0 ? "DRAINING" : evened > 0 ? "EVENING" : waiting > 0 ? "NO_ROOM" : "SETTLED";
        return Plan.of(decisions, new Reason(code, text));
    }
}
