package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.checkpoint.Watermarks;
import dev.maintainer.core.gate.CommandGate;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.membership.Drain;
import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.core.membership.FailureDetector;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.membership.RebalanceCooldown;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.registry.Tombstones;
import dev.maintainer.core.scheduling.host.SchedulerHost;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import dev.maintainer.operator.AdmissionPolicy;
import dev.maintainer.operator.DrivenSpan;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.OperatorOutput;
import dev.maintainer.operator.OperatorView;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All state of one replication pipeline: spans, operators, progress, and the way out. Its parts know each other only
 * through it; nothing inside takes a mode.
 */
final class Pipeline {
    final ChangefeedId changefeed;
    final MaintainerEpoch epoch;
    final NodeId self;
    final MaintainerConfig config;

    final DispatcherIds ids;
    final Trigger trigger;
    final Members members = new Members();
    final RebalanceCooldown cooldown = new RebalanceCooldown();
    final FailureDetector failureDetector;
    final Drain drain;
    final Eligibility eligibility;
    final SpanRegistry registry = new SpanRegistry();
    final UnclaimedDispatchers unclaimed = new UnclaimedDispatchers();
    final Tombstones tombstones;
    final Watermarks watermarks = new Watermarks();
    final CheckpointCalculator checkpoint;
    final ErrorBoard errors;
    final CommandGate gate;
    final OperatorController operators;
    final SchedulerHost scheduling;
    final WriteRelease release;
    final RedoProgress redo;

    Pipeline(
            Assignment assignment,
            SchedulerChoice choice,
            MaintainerConfig config,
            MaintainerPorts ports,
            CommandGate.Lifecycle lifecycle) {
        MaintainerObserver observer = ports.observer();
        this.changefeed = assignment.changefeed();
        this.epoch = assignment.epoch();
        this.self = assignment.self();
        long startTs = assignment.startTs();
        this.config = config;
        this.failureDetector = new FailureDetector(config.suspectMillis());
        this.drain = new Drain(cooldown, config.planning().calmMillis());
        this.eligibility = new Eligibility(
                members, failureDetector, drain, cooldown, config.planning().excludedNodes());
        this.ids = new DispatcherIds(changefeed, epoch);
        this.trigger = new Trigger(ids.next(), startTs);
        this.tombstones = new Tombstones(config.tombstoneMillis());
        this.checkpoint = new CheckpointCalculator(self, registry, watermarks, startTs);
        this.errors = new ErrorBoard(self);
        this.gate = new CommandGate(changefeed, epoch, lifecycle, ports.transport(), observer);
        this.operators =
                new OperatorController(registry, new Output(), members::isAlive, config.operators(), new Policy());
        this.scheduling = new SchedulerHost(
                changefeed,
                epoch,
                choice,
                ports.planning(),
                registry,
                operators,
                this::freshId,
                self,
                members,
                eligibility,
                drain,
                config.planning(),
                new PlanOutcome(observer));
        // What the checkpoint to start from has passed is in the sink already.
        this.release = new WriteRelease(this, assignment.bound() ? startTs : Long.MAX_VALUE);
        this.redo = new RedoProgress(this);
    }

    /** How much is left on the node that is being emptied. */
    DrainProgress drainProgress() {
        NodeId node = drain.node();
        long drainEpoch = drain.target().epoch();
        return node == null
                ? new DrainProgress(drainEpoch, 0, 0)
                : new DrainProgress(
                        drainEpoch, registry.boundCount(node) + unclaimed.countOn(node), operators.touching(node));
    }

    /** What keeps the checkpoint from rising. */
    CheckpointConstraint heldBy() {
        CheckpointConstraint holder = checkpoint.heldBy();
        return holder.kind() == CheckpointConstraint.Kind.NODE && release.holdsCheckpoint()
                ? CheckpointConstraint.REDO_LOG
                : holder;
    }

    /** Whether a dispatcher of a table may have this id. */
    boolean isUsable(DispatcherId id) {
        return !id.isZero() && !id.equals(trigger.id());
    }

    /** A checkpoint from outside; one that cannot be is 0, which says nothing. */
    static long soundTs(long ts) {
        return ts < 0 || ts == Long.MAX_VALUE ? 0 : ts;
    }

    /** An id that nothing here has, whatever workers say they run. */
    DispatcherId freshId() {
        DispatcherId id = ids.next();
        while (registry.get(id) != null || unclaimed.contains(id) || operators.isInFlight(id)) {
            id = ids.next();
        }
        return id;
    }

    /** Removes what is too much on a node, with an operator if none drives it. */
    void removeStray(NodeId node, DispatcherId dispatcher, long nowMillis) {
        if (!operators.removeStray(dispatcher, node, nowMillis).isAdmitted()) {
            sendRemove(LifecycleAction.SELF_HEAL, node, dispatcher);
        }
    }

    /**
     * Ends a dispatcher whose span stays, and places the span again afterwards. Its end may be in a heartbeat that gets
     * lost while the watermark goes on without it, so the span caps the checkpoint from now on.
     */
    void restoreRemoval(DispatcherId dispatcher, NodeId node, OperatorType intent, long nowMillis) {
        boolean admitted =
                operators.restoreRemoval(dispatcher, node, intent, nowMillis).isAdmitted();
        SpanReplica replica = registry.get(dispatcher);
        if (admitted && replica != null) {
            registry.markScheduling(replica);
        }
    }

    /** Waits for a merge that has begun under a former owner; if that cannot be, it is given up. */
    void restoreMerge(NodeId node, MergeInProgress merge, long nowMillis) {
        if (!operators.merge(merge.target(), merge.sources(), node, nowMillis).isAdmitted()) {
            removeStray(node, merge.target(), nowMillis);
        }
    }

    /** Tells a node to remove a dispatcher that no operator drives. */
    void sendRemove(LifecycleAction action, NodeId node, DispatcherId dispatcher) {
        gate.send(
                action,
                node,
                new WorkerCommand.RemoveDispatcher(
                        changefeed, epoch, dispatcher, OperatorType.REMOVE, operators.nextRequest()));
    }

    /** The lifecycle policy as an admission policy. */
    private final class Policy implements AdmissionPolicy {
        @Override
        public Optional<RefusalReason> refusal(DispatcherId dispatcher, OperatorType type) {
            boolean triggerClose = dispatcher.equals(trigger.id()) && type == OperatorType.REMOVE;
            LifecycleAction action =
                    triggerClose ? LifecycleAction.ADMIT_TRIGGER_CLOSE : LifecycleAction.ADMIT_OPERATOR;
            return switch (gate.permission(action)) {
                case ALLOWED -> Optional.empty();
                case NOT_YET -> Optional.of(RefusalReason.NOT_YET);
                case ONLY_IN_CASCADE, NEVER -> Optional.of(RefusalReason.CLOSED);
            };
        }

        @Override
        public boolean mayGetSpans(NodeId node) {
            return eligibility.allows(node);
        }
    }

    private final class PlanOutcome implements SchedulerHost.Outcome {
        private final MaintainerObserver observer;

        PlanOutcome(MaintainerObserver observer) {
            this.observer = observer;
        }

        @Override
        public void health(ErrorCode code, @Nullable String message) {
            errors.own(code, message);
        }

        @Override
        public void planned(long round, int admitted, int refused, String reason) {
            observer.planned(changefeed, epoch, round, admitted, refused, reason);
        }

        @Override
        public void schedulerChanged(String scheduler, SchedulerCondition condition, String why) {
            observer.schedulerChanged(changefeed, epoch, scheduler, condition, why);
        }

        @Override
        public void shadowCompared(ShadowAnswer answer) {
            observer.shadowCompared(changefeed, epoch, answer);
        }
    }

    private final class Output implements OperatorOutput {
        private final Set<DispatcherId> stuck = new HashSet<>();

        @Override
        public void send(
                DispatcherId dispatcher,
                @Nullable DrivenSpan span,
                OperatorType intent,
                OperatorCommand command,
                long request) {
            touch(span);
            if (command instanceof OperatorCommand.Merge merge) {
                gate.send(
                        LifecycleAction.RUN_OPERATOR,
                        merge.node(),
                        new WorkerCommand.MergeDispatchers(changefeed, epoch, dispatcher, merge.sources(), request));
                return;
            }
            if (command instanceof OperatorCommand.Remove) {
                LifecycleAction action = dispatcher.equals(trigger.id()) && intent == OperatorType.REMOVE
                        ? LifecycleAction.RUN_TRIGGER_CLOSE
                        : LifecycleAction.RUN_OPERATOR;
                gate.send(
                        action,
                        command.node(),
                        new WorkerCommand.RemoveDispatcher(changefeed, epoch, dispatcher, intent, request));
                return;
            }
            if (span == null || !span.isRegistered()) {
                throw new IllegalStateException("create of " + dispatcher + ", which has no span");
            }
            registry.requested(span, request);
            long startTs = Math.max(span.checkpointTs(), checkpoint.committedTs());
            gate.send(
                    LifecycleAction.RUN_OPERATOR,
                    command.node(),
                    new WorkerCommand.CreateDispatcher(
                            changefeed, epoch, dispatcher, span.span(), span.schema(), startTs, intent, request));
        }

        @Override
        public void finished(DispatcherId dispatcher, @Nullable DrivenSpan span, OperatorType type) {
            touch(span);
            scheduling.operatorFinished();
            if (stuck.remove(dispatcher) && stuck.isEmpty()) {
                errors.own(ErrorCode.OPERATOR_STUCK, null);
            }
        }

        /** Whether an operator drives it is news for planners. */
        private void touch(@Nullable DrivenSpan span) {
            if (span != null) {
                registry.touch(span);
            }
        }

        @Override
        public void stuck(OperatorView operator) {
            stuck.add(operator.dispatcher());
            errors.own(
                    ErrorCode.OPERATOR_STUCK,
                    operator.type() + " of dispatcher " + operator.dispatcher() + " waits in " + operator.phase()
                            + " since " + operator.ageMillis() + " ms");
        }
    }
}
