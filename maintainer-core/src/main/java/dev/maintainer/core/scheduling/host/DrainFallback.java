package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.membership.Drain;
import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.planner.DrainMoves;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sees to it that the node that is being emptied gets empty, whatever the scheduler does: how many moves away from it may
 * be under way, and, if the scheduler lets its spans lie, moves to the nodes with the fewest spans. From then on it does
 * so until the target changes. A maintainer that is itself on the node leaves first, so it moves nothing.
 */
final class DrainFallback {
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final Members members;
    private final Eligibility eligibility;
    private final Drain drain;
    private final NodeId self;
    private final long patienceMillis;
    private final int maxInFlightPerNode;

    private long waitsSince = Long.MAX_VALUE;
    private long waitsUnder;
    private long standsInUnder;

    DrainFallback(SchedulingContext context) {
        this.registry = context.registry();
        this.operators = context.operators();
        this.members = context.cluster().members();
        this.eligibility = context.cluster().eligibility();
        this.drain = context.cluster().drain();
        this.self = context.cluster().self();
        this.patienceMillis = context.config().drainPatienceMillis();
        this.maxInFlightPerNode = context.config().maxInFlightPerNode();
    }

    /** How many moves away from the node may begin now; {@code otherwise} if there is none that has something left. */
    int freeMoves(int otherwise) {
        NodeId node = drain.node();
        if (node == null
                || (registry.boundCount(node) == 0 && operators.traffic().leaving(node) == 0)) {
            return otherwise;
        }
        if (node.equals(self)) {
            return 0;
        }
        int free = drain.limit(registry.boundCount(node)) - operators.traffic().leaving(node);
        return Math.max(0, Math.min(otherwise, free));
    }

    /** The moves that the core makes itself, at this tick; empty if there are none. */
    Optional<Plan> standIn(int maxMoves, long nowMillis) {
        NodeId node = drain.node();
        List<SpanReplica> leaving = node == null ? List.of() : freeOn(node, freeMoves(maxMoves));
        if (node == null || leaving.isEmpty() || !isTurn(operators.traffic().leaving(node) > 0, nowMillis)) {
            waitsSince = leaving.isEmpty() ? Long.MAX_VALUE : waitsSince;
            return Optional.empty();
        }
        return plan(node, leaving);
    }

    private boolean isTurn(boolean somethingMoves, long nowMillis) {
        long epoch = drain.target().epoch();
        if (standsInUnder == epoch) {
            return true;
        }
        if (somethingMoves || waitsUnder != epoch || waitsSince == Long.MAX_VALUE) {
            waitsSince = nowMillis;
            waitsUnder = epoch;
        }
        if (nowMillis - waitsSince < patienceMillis) {
            return false;
        }
        standsInUnder = epoch;
        return true;
    }

    private Optional<Plan> plan(NodeId node, List<SpanReplica> leaving) {
        List<DrainMoves.Taker> takers = new ArrayList<>();
        for (NodeId member : members.alive()) {
            if (eligibility.allows(member)) {
                int load = registry.boundCount(member)
                        + operators.traffic().arriving(member)
                        - operators.traffic().departing(member);
                takers.add(new DrainMoves.Taker(
                        member, load, maxInFlightPerNode - operators.traffic().towards(member)));
            }
        }
        Reason reason = new Reason(
                "DRAIN_STAND_IN",
                drain.target() + ": the scheduler has moved nothing away for " + patienceMillis + " ms");
        List<Decision> decisions =
                DrainMoves.of(node, leaving.stream().map(SpanReplica::id).toList(), takers, reason);
        return decisions.isEmpty() ? Optional.empty() : Optional.of(Plan.of(decisions, reason));
    }

    private List<SpanReplica> freeOn(NodeId node, int most) {
        List<SpanReplica> free = new ArrayList<>();
        for (SpanReplica replica : registry.replicatingOn(node)) {
            if (free.size() == most) {
                break;
            }
            if (!operators.isInFlight(replica.id())) {
                free.add(replica);
            }
        }
        return free;
    }
}
