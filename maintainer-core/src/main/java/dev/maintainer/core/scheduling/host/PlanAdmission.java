package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.core.membership.Drain;
import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.planner.DecisionRecord;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.RefusedDecision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Turns the decisions of a plan into operators, as far as what they were made from still holds: a plan was made away
 * from this thread, and the world has gone on. On the maintainer's thread.
 */
final class PlanAdmission {
    /** So many decisions are remembered, to say why a span is where it is. */
    private static final int REMEMBERED = 65_536;

    private final SpanRegistry registry;
    private final PlacementRetries retries;
    private final OperatorController operators;
    private final Eligibility eligibility;
    private final Drain drain;
    private final DrainFallback drainFallback;
    private final Supplier<DispatcherId> ids;
    private final int maxInFlightPerNode;
    private final Map<DispatcherId, DecisionRecord> decided = new LinkedHashMap<>();
    private List<RefusedDecision> refused = List.of();

    /** @param drainFallback knows how many moves the pace of a drain leaves */
    PlanAdmission(SchedulingContext context, DrainFallback drainFallback) {
        this.registry = context.registry();
        this.retries = context.retries();
        this.operators = context.operators();
        this.eligibility = context.cluster().eligibility();
        this.drain = context.cluster().drain();
        this.drainFallback = drainFallback;
        this.ids = context.ids();
        this.maxInFlightPerNode = context.config().maxInFlightPerNode();
    }

    /** How far a plan has come. */
    record Result(int placed, int moved, int refused) {}

    /**
     * Admits a plan; a refused decision is never tried again in the same round.
     *
     * @param byHand whether a person wants it: then calm and the pace of a drain do not count
     */
    Result admit(long round, String scheduler, Plan plan, boolean byHand, long nowMillis) {
        List<RefusedDecision> refusedNow = new ArrayList<>();
        int placed = 0;
        int moved = 0;
        for (Decision decision : plan.decisions()) {
            Admission admission = admit(decision, byHand, nowMillis);
            remember(new DecisionRecord(round, nowMillis, scheduler, decision, admission));
            if (admission instanceof Admission.Refused refusal) {
                refusedNow.add(new RefusedDecision(decision.dispatcher(), refusal.reason()));
                if (refusal.reason() == RefusalReason.QUIESCING || refusal.reason() == RefusalReason.CLOSED) {
                    break;
                }
            } else if (decision instanceof Decision.Place) {
                placed++;
            } else {
                moved++;
            }
        }
        refused = refusedNow;
        return new Result(placed, moved, refusedNow.size());
    }

    private Admission admit(Decision decision, boolean byHand, long nowMillis) {
        if (decision instanceof Decision.Split split) {
            return split(split, nowMillis);
        }
        NodeId target = decision.target();
        Optional<RefusalReason> obstacle = eligibility.obstacle(target);
        if (obstacle.isPresent()) {
            return Admission.refused(obstacle.get());
        }
        if (decision instanceof Decision.Merge merge) {
            return operators.merge(ids.get(), merge.dispatchers(), merge.node(), nowMillis);
        }
        if (operators.traffic().towards(target) >= maxInFlightPerNode) {
            return Admission.refused(RefusalReason.NOT_YET);
        }
        if (decision instanceof Decision.Place place) {
            if (!byHand && retries.isHeld(place.dispatcher())) {
                return Admission.refused(RefusalReason.NOT_YET);
            }
            return operators.add(place.dispatcher(), place.target(), nowMillis);
        }
        if (decision instanceof Decision.Move move) {
            if (!byHand && !mayLeave(move, nowMillis)) {
                return Admission.refused(RefusalReason.NOT_YET);
            }
            return operators.move(move.dispatcher(), move.origin(), move.target(), nowMillis);
        }
        throw new IllegalStateException("unknown decision " + decision);
    }

    /** In times of calm only evening out waits, not what has to be somewhere else. */
    private boolean mayLeave(Decision.Move move, long nowMillis) {
        NodeId origin = move.origin();
        return drain.target().is(origin)
                ? drainFallback.freeMoves(1) > 0
                : move.restoresConstraint()
                        || !eligibility.isRebalanceSuspended(nowMillis)
                        || !eligibility.allows(origin);
    }

    private Admission split(Decision.Split split, long nowMillis) {
        SpanReplica replica = registry.get(split.dispatcher());
        if (replica == null) {
            return Admission.refused(RefusalReason.GONE);
        }
        TableSpan whole = replica.span();
        List<SpanPart> parts = new ArrayList<>();
        SpanBound start = whole.start();
        for (int i = 0; i <= split.cuts().size(); i++) {
            SpanBound end = i < split.cuts().size() ? split.cuts().get(i) : whole.end();
            if (start.compareTo(end) >= 0) {
                return Admission.refused(RefusalReason.PRECONDITION_FAILED);
            }
            NodeId target = i < split.targets().size() ? split.targets().get(i) : null;
            Optional<RefusalReason> obstacle = target == null ? Optional.empty() : eligibility.obstacle(target);
            if (obstacle.isPresent()) {
                return Admission.refused(obstacle.get());
            }
            parts.add(new SpanPart(ids.get(), new TableSpan(whole.table(), start, end), target));
            start = end;
        }
        return operators.split(split.dispatcher(), split.origin(), parts, nowMillis);
    }

    private void remember(DecisionRecord latest) {
        for (DispatcherId dispatcher : latest.decision().dispatchers()) {
            if (decided.put(dispatcher, latest) != null) {
                // The latest are the last to be forgotten.
                decided.remove(dispatcher);
                decided.put(dispatcher, latest);
            }
        }
        while (decided.size() > REMEMBERED) {
            decided.remove(decided.keySet().iterator().next());
        }
    }

    /** What of a plan no longer holds, for people; empty if it can be carried out as it is. Costs O(decisions). */
    List<String> differences(Plan plan) {
        List<String> found = new ArrayList<>();
        for (Decision decision : plan.decisions()) {
            for (DispatcherId dispatcher : decision.dispatchers()) {
                difference(decision, dispatcher).ifPresent(found::add);
            }
        }
        return found;
    }

    private Optional<String> difference(Decision decision, DispatcherId dispatcher) {
        SpanReplica replica = registry.get(dispatcher);
        String what = "dispatcher " + dispatcher;
        if (replica == null) {
            return Optional.of(what + " has no span any more");
        }
        if (operators.isInFlight(dispatcher)) {
            return Optional.of(what + " is driven by an operator now");
        }
        NodeId before = precondition(decision);
        String now = replica.node() == null ? "absent" : "on " + replica.node();
        if (!Objects.equals(before, replica.node())) {
            return Optional.of(
                    what + " was " + (before == null ? "absent" : "on " + before) + " and is " + now + " now");
        }
        return eligibility.allows(decision.target())
                ? Optional.empty()
                : Optional.of("node " + decision.target() + " may not get spans any more");
    }

    /** Where the spans of a decision were when it was made; null if nowhere. */
    private static @Nullable NodeId precondition(Decision decision) {
        if (decision instanceof Decision.Move move) {
            return move.origin();
        }
        return decision instanceof Decision.Place ? null : decision.target();
    }

    /** What became of the last plan, where it was refused. */
    List<RefusedDecision> refused() {
        return refused;
    }

    /** The last decision about a dispatcher, if it is still remembered. */
    Optional<DecisionRecord> lastDecision(DispatcherId dispatcher) {
        return Optional.ofNullable(decided.get(dispatcher));
    }
}
