package dev.maintainer.transport.grpc.wire;

import static dev.maintainer.transport.grpc.wire.ModelReader.all;
import static dev.maintainer.transport.grpc.wire.ModelReader.changefeed;
import static dev.maintainer.transport.grpc.wire.ModelReader.dispatcher;
import static dev.maintainer.transport.grpc.wire.ModelReader.drainTarget;
import static dev.maintainer.transport.grpc.wire.ModelReader.epoch;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.transport.grpc.wire.WireException.Reason;
import dev.maintainer.transport.grpc.wire.proto.Messages;

/** Messages from the wire. The counterpart of {@link MessageWriter}. */
final class MessageReader {
    private MessageReader() {}

    static Message message(Messages.WireMessage in) {
        return switch (in.getKindCase()) {
            case COORDINATOR_BOOTSTRAP -> coordinatorBootstrap(in.getCoordinatorBootstrap());
            case ADD_MAINTAINER -> addMaintainer(in.getAddMaintainer());
            case REMOVE_MAINTAINER -> removeMaintainer(in.getRemoveMaintainer());
            case SET_DRAIN_TARGET -> setDrainTarget(in.getSetDrainTarget());
            case ACKNOWLEDGE_FINAL_STATUS -> acknowledgeFinalStatus(in.getAcknowledgeFinalStatus());
            case HOST_SNAPSHOT -> hostSnapshot(in.getHostSnapshot());
            case MAINTAINER_HEARTBEAT -> maintainerHeartbeat(in.getMaintainerHeartbeat());
            case DRAIN_TARGET_HELD -> drainTargetHeld(in.getDrainTargetHeld());
            case REQUEST_REFUSED -> requestRefused(in.getRequestRefused());
            case BOOTSTRAP -> bootstrap(in.getBootstrap());
            case POST_BOOTSTRAP -> postBootstrap(in.getPostBootstrap());
            case CREATE_DISPATCHER -> createDispatcher(in.getCreateDispatcher());
            case REMOVE_DISPATCHER -> removeDispatcher(in.getRemoveDispatcher());
            case MERGE_DISPATCHERS -> mergeDispatchers(in.getMergeDispatchers());
            case ACKNOWLEDGE_BLOCK_STATUS -> acknowledgeBlockStatus(in.getAcknowledgeBlockStatus());
            case ACKNOWLEDGE_BARRIER_REPORT -> acknowledgeBarrierReport(in.getAcknowledgeBarrierReport());
            case RESOLVE_BARRIER -> resolveBarrier(in.getResolveBarrier());
            case RELEASE -> release(in.getRelease());
            case PERSIST_REDO_META -> persistRedoMeta(in.getPersistRedoMeta());
            case CLOSE_CHANGEFEED -> closeChangefeed(in.getCloseChangefeed());
            case BOOTSTRAP_SNAPSHOT -> bootstrapSnapshot(in.getBootstrapSnapshot());
            case BOOTSTRAP_FAILED -> bootstrapFailed(in.getBootstrapFailed());
            case POST_BOOTSTRAP_DONE -> postBootstrapDone(in.getPostBootstrapDone());
            case HEARTBEAT -> heartbeat(in.getHeartbeat());
            case BLOCK_STATUS_REPORT -> blockStatusReport(in.getBlockStatusReport());
            case BARRIER_REPORT -> barrierReport(in.getBarrierReport());
            case REDO_META_PERSISTED -> redoMetaPersisted(in.getRedoMetaPersisted());
            case CLOSE_DONE -> closeDone(in.getCloseDone());
            case COMMAND_REFUSED -> commandRefused(in.getCommandRefused());
            case KIND_NOT_SET -> throw new WireException(Reason.UNKNOWN_KIND, "a message of no kind known here");
        };
    }

    private static Message coordinatorBootstrap(Messages.CoordinatorBootstrap in) {
        return new CoordinatorRequest.CoordinatorBootstrap(
                Required.number(in.hasVersion(), in.getVersion(), "version of the coordinator"));
    }

    private static Message addMaintainer(Messages.AddMaintainer in) {
        return new CoordinatorRequest.AddMaintainer(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                Required.number(in.hasCheckpointTs(), in.getCheckpointTs(), "checkpoint to start from"),
                ModelReader.manifest(in.hasManifest(), in.getManifest()),
                Required.number(in.hasMembershipVersion(), in.getMembershipVersion(), "membership version"),
                Required.part(in.hasScheduler(), in.getScheduler(), "scheduler"),
                Required.flag(in.hasRedo(), in.getRedo(), "word on a redo log"),
                ModelReader.configuration(in.getSettingsList()));
    }

    private static Message removeMaintainer(Messages.RemoveMaintainer in) {
        return new CoordinatorRequest.RemoveMaintainer(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                Enums.REMOVAL.read(in.getMode()));
    }

    private static Message setDrainTarget(Messages.SetDrainTarget in) {
        return new CoordinatorRequest.SetDrainTarget(drainTarget(in.hasDrain(), in.getDrain()));
    }

    private static Message acknowledgeFinalStatus(Messages.AcknowledgeFinalStatus in) {
        return new CoordinatorRequest.AcknowledgeFinalStatus(
                changefeed(in.hasChangefeed(), in.getChangefeed()), epoch(in.hasEpoch(), in.getEpoch()));
    }

    private static Message hostSnapshot(Messages.HostSnapshot in) {
        return new CoordinatorReport.HostSnapshot(
                Required.number(in.hasVersion(), in.getVersion(), "version of the coordinator"),
                all(in.getMaintainersList(), ModelReader::maintainer),
                drainTarget(in.hasDrain(), in.getDrain()));
    }

    private static Message maintainerHeartbeat(Messages.MaintainerHeartbeat in) {
        return new CoordinatorReport.MaintainerHeartbeat(all(in.getMaintainersList(), ModelReader::maintainer));
    }

    private static Message drainTargetHeld(Messages.DrainTargetHeld in) {
        return new CoordinatorReport.DrainTargetHeld(
                drainTarget(in.hasDrain(), in.getDrain()),
                Required.count(in.hasMaintainers(), in.getMaintainers(), "number of maintainers"));
    }

    private static Message requestRefused(Messages.RequestRefused in) {
        return new CoordinatorReport.RequestRefused(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                in.hasCurrentEpoch() ? epoch(true, in.getCurrentEpoch()) : null,
                Required.part(in.hasRequest(), in.getRequest(), "kind of the refused request"),
                Enums.REFUSAL.read(in.getReason()));
    }

    private static Message bootstrap(Messages.Bootstrap in) {
        return new WorkerCommand.Bootstrap(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                Required.number(in.hasStartTs(), in.getStartTs(), "start of the trigger"),
                in.hasTrigger() ? dispatcher(in.getTrigger()) : null,
                Required.flag(in.hasLate(), in.getLate(), "word on whether the bootstrap is late"),
                Required.number(in.hasReleasedTs(), in.getReleasedTs(), "released time"),
                ModelReader.configuration(in.getSettingsList()));
    }

    private static Message postBootstrap(Messages.PostBootstrap in) {
        return new WorkerCommand.PostBootstrap(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                dispatcher(in.hasTrigger(), in.getTrigger()));
    }

    private static Message createDispatcher(Messages.CreateDispatcher in) {
        return new WorkerCommand.CreateDispatcher(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                dispatcher(in.hasDispatcher(), in.getDispatcher()),
                ModelReader.span(in.hasSpan(), in.getSpan()),
                ModelReader.schema(in.hasSchema(), in.getSchema()),
                Required.number(in.hasStartTs(), in.getStartTs(), "start of a dispatcher"),
                Enums.PARTIAL.read(in.getPartial()),
                Enums.OPERATOR.read(in.getIntent()),
                request(in.hasRequest(), in.getRequest()));
    }

    private static long request(boolean present, long value) {
        return Required.number(present, value, "number of the request");
    }

    private static Message removeDispatcher(Messages.RemoveDispatcher in) {
        return new WorkerCommand.RemoveDispatcher(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                dispatcher(in.hasDispatcher(), in.getDispatcher()),
                Enums.OPERATOR.read(in.getIntent()),
                request(in.hasRequest(), in.getRequest()));
    }

    private static Message mergeDispatchers(Messages.MergeDispatchers in) {
        return new WorkerCommand.MergeDispatchers(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                dispatcher(in.hasTarget(), in.getTarget()),
                all(in.getSourcesList(), ModelReader::dispatcher),
                request(in.hasRequest(), in.getRequest()));
    }

    private static Message acknowledgeBlockStatus(Messages.AcknowledgeBlockStatus in) {
        return new WorkerCommand.AcknowledgeBlockStatus(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                dispatcher(in.hasDispatcher(), in.getDispatcher()),
                Required.number(in.hasCommitTs(), in.getCommitTs(), "commit time"));
    }

    private static Message acknowledgeBarrierReport(Messages.AcknowledgeBarrierReport in) {
        return new WorkerCommand.AcknowledgeBarrierReport(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                Required.number(in.hasSequence(), in.getSequence(), "sequence"),
                all(in.getDeferredList(), ModelReader::dispatcher));
    }

    private static Message resolveBarrier(Messages.ResolveBarrier in) {
        return new WorkerCommand.ResolveBarrier(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                ModelReader.key(in.hasEvent(), in.getEvent()),
                Enums.BARRIER_ACTION.read(in.getAction()),
                Required.number(in.hasAttempt(), in.getAttempt(), "attempt"));
    }

    private static Message release(Messages.Release in) {
        return new WorkerCommand.Release(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                Required.number(in.hasReleasedTs(), in.getReleasedTs(), "released time"));
    }

    private static Message persistRedoMeta(Messages.PersistRedoMeta in) {
        return new WorkerCommand.PersistRedoMeta(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                dispatcher(in.hasTrigger(), in.getTrigger()),
                ModelReader.redoMeta(in.hasMeta(), in.getMeta()));
    }

    private static Message closeChangefeed(Messages.CloseChangefeed in) {
        return new WorkerCommand.CloseChangefeed(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                Enums.REMOVAL.read(in.getMode()));
    }

    private static long incarnation(boolean present, long value) {
        return Required.number(present, value, "incarnation");
    }

    private static Message bootstrapSnapshot(Messages.BootstrapSnapshot in) {
        return new WorkerReport.BootstrapSnapshot(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                incarnation(in.hasIncarnation(), in.getIncarnation()),
                Required.number(in.hasTriggerStartTs(), in.getTriggerStartTs(), "start of the trigger"),
                all(in.getDispatchersList(), ModelReader::snapshot),
                all(in.getJournalList(), ModelReader::journalEntry),
                all(in.getMergesList(), ModelReader::merge));
    }

    private static Message bootstrapFailed(Messages.BootstrapFailed in) {
        return new WorkerReport.BootstrapFailed(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                ModelReader.error(Required.part(in.hasError(), in.getError(), "error")));
    }

    private static Message postBootstrapDone(Messages.PostBootstrapDone in) {
        return new WorkerReport.PostBootstrapDone(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                dispatcher(in.hasTrigger(), in.getTrigger()),
                in.hasError() ? ModelReader.error(in.getError()) : null);
    }

    private static Message heartbeat(Messages.Heartbeat in) {
        return new WorkerReport.Heartbeat(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                incarnation(in.hasIncarnation(), in.getIncarnation()),
                executed(in.hasExecuted(), in.getExecuted()),
                in.hasWatermark() ? ModelReader.watermark(in.getWatermark()) : null,
                all(in.getStatusesList(), ModelReader::status),
                Required.flag(in.hasComplete(), in.getComplete(), "word on whether the report is complete"),
                all(in.getErrorsList(), ModelReader::error));
    }

    private static long executed(boolean present, long value) {
        return Required.number(present, value, "number of executed requests");
    }

    private static Message blockStatusReport(Messages.BlockStatusReport in) {
        return new WorkerReport.BlockStatusReport(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                incarnation(in.hasIncarnation(), in.getIncarnation()),
                all(in.getStatusesList(), ModelReader::blockStatus));
    }

    private static Message barrierReport(Messages.BarrierReport in) {
        return new WorkerReport.BarrierReport(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                incarnation(in.hasIncarnation(), in.getIncarnation()),
                executed(in.hasExecuted(), in.getExecuted()),
                Required.number(in.hasSequence(), in.getSequence(), "sequence"),
                all(in.getProgressList(), ModelReader::barrierProgress));
    }

    private static Message redoMetaPersisted(Messages.RedoMetaPersisted in) {
        return new WorkerReport.RedoMetaPersisted(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                dispatcher(in.hasTrigger(), in.getTrigger()),
                ModelReader.redoMeta(in.hasMeta(), in.getMeta()));
    }

    private static Message closeDone(Messages.CloseDone in) {
        return new WorkerReport.CloseDone(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                Enums.CLOSE.read(in.getOutcome()));
    }

    private static Message commandRefused(Messages.CommandRefused in) {
        return new WorkerReport.CommandRefused(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                epoch(in.hasCurrentEpoch(), in.getCurrentEpoch()),
                Required.part(in.hasCommand(), in.getCommand(), "kind of the refused command"));
    }
}
