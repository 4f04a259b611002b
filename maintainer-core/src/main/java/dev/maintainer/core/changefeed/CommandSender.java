package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.core.gate.CommandGate;
import dev.maintainer.operator.DrivenSpan;
import java.util.List;

/** Makes the commands of a maintainer, in the name of its pipeline and under its epoch, and hands them to the gate. */
final class CommandSender {
    private final ChangefeedId changefeed;
    private final MaintainerEpoch epoch;
    private final ChangefeedConfiguration configuration;
    private final Trigger trigger;
    private final CommandGate gate;

    CommandSender(Assignment assignment, Trigger trigger, CommandGate gate) {
        this.changefeed = assignment.changefeed();
        this.epoch = assignment.epoch();
        this.configuration = assignment.configuration();
        this.trigger = trigger;
        this.gate = gate;
    }

    /** Asks a node what it runs; the trigger's node makes that, too. */
    void bootstrap(NodeId to, long startTs, boolean late, long releasedTs) {
        DispatcherId made = to.equals(trigger.node()) ? trigger.id() : null;
        gate.send(
                LifecycleAction.SEND_BOOTSTRAP,
                to,
                new WorkerCommand.Bootstrap(changefeed, epoch, startTs, made, late, releasedTs, configuration));
    }

    /** Lets the trigger begin. */
    void startTrigger() {
        gate.send(
                LifecycleAction.SEND_POST_BOOTSTRAP,
                trigger.node(),
                new WorkerCommand.PostBootstrap(changefeed, epoch, trigger.id()));
    }

    /** Tells the trigger that its DDLs up to a commit time, a TSO, are applied. */
    void acknowledgeBlockStatus(long commitTs) {
        gate.send(
                LifecycleAction.HANDLE_BLOCK_STATUS,
                trigger.node(),
                new WorkerCommand.AcknowledgeBlockStatus(changefeed, epoch, trigger.id(), commitTs));
    }

    /** Tells a node that what it reported of block events was taken in, but for some dispatchers. */
    void acknowledgeBarrierReport(NodeId to, long sequence, List<DispatcherId> deferred) {
        gate.send(
                LifecycleAction.HANDLE_BLOCK_STATUS,
                to,
                new WorkerCommand.AcknowledgeBarrierReport(changefeed, epoch, sequence, deferred));
    }

    /** Tells a node what becomes of a block event. */
    void resolveBarrier(NodeId to, BlockKey event, BarrierAction action, long attempt) {
        gate.send(
                LifecycleAction.HANDLE_BLOCK_STATUS,
                to,
                new WorkerCommand.ResolveBarrier(changefeed, epoch, event, action, attempt));
    }

    /** Has the trigger make a promise of the redo log durable. */
    void persistRedoMeta(RedoMeta meta) {
        gate.send(
                LifecycleAction.FORWARD_REDO,
                trigger.node(),
                new WorkerCommand.PersistRedoMeta(changefeed, epoch, trigger.id(), meta));
    }

    /** Tells a node how far its dispatchers may write; a TSO. */
    void release(NodeId to, long releasedTs) {
        gate.send(LifecycleAction.FORWARD_REDO, to, new WorkerCommand.Release(changefeed, epoch, releasedTs));
    }

    /** Has a node close the changefeed. */
    void close(NodeId to, RemovalMode mode) {
        gate.send(LifecycleAction.SEND_CLOSE, to, new WorkerCommand.CloseChangefeed(changefeed, epoch, mode));
    }

    /** Has a node create the dispatcher of a span. */
    void create(NodeId to, DrivenSpan span, long startTs, PartialCommit partial, OperatorType intent, long request) {
        gate.send(
                LifecycleAction.RUN_OPERATOR,
                to,
                new WorkerCommand.CreateDispatcher(
                        changefeed, epoch, span.id(), span.span(), span.schema(), startTs, partial, intent, request));
    }

    /** Has a node merge dispatchers. */
    void merge(NodeId to, DispatcherId target, List<DispatcherId> sources, long request) {
        gate.send(
                LifecycleAction.RUN_OPERATOR,
                to,
                new WorkerCommand.MergeDispatchers(changefeed, epoch, target, sources, request));
    }

    /** Has a node remove a dispatcher. */
    void remove(LifecycleAction action, NodeId to, DispatcherId dispatcher, OperatorType intent, long request) {
        gate.send(action, to, new WorkerCommand.RemoveDispatcher(changefeed, epoch, dispatcher, intent, request));
    }
}
