package dev.maintainer.transport.grpc.wire;

import com.google.protobuf.UnsafeByteOperations;
import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.message.BarrierProgress;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.transport.grpc.wire.proto.Model;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** The values that messages are made of, for the wire. The counterpart of {@link ModelReader}. */
final class ModelWriter {
    private static final Model.SpanBound AFTER_ALL =
            Model.SpanBound.newBuilder().setAfterAll(true).build();

    private ModelWriter() {}

    static <T, P> List<P> all(Collection<T> values, Function<T, P> one) {
        return values.stream().map(one).toList();
    }

    static Model.ChangefeedId changefeed(ChangefeedId changefeed) {
        return Model.ChangefeedId.newBuilder()
                .setName(changefeed.name())
                .setMode(Enums.MODE.write(changefeed.mode()))
                .build();
    }

    static List<Model.Setting> settings(ChangefeedConfiguration configuration) {
        return configuration.settings().entrySet().stream()
                .map(setting -> Model.Setting.newBuilder()
                        .setKey(Text.name(setting.getKey()))
                        .setValue(Text.name(setting.getValue()))
                        .build())
                .toList();
    }

    static Model.DispatcherId dispatcher(DispatcherId id) {
        return Model.DispatcherId.newBuilder()
                .setHigh(id.high())
                .setLow(id.low())
                .build();
    }

    static Model.TableSpan span(TableSpan span) {
        return Model.TableSpan.newBuilder()
                .setTable(span.table().value())
                .setStart(bound(span.start()))
                .setEnd(bound(span.end()))
                .build();
    }

    private static Model.SpanBound bound(SpanBound bound) {
        return bound.equals(SpanBound.HIGHEST)
                ? AFTER_ALL
                : Model.SpanBound.newBuilder()
                        .setBeforeKey(UnsafeByteOperations.unsafeWrap(bound.bytes()))
                        .build();
    }

    private static Model.TableInfo table(TableInfo table) {
        return Model.TableInfo.newBuilder()
                .setTable(table.table().value())
                .setSchema(table.schema().value())
                .setName(Model.TableName.newBuilder()
                        .setSchema(Text.name(table.name().schema()))
                        .setTable(Text.name(table.name().table())))
                .setSplittable(table.splittable())
                .build();
    }

    private static Model.TableChange change(TableChange change) {
        Model.TableChange.Builder out = Model.TableChange.newBuilder();
        if (change instanceof TableChange.AddTable add) {
            return out.setAddTable(table(add.table())).build();
        }
        if (change instanceof TableChange.DropTable drop) {
            return out.setDropTable(drop.table().value()).build();
        }
        if (change instanceof TableChange.DropSchema drop) {
            return out.setDropSchema(drop.schema().value()).build();
        }
        if (change instanceof TableChange.RenameTable rename) {
            return out.setRenameTable(table(rename.table())).build();
        }
        throw new IllegalStateException("unknown change " + change);
    }

    static Model.BlockKey key(BlockKey key) {
        return Model.BlockKey.newBuilder()
                .setCommitTs(key.commitTs())
                .setKind(Enums.BLOCK_KIND.write(key.kind()))
                .build();
    }

    private static Model.BlockScope scope(BlockScope scope) {
        Model.BlockScope.Builder out = Model.BlockScope.newBuilder();
        if (scope instanceof BlockScope.Tables some) {
            Model.BlockScope.Tables.Builder tables = Model.BlockScope.Tables.newBuilder();
            some.tables().forEach(table -> tables.addTables(table.value()));
            return out.setTables(tables).build();
        }
        if (scope instanceof BlockScope.Schema one) {
            return out.setSchema(one.schema().value()).build();
        }
        if (scope instanceof BlockScope.All) {
            return out.setAll(true).build();
        }
        throw new IllegalStateException("unknown scope " + scope);
    }

    private static Model.BlockEvent event(BlockEvent event) {
        return Model.BlockEvent.newBuilder()
                .setKey(key(event.key()))
                .setScope(scope(event.scope()))
                .addAllChanges(all(event.changes(), ModelWriter::change))
                .setStatement(Text.prose(event.statement()))
                .build();
    }

    static Model.BlockStatus blockStatus(BlockStatus status) {
        return Model.BlockStatus.newBuilder()
                .setDispatcher(dispatcher(status.dispatcher()))
                .setCommitTs(status.commitTs())
                .setStage(Enums.BLOCK_STAGE.write(status.stage()))
                .addAllChanges(all(status.changes(), ModelWriter::change))
                .build();
    }

    static Model.BarrierProgress barrierProgress(BarrierProgress progress) {
        Model.BarrierProgress.Builder out = Model.BarrierProgress.newBuilder()
                .setEvent(event(progress.event()))
                .setStage(Enums.BLOCK_STAGE.write(progress.stage()))
                .setAttempt(progress.attempt())
                .addAllDispatchers(all(progress.dispatchers(), ModelWriter::dispatcher));
        if (progress.refusal() != null) {
            out.setRefusal(Text.prose(progress.refusal()));
        }
        return out.build();
    }

    static Model.DispatcherStatus status(DispatcherStatus status) {
        return Model.DispatcherStatus.newBuilder()
                .setDispatcher(dispatcher(status.dispatcher()))
                .setState(Enums.STATE.write(status.state()))
                .setCheckpointTs(status.checkpointTs())
                .build();
    }

    static Model.DispatcherSnapshot snapshot(DispatcherSnapshot snapshot) {
        return Model.DispatcherSnapshot.newBuilder()
                .setDispatcher(dispatcher(snapshot.dispatcher()))
                .setSpan(span(snapshot.span()))
                .setSchema(snapshot.schema().value())
                .setState(Enums.STATE.write(snapshot.state()))
                .setCheckpointTs(snapshot.checkpointTs())
                .build();
    }

    static Model.JournalEntry journalEntry(JournalEntry entry) {
        return Model.JournalEntry.newBuilder()
                .setKind(Enums.JOURNAL_KIND.write(entry.kind()))
                .setDispatcher(dispatcher(entry.dispatcher()))
                .setSpan(span(entry.span()))
                .setSchema(entry.schema().value())
                .setStartTs(entry.startTs())
                .setIntent(Enums.OPERATOR.write(entry.intent()))
                .build();
    }

    static Model.MergeInProgress merge(MergeInProgress merge) {
        return Model.MergeInProgress.newBuilder()
                .setTarget(dispatcher(merge.target()))
                .setSpan(span(merge.span()))
                .addAllSources(all(merge.sources(), ModelWriter::dispatcher))
                .build();
    }

    static Model.Watermark watermark(Watermark watermark) {
        return Model.Watermark.newBuilder()
                .setCheckpointTs(watermark.checkpointTs())
                .setResolvedTs(watermark.resolvedTs())
                .setSeq(watermark.seq())
                .build();
    }

    static Model.WorkerError error(WorkerError error) {
        return Model.WorkerError.newBuilder()
                .setNode(Text.name(error.node().value()))
                .setCode(error.code().code())
                .setMessage(Text.prose(error.message()))
                .build();
    }

    static Model.RedoMeta redoMeta(RedoMeta meta) {
        return Model.RedoMeta.newBuilder()
                .setCheckpointTs(meta.checkpointTs())
                .setResolvedTs(meta.resolvedTs())
                .build();
    }

    private static Model.SpanPart part(SpanPart part) {
        Model.SpanPart.Builder out = Model.SpanPart.newBuilder()
                .setDispatcher(dispatcher(part.dispatcher()))
                .setSpan(span(part.span()));
        if (part.target() != null) {
            out.setTarget(Text.name(part.target().value()));
        }
        return out.build();
    }

    private static Model.FrozenOperator frozen(FrozenOperator operator) {
        Model.FrozenOperator.Builder out = Model.FrozenOperator.newBuilder()
                .setDispatcher(dispatcher(operator.dispatcher()))
                .setType(Enums.OPERATOR.write(operator.type()))
                .setPhase(Text.prose(operator.phase()))
                .setCheckpointTs(operator.checkpointTs())
                .addAllParts(all(operator.parts(), ModelWriter::part));
        if (operator.span() != null) {
            out.setSpan(span(operator.span()));
        }
        if (operator.origin() != null) {
            out.setOrigin(Text.name(operator.origin().value()));
        }
        if (operator.destination() != null) {
            out.setDestination(Text.name(operator.destination().value()));
        }
        return out.build();
    }

    static Model.HandoffManifest manifest(HandoffManifest manifest) {
        return Model.HandoffManifest.newBuilder()
                .addAllFrozen(all(manifest.frozen(), ModelWriter::frozen))
                .addAllRedo(all(manifest.redo(), ModelWriter::frozen))
                .build();
    }

    static Model.DrainTarget drainTarget(DrainTarget drain) {
        Model.DrainTarget.Builder out = Model.DrainTarget.newBuilder().setEpoch(drain.epoch());
        if (drain.node() != null) {
            out.setNode(Text.name(drain.node().value()));
        }
        return out.build();
    }

    private static Model.DrainProgress drainProgress(DrainProgress drain) {
        return Model.DrainProgress.newBuilder()
                .setEpoch(drain.epoch())
                .setSpans(drain.spans())
                .setOperators(drain.operators())
                .build();
    }

    private static Model.FinalStatus finalStatus(FinalStatus status) {
        return Model.FinalStatus.newBuilder()
                .setCheckpointTs(status.checkpointTs())
                .setManifest(manifest(status.manifest()))
                .build();
    }

    static Model.MaintainerStatus maintainer(MaintainerStatus status) {
        Model.MaintainerStatus.Builder out = Model.MaintainerStatus.newBuilder()
                .setChangefeed(changefeed(status.changefeed()))
                .setEpoch(status.epoch().value())
                .setPhase(Enums.PHASE.write(status.phase()))
                .setCheckpointTs(status.checkpointTs())
                .setMembershipVersion(status.membershipVersion())
                .setScheduler(Text.name(status.scheduler()))
                .setDrain(drainProgress(status.drain()))
                .addAllErrors(all(status.errors(), ModelWriter::error));
        status.suspects().forEach(node -> out.addSuspects(Text.name(node.value())));
        if (status.finalStatus() != null) {
            out.setFinalStatus(finalStatus(status.finalStatus()));
        }
        return out.build();
    }
}
