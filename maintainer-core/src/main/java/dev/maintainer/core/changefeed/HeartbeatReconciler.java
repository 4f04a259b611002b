package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport.Heartbeat;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.operator.RegisteredOperator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Takes heartbeats in. The order within one heartbeat is a part of the checkpoint's correctness: the watermark is
 * stored before the statuses, because a status may end an operator and with it a constraint, and then the watermark
 * must already include the dispatcher.
 */
final class HeartbeatReconciler {
    private final Pipeline pipeline;
    private long statusesFromWrongNode;

    HeartbeatReconciler(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    Disposition onHeartbeat(NodeId from, Heartbeat heartbeat, long nowMillis) {
        boolean storesProgress = pipeline.gate.allows(LifecycleAction.STORE_PROGRESS);
        if (!pipeline.members.isAlive(from)) {
            boolean ownEnd = from.equals(pipeline.self) && storesProgress && isRemoving();
            return ownEnd ? onOwnEnd(from, heartbeat, nowMillis) : Disposition.STALE;
        }
        if (storesProgress && !pipeline.members.isCurrent(from, heartbeat.incarnation())) {
            return pipeline.members.isReady(from) ? Disposition.STALE : Disposition.REFUSED;
        }
        boolean advanced = storesProgress
                && heartbeat.watermark() != null
                && pipeline.watermarks.store(from, heartbeat.watermark());
        boolean news = pipeline.gate.allows(LifecycleAction.STORE_ERRORS)
                && pipeline.errors.report(from, heartbeat.errors(), nowMillis);
        if (!storesProgress) {
            return noteEnds(from, heartbeat) || news ? Disposition.APPLIED : Disposition.REFUSED;
        }
        for (DispatcherStatus status : heartbeat.statuses()) {
            onStatus(from, status, heartbeat.executed(), nowMillis);
        }
        if (heartbeat.complete() && pipeline.gate.allows(LifecycleAction.SELF_HEAL)) {
            removeMissing(from, heartbeat.statuses(), nowMillis);
        }
        boolean changed = advanced || news || !heartbeat.statuses().isEmpty();
        return changed ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    private boolean isRemoving() {
        return !pipeline.gate.allows(LifecycleAction.SELF_HEAL);
    }

    /** A removal waits for the trigger even if the own node has left the membership view. */
    private Disposition onOwnEnd(NodeId from, Heartbeat heartbeat, long nowMillis) {
        heartbeat.statuses().stream()
                .filter(status -> status.dispatcher().equals(pipeline.trigger.id()))
                .forEach(status -> onStatus(from, status, heartbeat.executed(), nowMillis));
        return pipeline.trigger.hasEnded() ? Disposition.APPLIED : Disposition.STALE;
    }

    /** An end is told once. One that comes while the others are still asked must not be forgotten. */
    private boolean noteEnds(NodeId from, Heartbeat heartbeat) {
        boolean noted = false;
        if (pipeline.members.isCurrent(from, heartbeat.incarnation())) {
            for (DispatcherStatus status : heartbeat.statuses()) {
                if (status.state().isTerminal()) {
                    noted = true;
                    boolean ran = status.state() == ComponentState.STOPPED;
                    pipeline.members.ended(from, status.dispatcher(), ran ? status.checkpointTs() : 0);
                    if (status.dispatcher().equals(pipeline.trigger.id()) && from.equals(pipeline.self)) {
                        pipeline.trigger.report(status.state(), status.checkpointTs());
                    }
                }
            }
        }
        return noted;
    }

    /**
     * Spans that a complete list should name and does not: the word of their end was lost. They are removed before they
     * are placed again, so that it does no harm if they run after all. Costs the list unless something is missing.
     */
    private void removeMissing(NodeId from, List<DispatcherStatus> statuses, long nowMillis) {
        Set<DispatcherId> named = new HashSet<>();
        for (DispatcherStatus status : statuses) {
            if (from.equals(pipeline.registry.boundTo(status.dispatcher()))) {
                named.add(status.dispatcher());
            }
        }
        if (named.size() >= pipeline.registry.boundCount(from)) {
            return;
        }
        for (SpanReplica replica : pipeline.registry.on(from)) {
            // One that has not worked yet is not in the list.
            boolean missing = replica.state() == SpanReplica.State.REPLICATING
                    && replica.component() != ComponentState.INITIALIZING
                    && !named.contains(replica.id())
                    && !pipeline.operators.isInFlight(replica.id());
            if (missing) {
                pipeline.restoreRemoval(replica.id(), from, OperatorType.MOVE, nowMillis);
            }
        }
    }

    private void onStatus(NodeId from, DispatcherStatus status, long executed, long nowMillis) {
        if (status.dispatcher().equals(pipeline.trigger.id())) {
            if (from.equals(pipeline.self)) {
                pipeline.trigger.report(status.state(), status.checkpointTs());
                // It is created once under an epoch, so its end is its end.
                pipeline.operators.reported(from, status.dispatcher(), status.state(), nowMillis);
            }
            return;
        }
        SpanReplica replica = pipeline.registry.get(status.dispatcher());
        boolean bound = replica != null && from.equals(replica.node());
        if (replica != null && bound && executed < replica.request()) {
            // It is about an earlier dispatcher of this id, which ran there before the span was placed there anew.
            return;
        }
        RegisteredOperator operator = pipeline.operators.operatorOf(status.dispatcher());
        if (replica != null && bound) {
            if (operator != null) {
                pipeline.operators.beforeProgress(operator);
            }
            // Before the operator hears of it: a move continues from the origin's last checkpoint.
            pipeline.registry.report(replica, status.state(), status.checkpointTs());
        }
        boolean removes = operator != null && operator.isRemovingFrom(from);
        if (operator != null) {
            pipeline.operators.reported(operator, from, status.dispatcher(), status.state(), executed, nowMillis);
        }
        if (!removes && status.state().isTerminal()) {
            boolean absent = bound && replica != null && replica.isAbsent();
            acknowledgeEnd(from, status, absent, operator != null && bound, nowMillis);
        }
        if (replica == null) {
            onMadeOrUnknown(from, status);
        } else if (!bound) {
            statusesFromWrongNode++;
        } else {
            healIfEnded(from, status, replica);
        }
    }

    private void healIfEnded(NodeId from, DispatcherStatus status, SpanReplica replica) {
        boolean ended = status.state().isTerminal()
                && replica.isRegistered()
                && from.equals(replica.node())
                // An operator on a span that still counts as running removes a copy elsewhere, and heard nothing new.
                && (replica.state() == SpanReplica.State.REPLICATING || !pipeline.operators.isInFlight(replica.id()));
        if (ended && !isRemoving()) {
            pipeline.registry.markAbsent(replica);
            pipeline.scheduling.wantPlan();
        } else if (ended) {
            // Nobody may place it again here, and later watermarks do not include it.
            pipeline.checkpoint.hold(replica.checkpointTs());
        }
    }

    /**
     * A worker repeats the last word of what ended unasked, holds its watermark there, and creates it no more, until it
     * is told to remove it. It answers a create with the end of that; then a repetition of the create may be on its way,
     * so the node is asked to remove before the span is placed again.
     */
    private void acknowledgeEnd(NodeId from, DispatcherStatus status, boolean absent, boolean awaited, long nowMillis) {
        DispatcherId id = status.dispatcher();
        if (!pipeline.gate.allows(LifecycleAction.SELF_HEAL)) {
            return;
        }
        if (status.state() == ComponentState.REMOVED) {
            if (absent && !pipeline.operators.isInFlight(id)) {
                pipeline.restoreRemoval(id, from, OperatorType.MOVE, nowMillis);
            }
        } else if (status.checkpointTs() > 0 && !awaited) {
            pipeline.sendRemove(LifecycleAction.SELF_HEAL, from, id);
        }
    }

    /** A merge registers its target when that works, which is what has just been heard. */
    private void onMadeOrUnknown(NodeId from, DispatcherStatus status) {
        SpanReplica made = pipeline.registry.get(status.dispatcher());
        if (made == null) {
            onUnknown(from, status);
        } else if (from.equals(made.node())) {
            pipeline.registry.report(made, status.state(), status.checkpointTs());
        }
    }

    private void onUnknown(NodeId from, DispatcherStatus status) {
        if (pipeline.unclaimed.contains(status.dispatcher())) {
            pipeline.unclaimed.report(from, status);
            return;
        }
        boolean orphan = status.state() == ComponentState.WORKING
                && !pipeline.operators.isInFlight(status.dispatcher())
                && pipeline.gate.allows(LifecycleAction.SELF_HEAL);
        if (orphan) {
            pipeline.sendRemove(LifecycleAction.SELF_HEAL, from, status.dispatcher());
        }
    }

    /** How many statuses came from a node that their span is not bound to; they changed nothing. */
    long statusesFromWrongNode() {
        return statusesFromWrongNode;
    }
}
