package dev.maintainer.core.rounds;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.planning.DecisionRecord;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.RefusedDecision;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns the decisions of a plan into operators, as far as what they were made from still holds: a plan was made away
 * from this thread, and the world has gone on. On the maintainer's thread.
 */
final class PlanAdmission {
    /** So many decisions are remembered, to say why a span is where it is. */
    private static final int REMEMBERED = 65_536;

    private final SpanRegistry registry;
    private final OperatorController operators;
    private final Members members;
    private final int maxInFlightPerNode;
    private final Map<DispatcherId, DecisionRecord> decided = new LinkedHashMap<>();
    private List<RefusedDecision> refused = List.of();

    PlanAdmission(SpanRegistry registry, OperatorController operators, Members members, int maxInFlightPerNode) {
        this.registry = registry;
        this.operators = operators;
        this.members = members;
        this.maxInFlightPerNode = maxInFlightPerNode;
    }

    /** How far a plan has come. */
    record Result(int placed, int moved, int refused) {}

    /** Admits a plan; a refused decision is never tried again in the same round. */
    Result admit(long round, String scheduler, Plan plan, long nowMillis) {
        List<RefusedDecision> refusedNow = new ArrayList<>();
        int placed = 0;
        int moved = 0;
        for (Decision decision : plan.decisions()) {
            Admission admission = admit(decision, nowMillis);
            remember(new DecisionRecord(round, nowMillis, scheduler, decision, admission));
            if (admission instanceof Admission.Refused refusal) {
                refusedNow.add(new RefusedDecision(decision.dispatcher(), refusal.reason()));
                if (refusal.reason() == RefusalReason.QUIESCING || refusal.reason() == RefusalReason.CLOSED) {
                    break;
                }
            } else if (decision instanceof Decision.Move) {
                moved++;
            } else {
                placed++;
            }
        }
        refused = refusedNow;
        return new Result(placed, moved, refusedNow.size());
    }

    private Admission admit(Decision decision, long nowMillis) {
        NodeId target = decision.target();
        if (!members.isReady(target)) {
            return Admission.refused(RefusalReason.NODE_DEAD);
        }
        if (operators.towards(target) >= maxInFlightPerNode) {
            return Admission.refused(RefusalReason.NOT_YET);
        }
        if (decision instanceof Decision.Place place) {
            return operators.add(place.dispatcher(), place.target(), nowMillis);
        }
        if (decision instanceof Decision.Move move) {
            return operators.move(move.dispatcher(), move.origin(), move.target(), nowMillis);
        }
        throw new IllegalStateException("unknown decision " + decision);
    }

    private void remember(DecisionRecord latest) {
        DispatcherId dispatcher = latest.decision().dispatcher();
        decided.remove(dispatcher);
        decided.put(dispatcher, latest);
        if (decided.size() > REMEMBERED) {
            decided.remove(decided.keySet().iterator().next());
        }
    }

    /** What of a plan no longer holds, for people; empty if it can be carried out as it is. Costs O(decisions). */
    List<String> differences(Plan plan) {
        List<String> found = new ArrayList<>();
        for (Decision decision : plan.decisions()) {
            SpanReplica replica = registry.get(decision.dispatcher());
            String what = "dispatcher " + decision.dispatcher();
            if (replica == null) {
                found.add(what + " has no span any more");
            } else if (operators.isInFlight(decision.dispatcher())) {
                found.add(what + " is driven by an operator now");
            } else if (decision instanceof Decision.Move move && !move.origin().equals(replica.node())) {
                found.add(what + " was on " + move.origin() + " and is "
                        + (replica.node() == null ? "absent" : "on " + replica.node()) + " now");
            } else if (decision instanceof Decision.Place && replica.node() != null) {
                found.add(what + " was absent and is on " + replica.node() + " now");
            } else if (!members.isReady(decision.target())) {
                found.add("node " + decision.target() + " may not get spans any more");
            }
        }
        return found;
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
