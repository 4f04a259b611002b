package dev.maintainer.transport.grpc.wire;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.transport.grpc.wire.proto.Messages;

/** Messages for the wire. The counterpart of {@link MessageReader}. */
final class MessageWriter {
    private MessageWriter() {}

    static Messages.WireMessage message(Message message) {
        Messages.WireMessage.Builder out = Messages.WireMessage.newBuilder();
        if (message instanceof WorkerReport report) {
            report(out, report);
        } else if (message instanceof WorkerCommand command) {
            command(out, command);
        } else if (message instanceof CoordinatorRequest request) {
            request(out, request);
        } else if (message instanceof CoordinatorReport report) {
            coordinatorReport(out, report);
        } else {
            throw unknown(message);
        }
        return out.build();
    }

    private static IllegalStateException unknown(Message message) {
        return new IllegalStateException("message " + message.kind() + " has no form on the wire");
    }

    private static void request(Messages.WireMessage.Builder out, CoordinatorRequest request) {
        if (request instanceof CoordinatorRequest.CoordinatorBootstrap it) {
            out.getCoordinatorBootstrapBuilder().setVersion(it.version());
        } else if (request instanceof CoordinatorRequest.AddMaintainer it) {
            out.getAddMaintainerBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setCheckpointTs(it.checkpointTs())
                    .setManifest(ModelWriter.manifest(it.manifest()))
                    .setMembershipVersion(it.membershipVersion())
                    .setScheduler(Text.name(it.scheduler()))
                    .setRedo(it.redo())
                    .addAllSettings(ModelWriter.settings(it.configuration()));
        } else if (request instanceof CoordinatorRequest.RemoveMaintainer it) {
            out.getRemoveMaintainerBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setMode(Enums.REMOVAL.write(it.mode()));
        } else if (request instanceof CoordinatorRequest.SetDrainTarget it) {
            out.getSetDrainTargetBuilder().setDrain(ModelWriter.drainTarget(it.drain()));
        } else if (request instanceof CoordinatorRequest.AcknowledgeFinalStatus it) {
            out.getAcknowledgeFinalStatusBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value());
        } else {
            throw unknown(request);
        }
    }

    private static void coordinatorReport(Messages.WireMessage.Builder out, CoordinatorReport report) {
        if (report instanceof CoordinatorReport.HostSnapshot it) {
            out.getHostSnapshotBuilder()
                    .setVersion(it.version())
                    .addAllMaintainers(ModelWriter.all(it.maintainers(), ModelWriter::maintainer))
                    .setDrain(ModelWriter.drainTarget(it.drain()));
        } else if (report instanceof CoordinatorReport.MaintainerHeartbeat it) {
            out.getMaintainerHeartbeatBuilder()
                    .addAllMaintainers(ModelWriter.all(it.maintainers(), ModelWriter::maintainer));
        } else if (report instanceof CoordinatorReport.DrainTargetHeld it) {
            out.getDrainTargetHeldBuilder()
                    .setDrain(ModelWriter.drainTarget(it.drain()))
                    .setMaintainers(it.maintainers());
        } else if (report instanceof CoordinatorReport.RequestRefused it) {
            Messages.RequestRefused.Builder refused = out.getRequestRefusedBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setRequest(Text.name(it.request()))
                    .setReason(Enums.REFUSAL.write(it.reason()));
            if (it.currentEpoch() != null) {
                refused.setCurrentEpoch(it.currentEpoch().value());
            }
        } else {
            throw unknown(report);
        }
    }

    private static void command(Messages.WireMessage.Builder out, WorkerCommand command) {
        if (command instanceof WorkerCommand.Bootstrap it) {
            Messages.Bootstrap.Builder bootstrap = out.getBootstrapBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setStartTs(it.startTs())
                    .setLate(it.late())
                    .setReleasedTs(it.releasedTs())
                    .addAllSettings(ModelWriter.settings(it.configuration()));
            if (it.trigger() != null) {
                bootstrap.setTrigger(ModelWriter.dispatcher(it.trigger()));
            }
        } else if (command instanceof WorkerCommand.PostBootstrap it) {
            out.getPostBootstrapBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setTrigger(ModelWriter.dispatcher(it.trigger()));
        } else if (command instanceof WorkerCommand.CreateDispatcher it) {
            out.getCreateDispatcherBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setDispatcher(ModelWriter.dispatcher(it.dispatcher()))
                    .setSpan(ModelWriter.span(it.span()))
                    .setSchema(it.schema().value())
                    .setStartTs(it.startTs())
                    .setPartial(Enums.PARTIAL.write(it.partial()))
                    .setIntent(Enums.OPERATOR.write(it.intent()))
                    .setRequest(it.request());
        } else if (command instanceof WorkerCommand.RemoveDispatcher it) {
            out.getRemoveDispatcherBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setDispatcher(ModelWriter.dispatcher(it.dispatcher()))
                    .setIntent(Enums.OPERATOR.write(it.intent()))
                    .setRequest(it.request());
        } else if (command instanceof WorkerCommand.MergeDispatchers it) {
            out.getMergeDispatchersBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setTarget(ModelWriter.dispatcher(it.target()))
                    .addAllSources(ModelWriter.all(it.sources(), ModelWriter::dispatcher))
                    .setRequest(it.request());
        } else if (command instanceof WorkerCommand.AcknowledgeBlockStatus it) {
            out.getAcknowledgeBlockStatusBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setDispatcher(ModelWriter.dispatcher(it.dispatcher()))
                    .setCommitTs(it.commitTs());
        } else if (command instanceof WorkerCommand.AcknowledgeBarrierReport it) {
            out.getAcknowledgeBarrierReportBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setSequence(it.sequence())
                    .addAllDeferred(ModelWriter.all(it.deferred(), ModelWriter::dispatcher));
        } else if (command instanceof WorkerCommand.ResolveBarrier it) {
            out.getResolveBarrierBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setEvent(ModelWriter.key(it.event()))
                    .setAction(Enums.BARRIER_ACTION.write(it.action()))
                    .setAttempt(it.attempt());
        } else if (command instanceof WorkerCommand.Release it) {
            out.getReleaseBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setReleasedTs(it.releasedTs());
        } else if (command instanceof WorkerCommand.PersistRedoMeta it) {
            out.getPersistRedoMetaBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setTrigger(ModelWriter.dispatcher(it.trigger()))
                    .setMeta(ModelWriter.redoMeta(it.meta()));
        } else if (command instanceof WorkerCommand.CloseChangefeed it) {
            out.getCloseChangefeedBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setMode(Enums.REMOVAL.write(it.mode()));
        } else {
            throw unknown(command);
        }
    }

    private static void report(Messages.WireMessage.Builder out, WorkerReport report) {
        if (report instanceof WorkerReport.Heartbeat it) {
            Messages.Heartbeat.Builder heartbeat = out.getHeartbeatBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setIncarnation(it.incarnation())
                    .setExecuted(it.executed())
                    .addAllStatuses(ModelWriter.all(it.statuses(), ModelWriter::status))
                    .setComplete(it.complete())
                    .addAllErrors(ModelWriter.all(it.errors(), ModelWriter::error));
            if (it.watermark() != null) {
                heartbeat.setWatermark(ModelWriter.watermark(it.watermark()));
            }
        } else if (report instanceof WorkerReport.BootstrapSnapshot it) {
            out.getBootstrapSnapshotBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setIncarnation(it.incarnation())
                    .setTriggerStartTs(it.triggerStartTs())
                    .addAllDispatchers(ModelWriter.all(it.dispatchers(), ModelWriter::snapshot))
                    .addAllJournal(ModelWriter.all(it.journal(), ModelWriter::journalEntry))
                    .addAllMerges(ModelWriter.all(it.merges(), ModelWriter::merge));
        } else if (report instanceof WorkerReport.BootstrapFailed it) {
            out.getBootstrapFailedBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setError(ModelWriter.error(it.error()));
        } else if (report instanceof WorkerReport.PostBootstrapDone it) {
            Messages.PostBootstrapDone.Builder done = out.getPostBootstrapDoneBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setTrigger(ModelWriter.dispatcher(it.trigger()));
            if (it.error() != null) {
                done.setError(ModelWriter.error(it.error()));
            }
        } else if (report instanceof WorkerReport.BlockStatusReport it) {
            out.getBlockStatusReportBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setIncarnation(it.incarnation())
                    .addAllStatuses(ModelWriter.all(it.statuses(), ModelWriter::blockStatus));
        } else if (report instanceof WorkerReport.BarrierReport it) {
            out.getBarrierReportBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setIncarnation(it.incarnation())
                    .setExecuted(it.executed())
                    .setSequence(it.sequence())
                    .addAllProgress(ModelWriter.all(it.progress(), ModelWriter::barrierProgress));
        } else if (report instanceof WorkerReport.RedoMetaPersisted it) {
            out.getRedoMetaPersistedBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setTrigger(ModelWriter.dispatcher(it.trigger()))
                    .setMeta(ModelWriter.redoMeta(it.meta()));
        } else if (report instanceof WorkerReport.CloseDone it) {
            out.getCloseDoneBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setOutcome(Enums.CLOSE.write(it.outcome()));
        } else if (report instanceof WorkerReport.CommandRefused it) {
            out.getCommandRefusedBuilder()
                    .setChangefeed(ModelWriter.changefeed(it.changefeed()))
                    .setEpoch(it.epoch().value())
                    .setCurrentEpoch(it.currentEpoch().value())
                    .setCommand(Text.name(it.command()));
        } else {
            throw unknown(report);
        }
    }
}
