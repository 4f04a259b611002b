package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.host.PlanDemand;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.RegisteredOperator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Brings what workers say of single dispatchers to spans and operators, and heals what does not fit. */
final class StatusReconciler {
    private final LifecycleState lifecycle;
    private final Trigger trigger;
    private final SpanRegistry registry;
    private final PlacementRetries retries;
    private final OperatorController operators;
    private final UnclaimedDispatchers unclaimed;
    private final Adoption adoption;
    private final CheckpointCalculator checkpoint;
    private final PlanDemand demand;

    StatusReconciler(
            LifecycleState lifecycle,
            Trigger trigger,
            SpanState spans,
            Adoption adoption,
            CheckpointCalculator checkpoint,
            PlanDemand demand) {
        this.lifecycle = lifecycle;
        this.trigger = trigger;
        this.registry = spans.registry();
        this.retries = spans.retries();
        this.operators = spans.operators();
        this.unclaimed = spans.unclaimed();
        this.adoption = adoption;
        this.checkpoint = checkpoint;
        this.demand = demand;
    }

    /**
     * Spans that a complete list should name and does not: the word of their end was lost. They are removed before they
     * are placed again, so that it does no harm if they run after all. Costs the list unless something is missing.
     */
    void removeMissing(NodeId from, List<DispatcherStatus> statuses, long nowMillis) {
        Set<DispatcherId> named = new HashSet<>();
        for (DispatcherStatus status : statuses) {
            if (from.equals(registry.boundTo(status.dispatcher()))) {
                named.add(status.dispatcher());
            }
        }
        if (named.size() >= registry.boundCount(from)) {
            return;
        }
        for (SpanReplica replica : registry.on(from)) {
            // One that has not worked yet is not in the list.
            boolean missing = replica.state() == SpanReplica.State.REPLICATING
                    && replica.component() != ComponentState.INITIALIZING
                    && !named.contains(replica.id())
                    && !operators.isInFlight(replica.id());
            if (missing) {
                adoption.restoreRemoval(replica.id(), from, OperatorType.MOVE, nowMillis);
            }
        }
    }

    void onStatus(NodeId from, DispatcherStatus status, long executed, long nowMillis) {
        if (status.dispatcher().equals(trigger.id())) {
            if (from.equals(trigger.node())) {
                trigger.report(status.state(), status.checkpointTs());
                // It is created once under an epoch, so its end is its end.
                operators.reported(from, status.dispatcher(), status.state(), nowMillis);
            }
            return;
        }
        SpanReplica replica = registry.get(status.dispatcher());
        boolean bound = replica != null && from.equals(replica.node());
        if (replica != null && bound && executed < replica.request()) {
            // It is about an earlier dispatcher of this id, which ran there before the span was placed there anew.
            return;
        }
        RegisteredOperator operator = operators.operatorOf(status.dispatcher());
        if (replica != null && bound) {
            if (operator != null) {
                operators.beforeProgress(operator);
            }
            // Before the operator hears of it: a move continues from the origin's last checkpoint.
            registry.report(replica, status.state(), status.checkpointTs());
        }
        boolean removes = operator != null && operator.isRemovingFrom(from);
        boolean wasAbsent = replica == null || replica.isAbsent();
        if (operator != null) {
            operators.reported(operator, from, status.dispatcher(), status.state(), executed, nowMillis);
        }
        if (!removes && status.state().isTerminal()) {
            boolean absent = bound && replica != null && replica.isAbsent();
            acknowledgeEnd(from, status, absent, operator != null && bound, nowMillis);
        }
        if (replica == null) {
            onMadeOrUnknown(from, status);
        } else if (bound) {
            healIfEnded(from, status, replica);
        }
        if (replica != null && !removes && !wasAbsent && replica.isAbsent()) {
            retries.failed(replica.id(), nowMillis);
            registry.touch(replica);
        }
    }

    private void healIfEnded(NodeId from, DispatcherStatus status, SpanReplica replica) {
        boolean ended = status.state().isTerminal()
                && replica.isRegistered()
                && from.equals(replica.node())
                // An operator on a span that still counts as running removes a copy elsewhere, and heard nothing new.
                && (replica.state() == SpanReplica.State.REPLICATING || !operators.isInFlight(replica.id()));
        if (ended && lifecycle.allows(LifecycleAction.SELF_HEAL)) {
            registry.markAbsent(replica);
            demand.want();
        } else if (ended) {
            // Nobody may place it again here, and later watermarks do not include it.
            checkpoint.hold(replica.checkpointTs());
        }
    }

    /**
     * A worker repeats the last word of what ended unasked, holds its watermark there, and creates it no more, until it
     * is told to remove it. It answers a create with the end of that; then a repetition of the create may be on its way,
     * so the node is asked to remove before the span is placed again.
     */
    private void acknowledgeEnd(NodeId from, DispatcherStatus status, boolean absent, boolean awaited, long nowMillis) {
        DispatcherId id = status.dispatcher();
        if (!lifecycle.allows(LifecycleAction.SELF_HEAL)) {
            return;
        }
        if (status.state() == ComponentState.REMOVED) {
            if (absent && !operators.isInFlight(id)) {
                adoption.restoreRemoval(id, from, OperatorType.MOVE, nowMillis);
            }
        } else if (status.checkpointTs() > 0 && !awaited) {
            adoption.sendRemove(from, id);
        }
    }

    /** A merge registers its target when that works, which is what has just been heard. */
    private void onMadeOrUnknown(NodeId from, DispatcherStatus status) {
        SpanReplica made = registry.get(status.dispatcher());
        if (made == null) {
            onUnknown(from, status);
        } else if (from.equals(made.node())) {
            registry.report(made, status.state(), status.checkpointTs());
        }
    }

    private void onUnknown(NodeId from, DispatcherStatus status) {
        if (unclaimed.contains(status.dispatcher())) {
            unclaimed.report(from, status);
            return;
        }
        boolean orphan = status.state() == ComponentState.WORKING
                && !operators.isInFlight(status.dispatcher())
                && lifecycle.allows(LifecycleAction.SELF_HEAL);
        if (orphan) {
            adoption.sendRemove(from, status.dispatcher());
        }
    }
}
