package dev.maintainer.transport.grpc.wire;

import dev.maintainer.api.error.ErrorCode;
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
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.transport.grpc.wire.WireException.Reason;
import dev.maintainer.transport.grpc.wire.proto.Model;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The values that messages are made of, from the wire. The counterpart of {@link ModelWriter}. */
final class ModelReader {
    private static final Map<String, ErrorCode> CODES =
            Arrays.stream(ErrorCode.values()).collect(Collectors.toUnmodifiableMap(ErrorCode::code, code -> code));

    private ModelReader() {}

    static <P, T> List<T> all(List<P> parts, Function<P, T> one) {
        return parts.stream().map(one).toList();
    }

    static ChangefeedId changefeed(boolean present, Model.ChangefeedId in) {
        Required.part(present, in, "changefeed");
        return new ChangefeedId(
                Required.part(in.hasName(), in.getName(), "name of the changefeed"), Enums.MODE.read(in.getMode()));
    }

    static ChangefeedConfiguration configuration(List<Model.Setting> in) {
        if (in.isEmpty()) {
            return ChangefeedConfiguration.NONE;
        }
        SortedMap<String, String> settings = new TreeMap<>();
        for (Model.Setting setting : in) {
            String key = Required.part(setting.hasKey(), setting.getKey(), "key of a setting");
            if (settings.put(key, Required.part(setting.hasValue(), setting.getValue(), "value of a setting"))
                    != null) {
                throw new WireException(Reason.INVALID, "two settings have the key " + key);
            }
        }
        return new ChangefeedConfiguration(settings);
    }

    static MaintainerEpoch epoch(boolean present, long value) {
        return new MaintainerEpoch(Required.number(present, value, "epoch"));
    }

    static DispatcherId dispatcher(boolean present, Model.DispatcherId in) {
        return dispatcher(Required.part(present, in, "dispatcher"));
    }

    static DispatcherId dispatcher(Model.DispatcherId in) {
        return new DispatcherId(
                Required.number(in.hasHigh(), in.getHigh(), "upper half of a dispatcher id"),
                Required.number(in.hasLow(), in.getLow(), "lower half of a dispatcher id"));
    }

    static TableSpan span(boolean present, Model.TableSpan in) {
        Required.part(present, in, "span");
        return new TableSpan(
                new TableId(Required.number(in.hasTable(), in.getTable(), "table of a span")),
                bound(Required.part(in.hasStart(), in.getStart(), "start of a span")),
                bound(Required.part(in.hasEnd(), in.getEnd(), "end of a span")));
    }

    private static SpanBound bound(Model.SpanBound in) {
        return switch (in.getBoundCase()) {
            case BEFORE_KEY -> SpanBound.before(in.getBeforeKey().toByteArray());
            case AFTER_ALL -> {
                truth(in.getAfterAll(), "bound after all keys");
                yield SpanBound.HIGHEST;
            }
            case BOUND_NOT_SET -> throw new WireException(Reason.UNKNOWN_KIND, "a bound of no kind known here");
        };
    }

    private static void truth(boolean value, String what) {
        if (!value) {
            throw new WireException(Reason.INVALID, "a " + what + " that is false");
        }
    }

    private static TableInfo table(Model.TableInfo in) {
        Model.TableName name = Required.part(in.hasName(), in.getName(), "name of a table");
        return new TableInfo(
                new TableId(Required.number(in.hasTable(), in.getTable(), "id of a table")),
                schema(in.hasSchema(), in.getSchema()),
                new TableName(
                        Required.part(name.hasSchema(), name.getSchema(), "schema in the name of a table"),
                        Required.part(name.hasTable(), name.getTable(), "table in the name of a table")),
                Required.flag(in.hasSplittable(), in.getSplittable(), "word on whether a table is splittable"));
    }

    static SchemaId schema(boolean present, long value) {
        return new SchemaId(Required.number(present, value, "schema"));
    }

    private static TableChange change(Model.TableChange in) {
        return switch (in.getChangeCase()) {
            case ADD_TABLE -> new TableChange.AddTable(table(in.getAddTable()));
            case DROP_TABLE -> new TableChange.DropTable(new TableId(in.getDropTable()));
            case DROP_SCHEMA -> new TableChange.DropSchema(new SchemaId(in.getDropSchema()));
            case RENAME_TABLE -> new TableChange.RenameTable(table(in.getRenameTable()));
            case CHANGE_NOT_SET ->
                throw new WireException(Reason.UNKNOWN_KIND, "a change of tables of no kind known here");
        };
    }

    static BlockKey key(boolean present, Model.BlockKey in) {
        Required.part(present, in, "key of a block event");
        return new BlockKey(
                Required.number(in.hasCommitTs(), in.getCommitTs(), "commit time of a block event"),
                Enums.BLOCK_KIND.read(in.getKind()));
    }

    private static BlockScope scope(Model.BlockScope in) {
        return switch (in.getScopeCase()) {
            case TABLES -> new BlockScope.Tables(all(in.getTables().getTablesList(), TableId::new));
            case SCHEMA -> new BlockScope.Schema(new SchemaId(in.getSchema()));
            case ALL -> {
                truth(in.getAll(), "scope of all tables");
                yield new BlockScope.All();
            }
            case SCOPE_NOT_SET -> throw new WireException(Reason.UNKNOWN_KIND, "a scope of no kind known here");
        };
    }

    private static BlockEvent event(Model.BlockEvent in) {
        return new BlockEvent(
                key(in.hasKey(), in.getKey()),
                scope(Required.part(in.hasScope(), in.getScope(), "scope of a block event")),
                all(in.getChangesList(), ModelReader::change),
                Required.part(in.hasStatement(), in.getStatement(), "statement of a block event"));
    }

    static BlockStatus blockStatus(Model.BlockStatus in) {
        return new BlockStatus(
                dispatcher(in.hasDispatcher(), in.getDispatcher()),
                Required.number(in.hasCommitTs(), in.getCommitTs(), "commit time of a block status"),
                Enums.BLOCK_STAGE.read(in.getStage()),
                all(in.getChangesList(), ModelReader::change));
    }

    static BarrierProgress barrierProgress(Model.BarrierProgress in) {
        return new BarrierProgress(
                event(Required.part(in.hasEvent(), in.getEvent(), "event")),
                Enums.BLOCK_STAGE.read(in.getStage()),
                Required.number(in.hasAttempt(), in.getAttempt(), "attempt"),
                all(in.getDispatchersList(), ModelReader::dispatcher),
                in.hasRefusal() ? in.getRefusal() : null);
    }

    static DispatcherStatus status(Model.DispatcherStatus in) {
        return new DispatcherStatus(
                dispatcher(in.hasDispatcher(), in.getDispatcher()),
                Enums.STATE.read(in.getState()),
                Required.number(in.hasCheckpointTs(), in.getCheckpointTs(), "checkpoint of a status"));
    }

    static DispatcherSnapshot snapshot(Model.DispatcherSnapshot in) {
        return new DispatcherSnapshot(
                dispatcher(in.hasDispatcher(), in.getDispatcher()),
                span(in.hasSpan(), in.getSpan()),
                schema(in.hasSchema(), in.getSchema()),
                Enums.STATE.read(in.getState()),
                Required.number(in.hasCheckpointTs(), in.getCheckpointTs(), "checkpoint of a dispatcher"));
    }

    static JournalEntry journalEntry(Model.JournalEntry in) {
        return new JournalEntry(
                Enums.JOURNAL_KIND.read(in.getKind()),
                dispatcher(in.hasDispatcher(), in.getDispatcher()),
                span(in.hasSpan(), in.getSpan()),
                schema(in.hasSchema(), in.getSchema()),
                Required.number(in.hasStartTs(), in.getStartTs(), "start of a request"),
                Enums.OPERATOR.read(in.getIntent()));
    }

    static MergeInProgress merge(Model.MergeInProgress in) {
        return new MergeInProgress(
                dispatcher(in.hasTarget(), in.getTarget()),
                span(in.hasSpan(), in.getSpan()),
                all(in.getSourcesList(), ModelReader::dispatcher));
    }

    static Watermark watermark(Model.Watermark in) {
        return new Watermark(
                Required.number(in.hasCheckpointTs(), in.getCheckpointTs(), "checkpoint of a watermark"),
                Required.number(in.hasResolvedTs(), in.getResolvedTs(), "resolved time of a watermark"),
                Required.number(in.hasSeq(), in.getSeq(), "sequence of a watermark"));
    }

    static WorkerError error(Model.WorkerError in) {
        String code = Required.part(in.hasCode(), in.getCode(), "code of an error");
        ErrorCode known = CODES.get(code);
        if (known == null) {
            throw new WireException(Reason.UNKNOWN_VALUE, "error code " + code + " is not known here");
        }
        return new WorkerError(
                new NodeId(Required.part(in.hasNode(), in.getNode(), "node of an error")),
                known,
                Required.part(in.hasMessage(), in.getMessage(), "message of an error"));
    }

    static RedoMeta redoMeta(boolean present, Model.RedoMeta in) {
        Required.part(present, in, "redo meta");
        return new RedoMeta(
                Required.number(in.hasCheckpointTs(), in.getCheckpointTs(), "checkpoint of a redo meta"),
                Required.number(in.hasResolvedTs(), in.getResolvedTs(), "resolved time of a redo meta"));
    }

    private static SpanPart part(Model.SpanPart in) {
        return new SpanPart(
                dispatcher(in.hasDispatcher(), in.getDispatcher()),
                span(in.hasSpan(), in.getSpan()),
                in.hasTarget() ? new NodeId(in.getTarget()) : null);
    }

    private static FrozenOperator frozen(Model.FrozenOperator in) {
        return new FrozenOperator(
                dispatcher(in.hasDispatcher(), in.getDispatcher()),
                Enums.OPERATOR.read(in.getType()),
                Required.part(in.hasPhase(), in.getPhase(), "phase of an operator"),
                in.hasSpan() ? span(true, in.getSpan()) : null,
                Required.number(in.hasCheckpointTs(), in.getCheckpointTs(), "checkpoint of an operator"),
                in.hasOrigin() ? new NodeId(in.getOrigin()) : null,
                in.hasDestination() ? new NodeId(in.getDestination()) : null,
                all(in.getPartsList(), ModelReader::part));
    }

    static HandoffManifest manifest(boolean present, Model.HandoffManifest in) {
        Required.part(present, in, "manifest");
        return new HandoffManifest(
                all(in.getFrozenList(), ModelReader::frozen), all(in.getRedoList(), ModelReader::frozen));
    }

    static DrainTarget drainTarget(boolean present, Model.DrainTarget in) {
        Required.part(present, in, "drain target");
        return new DrainTarget(
                in.hasNode() ? new NodeId(in.getNode()) : null,
                Required.number(in.hasEpoch(), in.getEpoch(), "epoch of a drain"));
    }

    private static DrainProgress drainProgress(Model.DrainProgress in) {
        return new DrainProgress(
                Required.number(in.hasEpoch(), in.getEpoch(), "epoch of a drain"),
                Required.count(in.hasSpans(), in.getSpans(), "spans of a drain"),
                Required.count(in.hasOperators(), in.getOperators(), "operators of a drain"));
    }

    private static FinalStatus finalStatus(Model.FinalStatus in) {
        return new FinalStatus(
                Required.number(in.hasCheckpointTs(), in.getCheckpointTs(), "checkpoint of a final status"),
                manifest(in.hasManifest(), in.getManifest()));
    }

    static MaintainerStatus maintainer(Model.MaintainerStatus in) {
        TreeSet<NodeId> suspects = new TreeSet<>();
        in.getSuspectsList().forEach(node -> suspects.add(new NodeId(node)));
        return new MaintainerStatus(
                changefeed(in.hasChangefeed(), in.getChangefeed()),
                epoch(in.hasEpoch(), in.getEpoch()),
                Enums.PHASE.read(in.getPhase()),
                Required.number(in.hasCheckpointTs(), in.getCheckpointTs(), "checkpoint of a maintainer"),
                Required.number(in.hasMembershipVersion(), in.getMembershipVersion(), "membership version"),
                Required.part(in.hasScheduler(), in.getScheduler(), "scheduler"),
                drainProgress(Required.part(in.hasDrain(), in.getDrain(), "drain progress")),
                suspects,
                all(in.getErrorsList(), ModelReader::error),
                in.hasFinalStatus() ? finalStatus(in.getFinalStatus()) : null);
    }
}
