package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.checkpoint.Watermarks;
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.membership.FailureDetector;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.host.PlanDemand;
import dev.maintainer.operator.OperatorController;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What follows from members that are gone, and from members that say nothing. Asked only where members count. */
final class MemberWatch {
    private final ClusterState cluster;
    private final Members members;
    private final FailureDetector failureDetector;
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final UnclaimedDispatchers unclaimed;
    private final Watermarks watermarks;
    private final PlanDemand demand;
    private final ErrorBoard errors;
    private final MaintainerConfig config;
    private long reconciledAt = Long.MIN_VALUE / 2;
    private long watermarkMissingSince = Long.MAX_VALUE;

    MemberWatch(
            ClusterState cluster,
            SpanState spans,
            Watermarks watermarks,
            PlanDemand demand,
            ErrorBoard errors,
            MaintainerConfig config) {
        this.cluster = cluster;
        this.members = cluster.members();
        this.failureDetector = cluster.failureDetector();
        this.registry = spans.registry();
        this.operators = spans.operators();
        this.unclaimed = spans.unclaimed();
        this.watermarks = watermarks;
        this.demand = demand;
        this.errors = errors;
        this.config = config;
    }

    /** Operators and spans first, watermarks last: at no moment is a span neither capped nor in a watermark. */
    void onDeath(SortedSet<NodeId> departed, long nowMillis) {
        operators.nodesDied(departed, nowMillis);
        for (NodeId node : departed) {
            for (SpanReplica replica : registry.on(node)) {
                if (!operators.isInFlight(replica.id())) {
                    registry.markAbsent(replica);
                }
            }
            unclaimed.forget(node);
            watermarks.forget(node);
            errors.forget(node);
        }
    }

    /** A member has said something that counts. */
    void heard(NodeId from, long nowMillis) {
        if (failureDetector.heard(from, nowMillis)) {
            reportSuspects(nowMillis);
            demand.want();
        }
    }

    /**
     * Looks now and then who says nothing. Costs the number of nodes.
     *
     * @param awaited those that the maintainer waits for; of the others nobody becomes suspect
     */
    void lookForSuspects(Supplier<SortedSet<NodeId>> awaited, long nowMillis) {
        if (isTurn(nowMillis)) {
            checkSilence(awaited.get(), nowMillis);
        }
    }

    /** The same, and, as deaths are edges and edges can be missed, whether a node with spans is no member. */
    void reconcile(long nowMillis) {
        if (!isTurn(nowMillis)) {
            return;
        }
        checkSilence(members.alive(), nowMillis);
        SortedSet<NodeId> dead = new TreeSet<>();
        List<NodeId> silent = new ArrayList<>();
        for (NodeId node : registry.boundNodes()) {
            if (!members.isAlive(node)) {
                dead.add(node);
            } else if (watermarks.of(node) == null) {
                silent.add(node);
            }
        }
        boolean ownMissing = registry.boundCount(cluster.self()) == 0 && watermarks.of(cluster.self()) == null;
        if (ownMissing) {
            silent.add(cluster.self());
        }
        if (!dead.isEmpty()) {
            onDeath(dead, nowMillis);
            demand.want();
        }
        reportMissing(silent, nowMillis);
    }

    private void reportMissing(List<NodeId> silent, long nowMillis) {
        watermarkMissingSince = silent.isEmpty() ? Long.MAX_VALUE : Math.min(watermarkMissingSince, nowMillis);
        boolean tooLong = nowMillis - watermarkMissingSince >= config.missingWatermarkMillis();
        errors.own(
                ErrorCode.WATERMARK_MISSING,
                tooLong ? "no watermark from " + silent + "; the checkpoint waits for it. Look at these nodes." : null);
    }

    private boolean isTurn(long nowMillis) {
        boolean turn = nowMillis - reconciledAt >= config.reconcileMillis();
        reconciledAt = turn ? nowMillis : reconciledAt;
        return turn;
    }

    private void checkSilence(SortedSet<NodeId> awaited, long nowMillis) {
        if (failureDetector.check(members.latest(), awaited, nowMillis)) {
            demand.want();
        }
        reportSuspects(nowMillis);
    }

    private void reportSuspects(long nowMillis) {
        SortedMap<NodeId, Long> silent = failureDetector.silentMillis(nowMillis);
        errors.own(
                ErrorCode.NODE_SUSPECT,
                silent.isEmpty()
                        ? null
                        : "members that say nothing: " + silent.keySet() + ". They get no new work; the coordinator"
                                + " expels one for which that lasts, and its spans are placed elsewhere. Look at these"
                                + " nodes and at the network between them and " + cluster.self());
    }
}
