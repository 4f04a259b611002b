package dev.maintainer.transport.grpc.wire;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.BarrierProgress;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.operator.SpanPart;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The messages whose bytes are kept for each release, by name. The name of the kind comes first; what follows a dash says
 * what is special. When a record gets a component, the samples get the value that messages without it mean.
 */
final class GoldenMessages {
    private static final ChangefeedId FEED = new ChangefeedId("orders.eu-1");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(7);
    private static final long TS = 462_000_000_000_000_000L;
    private static final DispatcherId ONE = new DispatcherId(0x0123456789abcdefL, 1);
    private static final DispatcherId TWO = new DispatcherId(-1, Long.MIN_VALUE);
    private static final NodeId NODE = new NodeId("alpha.00c0ffee00c0ffee");
    private static final TableSpan WHOLE = TableSpan.whole(new TableId(42));
    private static final TableSpan PART =
            new TableSpan(new TableId(43), SpanBound.before("k1"), SpanBound.before(new byte[] {(byte) 0xff, 0, 1}));
    private static final WorkerError ERROR =
            new WorkerError(NODE, ErrorCode.SINK_FENCED, "segment 7 is sealed: Zürich");
    private static final TableInfo TABLE =
            new TableInfo(new TableId(42), new SchemaId(3), new TableName("shop", "orders"), true);

    private GoldenMessages() {}

    /** Writes the bytes of all samples into the folder of a release: its path is the only argument. */
    public static void main(String[] arguments) throws IOException {
        Path release = Files.createDirectories(Path.of(arguments[0]));
        for (Map.Entry<String, Message> sample : all().entrySet()) {
            Files.writeString(
                    release.resolve(sample.getKey() + ".hex"),
                    HexFormat.of().formatHex(WireCodec.encode(sample.getValue())) + "\n",
                    StandardCharsets.US_ASCII);
        }
    }

    static Map<String, Message> all() {
        Map<String, Message> samples = new TreeMap<>();
        requests(samples);
        coordinatorReports(samples);
        commands(samples);
        reports(samples);
        return samples;
    }

    private static void add(Map<String, Message> samples, Message message) {
        samples.put(message.kind(), message);
    }

    private static ChangefeedConfiguration configuration() {
        return new ChangefeedConfiguration(
                new TreeMap<>(Map.of("source", "changelog:log.jsonl?mode=tail", "sink", "files:/srv/Zürich")));
    }

    private static HandoffManifest manifest() {
        return new HandoffManifest(
                List.of(
                        new FrozenOperator(ONE, OperatorType.ADD, "CREATING", WHOLE, TS, null, NODE),
                        new FrozenOperator(
                                TWO,
                                OperatorType.SPLIT,
                                "REMOVING",
                                PART,
                                TS,
                                NODE,
                                null,
                                List.of(new SpanPart(ONE, PART, NODE), new SpanPart(TWO, PART, null)))),
                List.of(new FrozenOperator(ONE, OperatorType.REMOVE, "REMOVING", null, 0, NODE, null)));
    }

    private static MaintainerStatus status(LifecyclePhase phase) {
        return new MaintainerStatus(
                FEED,
                EPOCH,
                phase,
                TS,
                12,
                "balanced",
                new DrainProgress(4, 3, 2),
                new TreeSet<>(List.of(NODE, new NodeId("beta"))),
                List.of(ERROR),
                phase == LifecyclePhase.CLOSED ? new FinalStatus(TS, manifest()) : null);
    }

    private static void requests(Map<String, Message> samples) {
        add(samples, new CoordinatorRequest.CoordinatorBootstrap(9));
        add(
                samples,
                new CoordinatorRequest.AddMaintainer(
                        FEED, EPOCH, TS, manifest(), 12, "balanced", true, ChangefeedConfiguration.NONE));
        add(samples, new CoordinatorRequest.RemoveMaintainer(FEED, EPOCH, RemovalMode.HANDOFF));
        add(samples, new CoordinatorRequest.SetDrainTarget(new DrainTarget(NODE, 4)));
        samples.put("SetDrainTarget-none", new CoordinatorRequest.SetDrainTarget(DrainTarget.NONE));
        add(samples, new CoordinatorRequest.AcknowledgeFinalStatus(FEED, EPOCH));
    }

    private static void coordinatorReports(Map<String, Message> samples) {
        add(
                samples,
                new CoordinatorReport.HostSnapshot(
                        9,
                        List.of(status(LifecyclePhase.RUNNING), status(LifecyclePhase.CLOSED)),
                        new DrainTarget(NODE, 4)));
        add(samples, new CoordinatorReport.MaintainerHeartbeat(List.of(status(LifecyclePhase.BOOTSTRAPPING))));
        add(samples, new CoordinatorReport.DrainTargetHeld(new DrainTarget(null, 5), 3));
        add(
                samples,
                new CoordinatorReport.RequestRefused(
                        FEED, EPOCH, EPOCH.next(), "AddMaintainer", RefusalReason.PRECONDITION_FAILED));
        samples.put(
                "RequestRefused-unknown",
                new CoordinatorReport.RequestRefused(FEED, EPOCH, null, "RemoveMaintainer", RefusalReason.GONE));
    }

    private static void commands(Map<String, Message> samples) {
        add(samples, new WorkerCommand.Bootstrap(FEED, EPOCH, TS, ONE, true, TS + 1, ChangefeedConfiguration.NONE));
        samples.put(
                "Bootstrap-configured", new WorkerCommand.Bootstrap(FEED, EPOCH, TS, null, false, TS, configuration()));
        samples.put(
                "AddMaintainer-configured",
                new CoordinatorRequest.AddMaintainer(
                        FEED, EPOCH, TS, HandoffManifest.EMPTY, 12, "", false, configuration()));
        samples.put("Bootstrap-unlimited", new WorkerCommand.Bootstrap(FEED, EPOCH, TS, null, false));
        add(samples, new WorkerCommand.PostBootstrap(FEED.in(ReplicationMode.REDO), EPOCH, ONE));
        add(
                samples,
                new WorkerCommand.CreateDispatcher(
                        FEED,
                        EPOCH,
                        ONE,
                        WHOLE,
                        new SchemaId(3),
                        TS,
                        PartialCommit.ROWS_AND_DDL,
                        OperatorType.MOVE,
                        88));
        add(samples, new WorkerCommand.RemoveDispatcher(FEED, EPOCH, TWO, OperatorType.REMOVE, 89));
        add(samples, new WorkerCommand.MergeDispatchers(FEED, EPOCH, ONE, List.of(TWO, ONE), 90));
        add(samples, new WorkerCommand.AcknowledgeBlockStatus(FEED, EPOCH, ONE, TS));
        add(samples, new WorkerCommand.AcknowledgeBarrierReport(FEED, EPOCH, 5, List.of(ONE)));
        add(
                samples,
                new WorkerCommand.ResolveBarrier(FEED, EPOCH, new BlockKey(TS, BlockKind.DDL), BarrierAction.WRITE, 1));
        add(samples, new WorkerCommand.Release(FEED, EPOCH, TS));
        add(samples, new WorkerCommand.PersistRedoMeta(FEED, EPOCH, ONE, new RedoMeta(TS, TS + 9)));
        add(samples, new WorkerCommand.CloseChangefeed(FEED, EPOCH, RemovalMode.DROP));
    }

    private static void reports(Map<String, Message> samples) {
        List<TableChange> changes = List.of(
                new TableChange.AddTable(TABLE),
                new TableChange.DropTable(new TableId(41)),
                new TableChange.DropSchema(new SchemaId(2)),
                new TableChange.RenameTable(TABLE));
        add(
                samples,
                new WorkerReport.BootstrapSnapshot(
                        FEED,
                        EPOCH,
                        -77,
                        TS,
                        List.of(new DispatcherSnapshot(ONE, WHOLE, new SchemaId(3), ComponentState.WORKING, TS)),
                        List.of(new JournalEntry(
                                JournalEntry.Kind.REMOVE, TWO, PART, new SchemaId(3), 0, OperatorType.SPLIT)),
                        List.of(new MergeInProgress(TWO, PART, List.of(ONE, TWO)))));
        add(samples, new WorkerReport.BootstrapFailed(FEED, EPOCH, ERROR));
        add(samples, new WorkerReport.PostBootstrapDone(FEED, EPOCH, ONE, null));
        samples.put("PostBootstrapDone-failed", new WorkerReport.PostBootstrapDone(FEED, EPOCH, ONE, ERROR));
        add(
                samples,
                new WorkerReport.Heartbeat(
                        FEED,
                        EPOCH,
                        -77,
                        90,
                        new Watermark(TS, TS + 5, 3),
                        List.of(
                                new DispatcherStatus(ONE, ComponentState.WAITING_MERGE, TS),
                                new DispatcherStatus(TWO, ComponentState.REMOVED, 0)),
                        true,
                        List.of(ERROR)));
        samples.put(
                "Heartbeat-empty", new WorkerReport.Heartbeat(FEED, EPOCH, 0, 0, null, List.of(), false, List.of()));
        add(
                samples,
                new WorkerReport.BlockStatusReport(
                        FEED, EPOCH, -77, List.of(new BlockStatus(ONE, TS, BlockStage.NONE, changes))));
        BlockKey ddl = new BlockKey(TS, BlockKind.DDL);
        add(
                samples,
                new WorkerReport.BarrierReport(
                        FEED,
                        EPOCH,
                        -77,
                        90,
                        5,
                        List.of(
                                new BarrierProgress(
                                        new BlockEvent(
                                                ddl,
                                                new BlockScope.Tables(List.of(new TableId(41), new TableId(42))),
                                                changes,
                                                "RENAME TABLE a TO b"),
                                        BlockStage.REFUSED,
                                        2,
                                        List.of(ONE, TWO),
                                        "no such table"),
                                new BarrierProgress(
                                        new BlockEvent(
                                                ddl, new BlockScope.Schema(new SchemaId(2)), List.of(), "DROP SCHEMA"),
                                        BlockStage.WAITING,
                                        0,
                                        List.of(ONE)),
                                new BarrierProgress(BlockEvent.syncPoint(TS + 1), BlockStage.DONE, 1, List.of(TWO)))));
        add(samples, new WorkerReport.RedoMetaPersisted(FEED, EPOCH, ONE, new RedoMeta(TS, TS + 9)));
        add(samples, new WorkerReport.CloseDone(FEED, EPOCH, WorkerReport.CloseOutcome.CLOSING));
        add(samples, new WorkerReport.CommandRefused(FEED, EPOCH, EPOCH.next(), "CreateDispatcher"));
    }
}
