package dev.maintainer.it.support;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.BarrierProgress;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
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
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.HostInput.PipelineInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.changefeed.Assignment;
import dev.maintainer.core.changefeed.Maintainer;
import dev.maintainer.core.changefeed.MaintainerPorts;
import dev.maintainer.core.host.QueuedPlanning;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.scheduler.spi.Scheduler;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One maintainer on node {@code n1} in virtual time. Its commands are recorded and go nowhere; the test plays the
 * workers.
 */
public final class MaintainerBench {
    /** The changefeed of all scenarios. */
    public static final ChangefeedId CHANGEFEED = new ChangefeedId("orders");
    /** The node of the maintainer. */
    public static final NodeId N1 = new NodeId("n1");
    /** Another node. */
    public static final NodeId N2 = new NodeId("n2");
    /** A third node. */
    public static final NodeId N3 = new NodeId("n3");
    /** The schema of all tables. */
    public static final SchemaId SCHEMA = new SchemaId(1);

    /** A command that has left. */
    public record Sent(NodeId to, WorkerCommand command) {}

    private final MaintainerEpoch epoch;
    private final Maintainer maintainer;
    private final QueuedPlanning planning;
    private final List<Sent> sent = new ArrayList<>();
    private final List<String> plansTold = new ArrayList<>();
    private final List<WorkerCommand> suppressed = new ArrayList<>();
    private final List<Long> tablesRequested = new ArrayList<>();
    private final TreeSet<NodeId> alive = new TreeSet<>();
    private long membershipVersion;
    private long now = 1_000;
    private int plans;
    private long barrierReports;

    /** A maintainer that has not heard of any node. */
    public MaintainerBench(long epoch, long startTs, HandoffManifest manifest, String scheduler) {
        this(
                epoch,
                startTs,
                manifest,
                SchedulerCatalog.discover(MaintainerBench.class.getClassLoader())
                        .create(scheduler, new TreeMap<>()));
    }

    /** A maintainer with any planner. */
    public MaintainerBench(long epoch, long startTs, HandoffManifest manifest, Scheduler scheduler) {
        this(epoch, startTs, manifest, scheduler, MaintainerConfig.defaults());
    }

    /** A maintainer with any planner and configuration. */
    public MaintainerBench(
            long epoch, long startTs, HandoffManifest manifest, Scheduler scheduler, MaintainerConfig config) {
        this.epoch = new MaintainerEpoch(epoch);
        this.planning = new QueuedPlanning(name -> (snapshot, budget) -> {
            plans++;
            return scheduler.plan(snapshot, budget);
        });
        MaintainerObserver observer = new MaintainerObserver() {
            @Override
            public void commandSuppressed(
                    ChangefeedId changefeed, MaintainerEpoch of, LifecyclePhase phase, WorkerCommand command) {
                suppressed.add(command);
            }

            @Override
            public void planned(
                    ChangefeedId changefeed, MaintainerEpoch of, long round, int admitted, int refused, String reason) {
                plansTold.add(reason);
            }
        };
        this.maintainer = new Maintainer(
                new Assignment(
                        CHANGEFEED, this.epoch, N1, startTs, manifest.frozen(), 0, false, ChangefeedConfiguration.NONE),
                SchedulerChoice.of("test"),
                config,
                new MaintainerPorts(this::record, (changefeed, ts) -> tablesRequested.add(ts), planning, observer));
    }

    /** A maintainer with epoch 5 that starts at 100 and uses the balance planner. */
    public static MaintainerBench fresh() {
        return new MaintainerBench(5, 100, HandoffManifest.EMPTY, "balance");
    }

    /** A maintainer that has asked these nodes what they run, and waits for their answers. */
    public static MaintainerBench asking(NodeId... nodes) {
        MaintainerBench bench = fresh();
        bench.members(nodes);
        return bench;
    }

    /** A maintainer that runs on these nodes, with these tables, none of which has a dispatcher yet. */
    public static MaintainerBench running(List<NodeId> nodes, long... tables) {
        MaintainerBench bench = asking(nodes.toArray(NodeId[]::new));
        nodes.forEach(bench::answer);
        bench.begins(tables);
        return bench;
    }

    /** As {@link #running}, and each table's dispatcher works on the node where it was placed. */
    public static MaintainerBench settled(List<NodeId> nodes, long... tables) {
        MaintainerBench bench = running(nodes, tables);
        bench.completeCreates(100);
        bench.takeSent();
        return bench;
    }

    private Transport.SendResult record(NodeId to, Message message) {
        sent.add(new Sent(to, (WorkerCommand) message));
        return Transport.SendResult.ENQUEUED;
    }

    // ---- inputs ------------------------------------------------------------------------------------------------

    /** Changes the membership. */
    public Disposition members(NodeId... nodes) {
        alive.clear();
        alive.addAll(Arrays.asList(nodes));
        return membership(Membership.of(++membershipVersion, alive));
    }

    /** Changes the membership to what may be older than the last one. */
    public Disposition membership(Membership membership) {
        return take(() -> maintainer.membershipChanged(membership, now));
    }

    /** Another node is being emptied, or none, as the host heard at that time. */
    public Disposition drain(DrainTarget target, long changedAt) {
        return take(() -> maintainer.drainTargetChanged(target, changedAt, now));
    }

    /** A node answers the bootstrap: it runs these dispatchers. */
    public Disposition answer(NodeId node, DispatcherSnapshot... dispatchers) {
        return answer(node, List.of(dispatchers), List.of());
    }

    /** A node answers the bootstrap. */
    public Disposition answer(NodeId node, List<DispatcherSnapshot> dispatchers, List<JournalEntry> journal) {
        long triggerStartTs = node.equals(N1) ? 100 : 0;
        return report(
                node,
                new WorkerReport.BootstrapSnapshot(
                        CHANGEFEED, epoch, incarnation(node), triggerStartTs, dispatchers, journal));
    }

    /** A node answers the bootstrap: merges have begun there. */
    public Disposition answer(NodeId node, List<DispatcherSnapshot> dispatchers, MergeInProgress... merges) {
        long triggerStartTs = node.equals(N1) ? 100 : 0;
        return report(
                node,
                new WorkerReport.BootstrapSnapshot(
                        CHANGEFEED, epoch, incarnation(node), triggerStartTs, dispatchers, List.of(), List.of(merges)));
    }

    /** The incarnation that a node reports under. */
    public static long incarnation(NodeId node) {
        return node.value().hashCode();
    }

    /** The schema store answers: these tables exist at 100. */
    public Disposition loadTables(long... tables) {
        List<TableInfo> infos = Arrays.stream(tables)
                .mapToObj(table -> new TableInfo(new TableId(table), SCHEMA, true))
                .toList();
        return tables(new SchemaSnapshot(100, infos));
    }

    /** The trigger has begun. */
    public Disposition triggerBegun() {
        return report(N1, new WorkerReport.PostBootstrapDone(CHANGEFEED, epoch, trigger(), null));
    }

    /** A heartbeat with a watermark. */
    public Disposition heartbeat(NodeId from, long checkpointTs, long seq, DispatcherStatus... statuses) {
        Watermark watermark = new Watermark(checkpointTs, checkpointTs, seq);
        return heartbeat(from, Long.MAX_VALUE, watermark, List.of(statuses), false, List.of());
    }

    /** A heartbeat without a watermark. */
    public Disposition statuses(NodeId from, DispatcherStatus... statuses) {
        return statusesBefore(from, Long.MAX_VALUE, statuses);
    }

    /** A heartbeat without a watermark, made when the node had executed requests up to a number only. */
    public Disposition statusesBefore(NodeId from, long executed, DispatcherStatus... statuses) {
        return heartbeat(from, executed, null, List.of(statuses), false, List.of());
    }

    /** A heartbeat with a watermark and the complete list of what runs on the node. */
    public Disposition complete(NodeId from, long checkpointTs, long seq, DispatcherStatus... statuses) {
        Watermark watermark = new Watermark(checkpointTs, checkpointTs, seq);
        return heartbeat(from, Long.MAX_VALUE, watermark, List.of(statuses), true, List.of());
    }

    /** A heartbeat with errors only. */
    public Disposition errors(NodeId from, WorkerError... errors) {
        return heartbeat(from, Long.MAX_VALUE, null, List.of(), false, List.of(errors));
    }

    private Disposition heartbeat(
            NodeId from,
            long executed,
            @Nullable Watermark watermark,
            List<DispatcherStatus> statuses,
            boolean complete,
            List<WorkerError> errors) {
        return report(
                from,
                new WorkerReport.Heartbeat(
                        CHANGEFEED, epoch, incarnation(from), executed, watermark, statuses, complete, errors));
    }

    /** The trigger reports a DDL. */
    public Disposition ddl(long commitTs, TableChange... changes) {
        return ddls(new BlockStatus(trigger(), commitTs, BlockStage.NONE, List.of(changes)));
    }

    /** The trigger reports several DDLs. */
    public Disposition ddls(BlockStatus... statuses) {
        return report(N1, new WorkerReport.BlockStatusReport(CHANGEFEED, epoch, incarnation(N1), List.of(statuses)));
    }

    /** A node reports that dispatchers wait at a block event. */
    public Disposition waiting(NodeId from, BlockEvent event, DispatcherId... dispatchers) {
        return barrier(from, ++barrierReports, Long.MAX_VALUE, event, BlockStage.WAITING, 0, dispatchers);
    }

    /** A node reports that dispatchers are past a block event. */
    public Disposition passed(NodeId from, BlockEvent event, long attempt, DispatcherId... dispatchers) {
        return barrier(from, ++barrierReports, Long.MAX_VALUE, event, BlockStage.DONE, attempt, dispatchers);
    }

    /** A node reports that the sink of a dispatcher refuses a block event. */
    public Disposition refused(NodeId from, BlockEvent event, long attempt, String reason, DispatcherId dispatcher) {
        return barrier(
                from,
                ++barrierReports,
                Long.MAX_VALUE,
                new BarrierProgress(event, BlockStage.REFUSED, attempt, List.of(dispatcher), reason));
    }

    /** Somebody decides about a block event that the sink refuses. */
    public Disposition decide(BlockKey event, long attempt, RefusalDecision decision) {
        return handle(new HostInput.RefusalDecided(CHANGEFEED, epoch, event, attempt, decision));
    }

    /** A node reports of a block event. */
    public Disposition barrier(
            NodeId from,
            long sequence,
            long executed,
            BlockEvent event,
            BlockStage stage,
            long attempt,
            DispatcherId... dispatchers) {
        return barrier(from, sequence, executed, new BarrierProgress(event, stage, attempt, List.of(dispatchers)));
    }

    private Disposition barrier(NodeId from, long sequence, long executed, BarrierProgress progress) {
        return report(
                from,
                new WorkerReport.BarrierReport(
                        CHANGEFEED, epoch, incarnation(from), executed, sequence, List.of(progress)));
    }

    /** Any report. */
    public Disposition report(NodeId from, WorkerReport report) {
        return handle(new HostInput.ReportReceived(from, report));
    }

    /** The coordinator asks for a removal under the maintainer's own epoch. */
    public Disposition remove(RemovalMode mode) {
        return remove(epoch, mode);
    }

    /** The coordinator asks for a removal under any epoch. */
    public Disposition remove(MaintainerEpoch of, RemovalMode mode) {
        return take(() -> maintainer.remove(of, mode, now));
    }

    /** A person wants something of the planning. */
    public Disposition command(SchedulerCommand command) {
        return handle(new HostInput.SchedulerCommanded(CHANGEFEED, 1, command));
    }

    /** The schema store answers. */
    public Disposition tables(SchemaSnapshot snapshot) {
        return handle(new HostInput.TablesLoaded(CHANGEFEED, snapshot));
    }

    private Disposition handle(PipelineInput input) {
        return take(() -> maintainer.handle(input, now));
    }

    /** Any input, now; a plan that it asks for is made and comes back at once. */
    private Disposition take(Supplier<Disposition> input) {
        Disposition disposition = takeAlone(input);
        for (List<HostInput> answers = planning.answerNext(); !answers.isEmpty(); answers = planning.answerNext()) {
            for (HostInput answer : answers) {
                if (answer instanceof HostInput.PlanReturned returned) {
                    takeAlone(() -> maintainer.handle(returned, now));
                }
            }
        }
        return disposition;
    }

    private Disposition takeAlone(Supplier<Disposition> input) {
        Disposition disposition = input.get();
        List<Finding> found = maintainer.audit();
        if (!found.isEmpty() && !suppressionExpected(found)) {
            throw new AssertionError(found.toString());
        }
        return disposition;
    }

    /** Tests look at suppressed commands themselves. */
    private boolean suppressionExpected(List<Finding> found) {
        return !suppressed.isEmpty()
                && found.stream().allMatch(finding -> finding.invariant().equals("I-33"));
    }

    /** Lets time pass in ticks of 100 ms. */
    public void pass(long millis) {
        for (long passed = 0; passed < millis; passed += 100) {
            now += 100;
            take(() -> {
                maintainer.tick(now);
                return Disposition.APPLIED;
            });
        }
    }

    /** The grace after a join passes, and moves to the new node begin; these nodes are heard meanwhile. */
    public void passJoinGrace(NodeId... heard) {
        PlanningConfig planning = PlanningConfig.DEFAULTS;
        long most = planning.joinGraceMillis() + planning.balanceMillis();
        for (long passed = 0; passed <= most && !moves(); passed += 1_000) {
            for (NodeId node : heard) {
                heartbeat(node, 100, 20);
            }
            pass(1_000);
        }
    }

    private boolean moves() {
        return sent.stream().anyMatch(each -> each.command() instanceof WorkerCommand.RemoveDispatcher);
    }

    /** Why plans that were carried out were made, in the words of the log. */
    public List<String> plansTold() {
        return plansTold;
    }

    /** One tick. */
    public void tick() {
        pass(100);
    }

    /** All nodes have answered: the tables are loaded, and the trigger begins. */
    public void begins(long... tables) {
        loadTables(tables);
        triggerBegun();
    }

    /** These nodes report the same watermark, and the maintainer takes it into account. */
    public void watermark(long checkpointTs, long seq, NodeId... nodes) {
        for (NodeId node : nodes) {
            heartbeat(node, checkpointTs, seq);
        }
        tick();
    }

    /** Answers every create that has been sent with "works", in a heartbeat whose watermark includes it. */
    public void completeCreates(long checkpointTs) {
        long seq = 1;
        for (Sent each : List.copyOf(sent)) {
            if (each.command() instanceof WorkerCommand.CreateDispatcher create) {
                heartbeat(each.to(), checkpointTs, seq++, working(create.dispatcher(), checkpointTs));
            }
        }
        heartbeat(N1, checkpointTs, seq);
    }

    // ---- what came of it ---------------------------------------------------------------------------------------

    /** All commands since the last call. */
    public List<Sent> takeSent() {
        List<Sent> taken = List.copyOf(sent);
        sent.clear();
        return taken;
    }

    /** All commands since the last call but the close of the trigger, which a removal repeats. */
    public List<Sent> takeAllButTriggerClose() {
        return takeSent().stream()
                .filter(each -> !(each.command() instanceof WorkerCommand.RemoveDispatcher remove
                        && remove.dispatcher().equals(trigger())))
                .toList();
    }

    /** The commands of one kind since the last call; the others are dropped. */
    public <C extends WorkerCommand> List<C> take(Class<C> kind) {
        return takeSent().stream()
                .map(Sent::command)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** Takes what was sent: which dispatchers are to be removed. */
    public List<DispatcherId> takeRemoved() {
        return take(WorkerCommand.RemoveDispatcher.class).stream()
                .map(WorkerCommand.RemoveDispatcher::dispatcher)
                .toList();
    }

    /** Takes what was sent: which dispatchers are to be created. */
    public List<DispatcherId> takeCreated() {
        return take(WorkerCommand.CreateDispatcher.class).stream()
                .map(WorkerCommand.CreateDispatcher::dispatcher)
                .toList();
    }

    /** Commands that the gate had to stop: each is a guard that is missing elsewhere. */
    public List<WorkerCommand> suppressed() {
        return suppressed;
    }

    /** How often the planner was asked. */
    public int plans() {
        return plans;
    }

    /** For which times tables were asked for. */
    public List<Long> tablesRequested() {
        return tablesRequested;
    }

    /** The maintainer. */
    public Maintainer maintainer() {
        return maintainer;
    }

    /** The maintainer, as people look at it. */
    public MaintainerInspector inspector() {
        return maintainer.inspector();
    }

    /** The committed checkpoint. */
    public long checkpoint() {
        return maintainer.status().checkpointTs();
    }

    /** The present phase. */
    public LifecyclePhase phase() {
        return maintainer.phase();
    }

    /** The epoch. */
    public MaintainerEpoch epoch() {
        return epoch;
    }

    /** The DDL trigger dispatcher. */
    public DispatcherId trigger() {
        return maintainer.triggerId();
    }

    /** The spans of a table, as {@code <state>@<node>} in order of their registration. */
    public List<String> table(long table) {
        return spans(table)
                .map(span -> span.node() == null ? span.state() : span.state() + "@" + span.node())
                .toList();
    }

    /** The dispatchers of a table, in order of their registration. */
    public List<DispatcherId> dispatchers(long table) {
        return spans(table).map(SpanExplanation::dispatcher).toList();
    }

    private Stream<SpanExplanation> spans(long table) {
        return inspector().explain(new TableId(table), now).stream();
    }

    /** The only dispatcher of a table. */
    public DispatcherId dispatcher(long table) {
        List<DispatcherId> ids = dispatchers(table);
        if (ids.size() != 1) {
            throw new AssertionError("table " + table + " has dispatchers " + ids);
        }
        return ids.get(0);
    }

    /** The node of a table's only dispatcher. */
    public NodeId nodeOf(long table) {
        return Objects.requireNonNull(
                inspector().explain(dispatcher(table), now).orElseThrow().node());
    }

    /** A dispatcher works. */
    public static DispatcherStatus working(DispatcherId id, long checkpointTs) {
        return new DispatcherStatus(id, ComponentState.WORKING, checkpointTs);
    }

    /** A dispatcher has stopped. */
    public static DispatcherStatus stopped(DispatcherId id, long checkpointTs) {
        return new DispatcherStatus(id, ComponentState.STOPPED, checkpointTs);
    }

    /** A dispatcher that works, as a snapshot. */
    public static DispatcherSnapshot runs(DispatcherId id, long table, long checkpointTs) {
        return new DispatcherSnapshot(
                id, TableSpan.whole(new TableId(table)), SCHEMA, ComponentState.WORKING, checkpointTs);
    }

    /** An id that no maintainer makes. */
    public static DispatcherId id(long number) {
        return new DispatcherId(77, number);
    }

    /** A table comes. */
    public static TableChange createTable(long table) {
        return new TableChange.AddTable(new TableInfo(new TableId(table), SCHEMA, true));
    }

    /** A table goes. */
    public static TableChange dropTable(long table) {
        return new TableChange.DropTable(new TableId(table));
    }
}
