package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.RefusedDecision;
import dev.maintainer.scheduler.spi.Rejection;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A plan in the making, within its budget. */
final class Draft {
    private static final int REJECTIONS_SHOWN = 10;

    private final Budget budget;
    private final List<Slot> slots;
    private final Map<NodeId, Slot> byId = new LinkedHashMap<>();
    private final Set<DispatcherId> refusedLastRound = new LinkedHashSet<>();
    private final List<Decision> decisions = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();
    private boolean terminallyRefused;
    /** Spans that no later decision of this plan may be about. */
    private final Set<DispatcherId> decided = new LinkedHashSet<>();

    private int moves;
    private int rejected;

    Draft(SchedulingSnapshot snapshot, Budget budget) {
        this.budget = budget;
        this.slots = snapshot.nodes().stream().map(Slot::new).toList();
        slots.forEach(slot -> byId.put(slot.id(), slot));
        for (RefusedDecision refused : snapshot.refused()) {
            refusedLastRound.add(refused.dispatcher());
            terminallyRefused |=
                    refused.reason() == RefusalReason.QUIESCING || refused.reason() == RefusalReason.CLOSED;
        }
    }

    /** Why nothing can be decided at all; null if something can. */
    @Nullable
    Reason idle() {
        if (terminallyRefused) {
            return ReasonCode.TERMINALLY_REFUSED.because("the last plan was refused for good");
        }
        return slots.stream().anyMatch(Slot::eligible)
                ? null
                : ReasonCode.NO_ELIGIBLE_NODE.because("none of " + slots.size() + " nodes may get spans");
    }

    /** All nodes, by id. */
    List<Slot> slots() {
        return slots;
    }

    /** Whether one more operator may head for this node. */
    boolean isOpen(Slot slot) {
        return slot.eligible() && slot.inFlight() < budget.maxInFlightPerNode();
    }

    boolean mayDecide() {
        return decisions.size() < budget.maxDecisions();
    }

    boolean mayMove() {
        return mayMove(1);
    }

    /** Whether so many moves more may be in this plan. */
    boolean mayMove(int more) {
        return decisions.size() + more <= budget.maxDecisions() && moves + more <= budget.maxMoves();
    }

    int placed() {
        return decisions.size() - moves;
    }

    int moved() {
        return moves;
    }

    int rejected() {
        return rejected;
    }

    /**
     * Leaves out a span that this plan has decided on already, or that was refused in the last round. It gets its turn
     * in the next one, so spans that are refused repeatedly take at most every second round from the others.
     */
    boolean waitsForNextRound(SpanView span) {
        if (decided.contains(span.dispatcher())) {
            return true;
        }
        boolean waits = refusedLastRound.contains(span.dispatcher());
        if (waits) {
            rejected++;
            if (rejections.size() < REJECTIONS_SHOWN) {
                rejections.add(new Rejection(
                        span.dispatcher(),
                        ReasonCode.REFUSED_LAST_ROUND.because("refused in the last round; tried again in the next")));
            }
        }
        return waits;
    }

    void place(SpanView span, Slot target, Reason reason) {
        decisions.add(new Decision.Place(span.dispatcher(), target.id(), reason));
        target.arrive();
    }

    void split(SpanView span, Slot origin, List<SpanBound> cuts, List<Slot> targets, Reason reason) {
        List<NodeId> nodes = targets.stream().map(Slot::id).toList();
        decisions.add(new Decision.Split(span.dispatcher(), origin.id(), cuts, nodes, reason));
        decided.add(span.dispatcher());
        moves++;
        origin.leave();
    }

    void merge(List<SpanView> spans, Slot node, Reason reason) {
        List<DispatcherId> ids = spans.stream().map(SpanView::dispatcher).toList();
        decisions.add(new Decision.Merge(ids, node.id(), reason));
        decided.addAll(ids);
        moves++;
        spans.stream().skip(1).forEach(span -> node.leave());
    }

    /** Says why a span is left as it is. */
    void leave(SpanView span, Reason reason) {
        if (rejections.size() < REJECTIONS_SHOWN) {
            rejections.add(new Rejection(span.dispatcher(), reason));
        }
    }

    /** The node with this id, which is in the snapshot. */
    Slot slot(NodeId id) {
        Slot slot = byId.get(id);
        if (slot == null) {
            throw new IllegalStateException("a span is on node " + id + ", which is not in the snapshot");
        }
        return slot;
    }

    void move(SpanView span, Slot origin, Slot target, Reason reason) {
        decided.add(span.dispatcher());
        decisions.add(new Decision.Move(span.dispatcher(), origin.id(), target.id(), reason));
        moves++;
        origin.leave();
        target.arrive();
    }

    Plan toPlan(Reason reason) {
        return Plan.of(decisions, reason).rejecting(rejections);
    }
}
