package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport.Heartbeat;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.registry.SpanReplica;

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
        if (!pipeline.members.isAlive(from)) {
            return Disposition.STALE;
        }
        boolean storesProgress = pipeline.gate.allows(LifecycleAction.STORE_PROGRESS);
        if (storesProgress && !pipeline.members.isCurrent(from, heartbeat.incarnation())) {
            return pipeline.members.isReady(from) ? Disposition.STALE : Disposition.REFUSED;
        }
        boolean advanced = storesProgress
                && heartbeat.watermark() != null
                && pipeline.watermarks.store(from, heartbeat.watermark());
        boolean news = pipeline.gate.allows(LifecycleAction.STORE_ERRORS)
                && pipeline.errors.report(from, heartbeat.errors(), nowMillis);
        if (!storesProgress) {
            return news ? Disposition.APPLIED : Disposition.REFUSED;
        }
        for (DispatcherStatus status : heartbeat.statuses()) {
            onStatus(from, status, nowMillis);
        }
        boolean changed = advanced || news || !heartbeat.statuses().isEmpty();
        return changed ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    private void onStatus(NodeId from, DispatcherStatus status, long nowMillis) {
        if (status.dispatcher().equals(pipeline.trigger.id())) {
            if (from.equals(pipeline.self)) {
                pipeline.trigger.report(status.state(), status.checkpointTs());
                pipeline.operators.reported(from, status.dispatcher(), status.state(), nowMillis);
            }
            return;
        }
        SpanReplica replica = pipeline.registry.get(status.dispatcher());
        boolean bound = replica != null && from.equals(replica.node());
        if (replica != null && bound) {
            // Before the operator hears of it: a move continues from the origin's last checkpoint.
            pipeline.registry.report(replica, status.state(), status.checkpointTs());
        }
        pipeline.operators.reported(from, status.dispatcher(), status.state(), nowMillis);
        if (replica == null) {
            onUnknown(from, status);
        } else if (!bound) {
            statusesFromWrongNode++;
        } else {
            healIfEnded(from, status, replica);
        }
    }

    private void healIfEnded(NodeId from, DispatcherStatus status, SpanReplica replica) {
        boolean ended = status.state().isTerminal()
                && pipeline.registry.get(replica.id()) == replica
                && from.equals(replica.node())
                && !pipeline.operators.isInFlight(replica.id());
        if (ended && pipeline.gate.allows(LifecycleAction.SELF_HEAL)) {
            pipeline.registry.markAbsent(replica.id());
            pipeline.scheduling.wantPlan();
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
