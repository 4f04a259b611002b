package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.registry.SpanReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What follows from members that are gone, and from members that say nothing. Asked only where members count. */
final class MemberWatch {
    private final Pipeline pipeline;
    private long reconciledAt = Long.MIN_VALUE / 2;
    private long watermarkMissingSince = Long.MAX_VALUE;

    MemberWatch(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Operators and spans first, watermarks last: at no moment is a span neither capped nor in a watermark. */
    void onDeath(SortedSet<NodeId> departed, long nowMillis) {
        pipeline.operators.nodesDied(departed, nowMillis);
        for (NodeId node : departed) {
            for (SpanReplica replica : pipeline.registry.on(node)) {
                if (!pipeline.operators.isInFlight(replica.id())) {
                    pipeline.registry.markAbsent(replica);
                }
            }
            pipeline.unclaimed.forget(node);
            pipeline.watermarks.forget(node);
            pipeline.errors.forget(node);
        }
    }

    /** A member has said something that counts. */
    void heard(NodeId from, long nowMillis) {
        if (pipeline.failureDetector.heard(from, nowMillis)) {
            reportSuspects(nowMillis);
            pipeline.scheduling.wantPlan();
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
        checkSilence(pipeline.members.alive(), nowMillis);
        SortedSet<NodeId> dead = new TreeSet<>();
        List<NodeId> silent = new ArrayList<>();
        for (NodeId node : pipeline.registry.boundNodes()) {
            if (!pipeline.members.isAlive(node)) {
                dead.add(node);
            } else if (pipeline.watermarks.of(node) == null) {
                silent.add(node);
            }
        }
        boolean ownMissing =
                pipeline.registry.boundCount(pipeline.self) == 0 && pipeline.watermarks.of(pipeline.self) == null;
        if (ownMissing) {
            silent.add(pipeline.self);
        }
        if (!dead.isEmpty()) {
            onDeath(dead, nowMillis);
            pipeline.scheduling.wantPlan();
        }
        reportMissing(silent, nowMillis);
    }

    private void reportMissing(List<NodeId> silent, long nowMillis) {
        watermarkMissingSince = silent.isEmpty() ? Long.MAX_VALUE : Math.min(watermarkMissingSince, nowMillis);
        boolean tooLong = nowMillis - watermarkMissingSince >= pipeline.config.missingWatermarkMillis();
        pipeline.errors.own(
                ErrorCode.WATERMARK_MISSING,
                tooLong ? "no watermark from " + silent + "; the checkpoint waits for it. Look at these nodes." : null);
    }

    private boolean isTurn(long nowMillis) {
        boolean turn = nowMillis - reconciledAt >= pipeline.config.reconcileMillis();
        reconciledAt = turn ? nowMillis : reconciledAt;
        return turn;
    }

    private void checkSilence(SortedSet<NodeId> awaited, long nowMillis) {
        if (pipeline.failureDetector.check(pipeline.members.latest(), awaited, nowMillis)) {
            pipeline.scheduling.wantPlan();
        }
        reportSuspects(nowMillis);
    }

    private void reportSuspects(long nowMillis) {
        SortedMap<NodeId, Long> silent = pipeline.failureDetector.silentMillis(nowMillis);
        pipeline.errors.own(
                ErrorCode.NODE_SUSPECT,
                silent.isEmpty()
                        ? null
                        : "members that say nothing: " + silent.keySet() + ". They get no new work; the coordinator"
                                + " expels one for which that lasts, and its spans are placed elsewhere. Look at these"
                                + " nodes and at the network between them and " + pipeline.self);
    }
}
