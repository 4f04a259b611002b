package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport.Heartbeat;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.checkpoint.Watermarks;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.membership.Members;

/**
 * Takes heartbeats in. The order within one heartbeat is a part of the checkpoint's correctness: the watermark is
 * stored before the statuses, because a status may end an operator and with it a constraint, and then the watermark
 * must already include the dispatcher.
 */
final class HeartbeatReconciler {
    private final LifecycleState lifecycle;
    private final Members members;
    private final Trigger trigger;
    private final Watermarks watermarks;
    private final ErrorBoard errors;
    private final StatusReconciler statuses;

    HeartbeatReconciler(
            LifecycleState lifecycle,
            Members members,
            Trigger trigger,
            Watermarks watermarks,
            ErrorBoard errors,
            StatusReconciler statuses) {
        this.lifecycle = lifecycle;
        this.members = members;
        this.trigger = trigger;
        this.watermarks = watermarks;
        this.errors = errors;
        this.statuses = statuses;
    }

    Disposition onHeartbeat(NodeId from, Heartbeat heartbeat, long nowMillis) {
        boolean storesProgress = lifecycle.allows(LifecycleAction.STORE_PROGRESS);
        if (!members.isAlive(from)) {
            boolean ownEnd = from.equals(trigger.node()) && storesProgress && isRemoving();
            return ownEnd ? onOwnEnd(from, heartbeat, nowMillis) : Disposition.STALE;
        }
        if (storesProgress && !members.isCurrent(from, heartbeat.incarnation())) {
            return members.isReady(from) ? Disposition.STALE : Disposition.REFUSED;
        }
        boolean advanced =
                storesProgress && heartbeat.watermark() != null && watermarks.store(from, heartbeat.watermark());
        boolean news =
                lifecycle.allows(LifecycleAction.STORE_ERRORS) && errors.report(from, heartbeat.errors(), nowMillis);
        if (!storesProgress) {
            return noteEnds(from, heartbeat) || news ? Disposition.APPLIED : Disposition.REFUSED;
        }
        for (DispatcherStatus status : heartbeat.statuses()) {
            statuses.onStatus(from, status, heartbeat.executed(), nowMillis);
        }
        if (heartbeat.complete() && lifecycle.allows(LifecycleAction.SELF_HEAL)) {
            statuses.removeMissing(from, heartbeat.statuses(), nowMillis);
        }
        boolean changed = advanced || news || !heartbeat.statuses().isEmpty();
        return changed ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    private boolean isRemoving() {
        return !lifecycle.allows(LifecycleAction.SELF_HEAL);
    }

    /** A removal waits for the trigger even if the own node has left the membership view. */
    private Disposition onOwnEnd(NodeId from, Heartbeat heartbeat, long nowMillis) {
        heartbeat.statuses().stream()
                .filter(status -> status.dispatcher().equals(trigger.id()))
                .forEach(status -> statuses.onStatus(from, status, heartbeat.executed(), nowMillis));
        return trigger.hasEnded() ? Disposition.APPLIED : Disposition.STALE;
    }

    /** An end is told once. One that comes while the others are still asked must not be forgotten. */
    private boolean noteEnds(NodeId from, Heartbeat heartbeat) {
        boolean noted = false;
        if (members.isCurrent(from, heartbeat.incarnation())) {
            for (DispatcherStatus status : heartbeat.statuses()) {
                if (status.state().isTerminal()) {
                    noted = true;
                    boolean ran = status.state() == ComponentState.STOPPED;
                    members.ended(from, status.dispatcher(), ran ? status.checkpointTs() : 0);
                    if (status.dispatcher().equals(trigger.id()) && from.equals(trigger.node())) {
                        trigger.report(status.state(), status.checkpointTs());
                    }
                }
            }
        }
        return noted;
    }
}
