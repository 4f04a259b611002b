package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.host.PlanDemand;
import dev.maintainer.operator.DrivenSpan;
import dev.maintainer.operator.OperatorOutput;
import dev.maintainer.operator.OperatorView;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Carries to workers what operators want of them, and to planners and people what becomes of operators. */
final class OperatorCommands implements OperatorOutput {
    private final SpanRegistry registry;
    private final Trigger trigger;
    private final CommandSender commands;
    private final CheckpointCalculator checkpoint;
    private final PlanDemand demand;
    private final ErrorBoard errors;
    private final Set<DispatcherId> stuck = new HashSet<>();

    OperatorCommands(
            SpanRegistry registry,
            Trigger trigger,
            CommandSender commands,
            CheckpointCalculator checkpoint,
            PlanDemand demand,
            ErrorBoard errors) {
        this.registry = registry;
        this.trigger = trigger;
        this.commands = commands;
        this.checkpoint = checkpoint;
        this.demand = demand;
        this.errors = errors;
    }

    @Override
    public void send(
            DispatcherId dispatcher,
            @Nullable DrivenSpan span,
            OperatorType intent,
            OperatorCommand command,
            long request) {
        touch(span);
        if (command instanceof OperatorCommand.Create) {
            create(dispatcher, span, intent, command, request);
        } else if (command instanceof OperatorCommand.Remove) {
            LifecycleAction action = dispatcher.equals(trigger.id()) && intent == OperatorType.REMOVE
                    ? LifecycleAction.RUN_TRIGGER_CLOSE
                    : LifecycleAction.RUN_OPERATOR;
            commands.remove(action, command.node(), dispatcher, intent, request);
        } else if (command instanceof OperatorCommand.Merge merge) {
            commands.merge(merge.node(), dispatcher, merge.sources(), request);
        } else {
            throw new IllegalStateException("unknown command " + command);
        }
    }

    private void create(
            DispatcherId dispatcher,
            @Nullable DrivenSpan span,
            OperatorType intent,
            OperatorCommand command,
            long request) {
        if (span == null || !span.isRegistered()) {
            throw new IllegalStateException("create of " + dispatcher + ", which has no span");
        }
        registry.requested(span, request);
        long startTs = Math.max(span.checkpointTs(), checkpoint.committedTs());
        // What is known of the time behind its own checkpoint says nothing of the time behind a later one.
        PartialCommit partial = startTs == span.checkpointTs() ? ((SpanReplica) span).partial() : PartialCommit.NONE;
        commands.create(command.node(), span, startTs, partial, intent, request);
    }

    @Override
    public void finished(DispatcherId dispatcher, @Nullable DrivenSpan span, OperatorType type) {
        touch(span);
        demand.operatorFinished();
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
