package dev.maintainer.core.changefeed;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.HostInput.PipelineInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.barrier.Barrier;
import dev.maintainer.core.barrier.BarrierInspection;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.checkpoint.Watermarks;
import dev.maintainer.core.gate.CommandGate;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.registry.Tombstones;
import dev.maintainer.core.routing.RouteAdmission;
import dev.maintainer.core.scheduling.host.PlanDemand;
import dev.maintainer.core.scheduling.host.SchedulerHost;
import dev.maintainer.core.scheduling.host.SchedulingContext;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.operator.OperatorController;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;

/**
 * The maintainer of one pipeline of a changefeed: a deterministic function of its inputs. It reads no clock and makes no threads;
 * whoever runs it calls {@link #handle} from one thread at a time and carries its commands away.
 */
public final class Maintainer {
    private static final long BARRIER_REPEAT_MILLIS = 1_000;

    private final Assignment assignment;
    private final MaintainerConfig config;
    private final LifecycleState lifecycle = new LifecycleState();
    private final ClusterState cluster;
    private final Members members;
    private final SpanState spans;
    private final OperatorController operators;
    private final Trigger trigger;
    private final ErrorBoard errors;
    private final CheckpointProgress checkpoint;
    private final LifecycleTransitions transitions;
    private final PlanDemand demand = new PlanDemand();
    private final SchedulerHost scheduling;
    private final Bootstrap bootstrap;
    private final TriggerStarter triggerStarter;
    private final Adoption adoption;
    private final HeartbeatReconciler heartbeats;
    private final TableChanges tableChanges;
    private final BlockStatuses blockStatuses;
    private final Barrier barrier;
    private final BarrierReports barrierReports;
    private final BarrierWatch barrierWatch;
    private final MemberWatch memberWatch;
    private final Removal removal;
    private final WriteRelease release;
    private final RedoProgress redo;
    private final DispositionCounts dispositions = new DispositionCounts();
    private final Inspection inspection;
    private final MaintainerAudit audit;

    /**
     * Makes a maintainer; it acts from its first membership on.
     *
     * @param assignment what it is to look after
     * @param choice with which scheduler it begins
     */
    public Maintainer(Assignment assignment, SchedulerChoice choice, MaintainerConfig config, MaintainerPorts ports) {
        ChangefeedId changefeed = assignment.changefeed();
        MaintainerEpoch epoch = assignment.epoch();
        NodeId self = assignment.self();
        PlanningConfig planning = config.planning();
        this.assignment = assignment;
        this.config = config;
        MaintainerObserver observer = ports.observer();
        this.errors = new ErrorBoard(self);
        this.cluster = ClusterState.of(self, config.suspectMillis(), planning.calmMillis(), planning.excludedNodes());
        this.members = cluster.members();

        DispatcherIds ids = new DispatcherIds(changefeed, epoch);
        this.trigger = new Trigger(ids.next(), self, assignment.startTs());
        CommandGate gate = new CommandGate(changefeed, epoch, lifecycle, ports.transport(), observer);
        CommandSender commands = new CommandSender(assignment, trigger, gate);

        SpanRegistry registry = new SpanRegistry();
        PlacementRetries retries = new PlacementRetries();
        Watermarks watermarks = new Watermarks();
        CheckpointCalculator calculator = new CheckpointCalculator(self, registry, watermarks, assignment.startTs());
        this.operators = new OperatorController(
                registry,
                new OperatorCommands(registry, trigger, commands, calculator, demand, errors),
                members::isAlive,
                config.operators(),
                new OperatorAdmission(lifecycle, trigger, cluster.eligibility()));
        this.spans = new SpanState(
                registry, retries, operators, new UnclaimedDispatchers(), new Tombstones(config.tombstoneMillis()));
        this.adoption = new Adoption(spans, members, trigger, ids, commands);
        this.scheduling = new SchedulerHost(
                new SchedulingContext(
                        changefeed, epoch, cluster, registry, retries, operators, adoption::freshId, planning),
                choice,
                ports.planning(),
                demand,
                new PlanOutcomes(changefeed, epoch, observer, errors));

        this.release = new WriteRelease(assignment, members, calculator, commands, errors, config);
        this.redo = new RedoProgress(lifecycle, trigger, commands, config.redoMillis());
        this.bootstrap = new Bootstrap(
                assignment, members, commands, ports.schemaStore(), release, errors, config.bootstrapResendMillis());
        this.triggerStarter = new TriggerStarter(
                trigger, commands, watermarks, calculator, release, errors, config.bootstrapResendMillis());
        this.heartbeats = new HeartbeatReconciler(
                lifecycle,
                members,
                trigger,
                watermarks,
                errors,
                new StatusReconciler(lifecycle, trigger, spans, adoption, calculator, demand));
        this.tableChanges = new TableChanges(
                spans, adoption, calculator, demand, config.admitRoutes() ? new RouteAdmission() : null);
        this.blockStatuses = new BlockStatuses(lifecycle, members, trigger, commands, tableChanges);
        this.barrier = new Barrier(
                registry,
                self,
                new BarrierCommands(assignment, commands, blockStatuses, observer),
                BARRIER_REPEAT_MILLIS);
        registry.listen(barrier);
        this.barrierReports = new BarrierReports(lifecycle, members, trigger, spans, commands, barrier);
        BarrierInspection openBarriers = new BarrierInspection(barrier);
        this.barrierWatch = new BarrierWatch(openBarriers, errors);
        this.memberWatch = new MemberWatch(cluster, spans, watermarks, demand, errors, config);
        this.removal = new Removal(
                lifecycle,
                operators,
                calculator,
                new TriggerClose(trigger, operators, commands, config.closeResendMillis()),
                new ChangefeedClose(members, commands, config.closeResendMillis()),
                errors,
                config.operators().stuckMillis());
        this.checkpoint = new CheckpointProgress(lifecycle, trigger, removal, calculator);
        this.transitions =
                new LifecycleTransitions(assignment, observer, lifecycle, operators, scheduling, removal, checkpoint);

        SpanInspection spanInspection =
                new SpanInspection(epoch, lifecycle, cluster, spans, scheduling, planning.maxInFlightPerNode());
        this.inspection = new Inspection(
                assignment,
                lifecycle,
                spans,
                scheduling,
                dispositions,
                spanInspection,
                new CheckpointInspection(
                        changefeed,
                        lifecycle,
                        bootstrap,
                        checkpoint,
                        watermarks,
                        release,
                        openBarriers,
                        spanInspection,
                        errors),
                openBarriers,
                errors);
        this.audit = new MaintainerAudit(lifecycle, members, spans, trigger, calculator, gate, openBarriers);
    }

    // ---- inputs ------------------------------------------------------------------------------------------------

    /** Takes in what concerns this pipeline. Returns what became of it. */
    public Disposition handle(PipelineInput input, long nowMillis) {
        begin(nowMillis);
        return end(input.kind(), dispatch(input, nowMillis), nowMillis);
    }

    /** Nodes came or went. Returns what became of it. */
    public Disposition membershipChanged(Membership membership, long nowMillis) {
        begin(nowMillis);
        return end("MembershipChanged", onMembership(membership, nowMillis), nowMillis);
    }

    /**
     * Another node is being emptied, or none any more. Returns what became of it.
     *
     * @param changedAtMillis when the host heard of it, by the same clock as the inputs
     */
    public Disposition drainTargetChanged(DrainTarget target, long changedAtMillis, long nowMillis) {
        begin(nowMillis);
        return end("SetDrainTarget", onDrainTarget(target, changedAtMillis), nowMillis);
    }

    /** The coordinator wants the maintainer with this epoch to end. Returns what became of it. */
    public Disposition remove(MaintainerEpoch epoch, RemovalMode mode, long nowMillis) {
        begin(nowMillis);
        return end("RemoveMaintainer", onRemoval(epoch, mode, nowMillis), nowMillis);
    }

    /** Time has passed. */
    public void tick(long nowMillis) {
        errors.begin(nowMillis);
        checkpoint.begin(nowMillis);
        onTick(nowMillis);
        finish(true, nowMillis);
    }

    private void begin(long nowMillis) {
        errors.begin(nowMillis);
        checkpoint.begin(nowMillis);
        dispositions.begin();
    }

    private Disposition end(String kind, Disposition disposition, long nowMillis) {
        dispositions.count(kind, disposition);
        finish(false, nowMillis);
        return disposition;
    }

    /** What follows from an input as a whole, whichever it was. */
    private void finish(boolean tick, long nowMillis) {
        if (lifecycle.allows(LifecycleAction.HANDLE_BLOCK_STATUS)) {
            settleBarrier(tick, nowMillis);
        }
        if (lifecycle.allows(LifecycleAction.PLAN)) {
            scheduling.planIfWanted(tick, nowMillis);
        }
        checkpoint.compute(nowMillis);
        if (phase() == LifecyclePhase.REMOVING) {
            transitions.closeIfComplete(tick, nowMillis);
        }
    }

    private void settleBarrier(boolean tick, long nowMillis) {
        if (trigger.isLost()) {
            barrier.triggerLost(nowMillis);
        }
        barrier.settle(checkpoint.committedTs(), trigger.checkpointTs(), nowMillis);
        if (tick) {
            barrier.tick(nowMillis);
            barrierWatch.look(nowMillis);
        }
    }

    private Disposition dispatch(PipelineInput input, long nowMillis) {
        if (input instanceof HostInput.ReportReceived received) {
            return onReport(received.from(), received.report(), nowMillis);
        }
        if (input instanceof HostInput.TablesLoaded loaded) {
            return onTables(loaded.snapshot(), nowMillis);
        }
        if (input instanceof HostInput.PlanReturned returned) {
            boolean awaited = isPlanning(returned.epoch()) && scheduling.answered(returned.answer(), nowMillis);
            return awaited ? Disposition.APPLIED : Disposition.STALE;
        }
        if (input instanceof HostInput.ShadowReturned returned) {
            boolean awaited =
                    isPlanning(returned.epoch()) && scheduling.shadowAnswered(returned.round(), returned.answer());
            return awaited ? Disposition.APPLIED : Disposition.STALE;
        }
        if (input instanceof HostInput.SchedulerCommanded commanded) {
            return onCommand(commanded, nowMillis);
        }
        if (input instanceof HostInput.RefusalDecided decided) {
            return onDecision(decided, nowMillis);
        }
        throw new IllegalStateException("unknown input " + input);
    }

    // ---- reports -----------------------------------------------------------------------------------------------

    private Disposition onReport(NodeId from, WorkerReport report, long nowMillis) {
        Disposition disposition = onReportOf(from, report, nowMillis);
        if (disposition != Disposition.STALE && isWatched(from)) {
            memberWatch.heard(from, nowMillis);
        }
        return disposition;
    }

    /** A close waits for those, too, that have come since it began. */
    private boolean isWatched(NodeId node) {
        return phase() == LifecyclePhase.REMOVING ? members.latest().contains(node) : members.isAlive(node);
    }

    private Disposition onReportOf(NodeId from, WorkerReport report, long nowMillis) {
        if (!report.epoch().equals(assignment.epoch())) {
            return Disposition.STALE;
        }
        if (phase() == LifecyclePhase.CLOSED) {
            return Disposition.REFUSED;
        }
        if (report instanceof WorkerReport.Heartbeat heartbeat) {
            return heartbeats.onHeartbeat(from, heartbeat, nowMillis);
        }
        if (report instanceof WorkerReport.BlockStatusReport blocked) {
            return blockStatuses.onReport(from, blocked, nowMillis);
        }
        if (report instanceof WorkerReport.BarrierReport barriers) {
            return barrierReports.onReport(from, barriers, nowMillis);
        }
        if (report instanceof WorkerReport.BootstrapSnapshot snapshot) {
            return onSnapshot(from, snapshot, nowMillis);
        }
        if (report instanceof WorkerReport.BootstrapFailed failed) {
            boolean news = lifecycle.allows(LifecycleAction.STORE_ERRORS)
                    && errors.report(from, List.of(failed.error()), nowMillis);
            return news ? Disposition.APPLIED : Disposition.DUPLICATE;
        }
        if (report instanceof WorkerReport.PostBootstrapDone done) {
            return lifecycle.allows(LifecycleAction.SEND_POST_BOOTSTRAP)
                    ? triggerStarter.onBegun(from, done)
                    : Disposition.REFUSED;
        }
        if (report instanceof WorkerReport.CloseDone done) {
            return removal.onCloseDone(from, done);
        }
        if (report instanceof WorkerReport.RedoMetaPersisted persisted) {
            return redo.onPersisted(from, persisted);
        }
        if (report instanceof WorkerReport.CommandRefused refused) {
            return onRefused(refused, nowMillis);
        }
        throw new IllegalStateException("unknown report " + report);
    }

    private Disposition onSnapshot(NodeId from, WorkerReport.BootstrapSnapshot snapshot, long nowMillis) {
        if (!lifecycle.allows(LifecycleAction.SEND_BOOTSTRAP)) {
            return Disposition.REFUSED;
        }
        boolean rebuilding = phase() == LifecyclePhase.BOOTSTRAPPING;
        Disposition disposition = bootstrap.onSnapshot(from, snapshot, rebuilding);
        if (disposition != Disposition.STALE) {
            errors.forget(from);
        }
        if (rebuilding) {
            bootstrap.requestTablesIfReady(nowMillis);
        } else if (disposition != Disposition.STALE) {
            triggerStarter.onSnapshot(from, snapshot);
        }
        if (!rebuilding && disposition == Disposition.APPLIED) {
            adoption.welcome(from, snapshot, nowMillis);
            demand.want();
        }
        return disposition;
    }

    /** A worker has a newer owner: this one has nothing to say any more. */
    private Disposition onRefused(WorkerReport.CommandRefused refused, long nowMillis) {
        if (!refused.currentEpoch().isNewerThan(assignment.epoch())) {
            return Disposition.APPLIED;
        }
        fence(nowMillis);
        return Disposition.APPLIED;
    }

    /** Somebody newer owns the changefeed: this one ends where it stands. */
    void fence(long nowMillis) {
        transitions.fence(nowMillis);
    }

    private Disposition onTables(SchemaSnapshot tables, long nowMillis) {
        if (phase() != LifecyclePhase.BOOTSTRAPPING) {
            return Disposition.DUPLICATE;
        }
        if (!bootstrap.isCompletedBy(tables)) {
            return Disposition.STALE;
        }
        StateRebuild rebuild = new StateRebuild(spans, adoption, cluster, assignment);
        rebuild.rebuild(tables);
        members.dropSnapshots();
        tableChanges.begin(tables.tables());
        blockStatuses.startAt(bootstrap.triggerStartTs());
        transitions.bootstrapped(nowMillis);
        rebuild.admitRestored(nowMillis);
        triggerStarter.start(nowMillis);
        return Disposition.APPLIED;
    }

    // ---- planning ----------------------------------------------------------------------------------------------

    private boolean isPlanning(MaintainerEpoch epoch) {
        return epoch.equals(assignment.epoch()) && lifecycle.allows(LifecycleAction.PLAN);
    }

    private Disposition onCommand(HostInput.SchedulerCommanded commanded, long nowMillis) {
        if (!lifecycle.allows(LifecycleAction.PLAN)) {
            return Disposition.REFUSED;
        }
        scheduling.command(commanded.number(), commanded.command(), nowMillis);
        return Disposition.APPLIED;
    }

    private Disposition onDecision(HostInput.RefusalDecided decided, long nowMillis) {
        if (!lifecycle.allows(LifecycleAction.HANDLE_BLOCK_STATUS)) {
            return Disposition.REFUSED;
        }
        boolean meant = decided.epoch().equals(assignment.epoch())
                && barrier.decided(decided.event(), decided.attempt(), decided.decision(), nowMillis);
        return meant ? Disposition.APPLIED : Disposition.STALE;
    }

    // ---- membership --------------------------------------------------------------------------------------------

    private Disposition onMembership(Membership membership, long nowMillis) {
        if (!members.note(membership)) {
            return Disposition.STALE;
        }
        if (!lifecycle.allows(LifecycleAction.REACT_TO_MEMBERSHIP)) {
            return Disposition.REFUSED;
        }
        if (phase() == LifecyclePhase.RUNNING && members.anyJoins()) {
            // It may be a node that was started again, and whose former process has a lease still.
            cluster.cooldown().joined(nowMillis, config.planning().joinGraceMillis());
        }
        SortedSet<NodeId> departed = members.adopt();
        if (!departed.isEmpty()) {
            memberWatch.onDeath(departed, nowMillis);
            departed.forEach(barrierReports::forget);
        }
        bootstrap.request(phase() == LifecyclePhase.RUNNING, nowMillis);
        if (phase() == LifecyclePhase.BOOTSTRAPPING) {
            bootstrap.requestTablesIfReady(nowMillis);
        }
        demand.want();
        return Disposition.APPLIED;
    }

    /** Known in every phase, as its progress is reported; what follows from it is planned, and so only where plans are. */
    private Disposition onDrainTarget(DrainTarget target, long changedAtMillis) {
        if (!cluster.drain().note(target, changedAtMillis)) {
            return cluster.drain().target().isNewerThan(target) ? Disposition.STALE : Disposition.DUPLICATE;
        }
        demand.want();
        return Disposition.APPLIED;
    }

    // ---- removal -----------------------------------------------------------------------------------------------

    /** Whether a removal can begin now; of one that has begun more can be asked at any time. */
    boolean canBegin(RemovalMode mode) {
        // A removal asks the members that it knows to close, and hears of no others later.
        boolean tooEarly = phase() == LifecyclePhase.BOOTSTRAPPING && bootstrap.waitsForMembership();
        return !tooEarly && lifecycle.canBegin(mode);
    }

    private Disposition onRemoval(MaintainerEpoch epoch, RemovalMode mode, long nowMillis) {
        if (!epoch.equals(assignment.epoch())) {
            return Disposition.STALE;
        }
        boolean begins = phase() == LifecyclePhase.BOOTSTRAPPING || phase() == LifecyclePhase.RUNNING;
        return begins && !canBegin(mode) ? Disposition.REFUSED : transitions.remove(mode, nowMillis);
    }

    // ---- time --------------------------------------------------------------------------------------------------

    private void onTick(long nowMillis) {
        errors.expire(nowMillis);
        switch (phase()) {
            case BOOTSTRAPPING -> {
                memberWatch.lookForSuspects(members::alive, nowMillis);
                bootstrap.request(phase() == LifecyclePhase.RUNNING, nowMillis);
                bootstrap.requestTablesIfReady(nowMillis);
            }
            case RUNNING -> {
                bootstrap.request(phase() == LifecyclePhase.RUNNING, nowMillis);
                triggerStarter.start(nowMillis);
                operators.tick(nowMillis);
                retryPlacement(nowMillis);
                spans.tombstones().expire(nowMillis);
                memberWatch.reconcile(nowMillis);
                // Not by the checkpoint alone: an orphan that waits at a block event would hold it for ever.
                adoption.expire(Math.max(checkpoint.committedTs(), trigger.checkpointTs()), nowMillis);
                redo.send(nowMillis);
                release.send(nowMillis);
                release.lookForStall(nowMillis);
            }
            case REMOVING -> {
                removal.repeat(nowMillis);
                memberWatch.lookForSuspects(removal::awaited, nowMillis);
            }
            case CLOSED -> {}
        }
    }

    private void retryPlacement(long nowMillis) {
        for (DispatcherId each : spans.retries().expire(nowMillis)) {
            SpanReplica replica = spans.registry().get(each);
            if (replica != null) {
                spans.registry().touch(replica);
                demand.want();
            }
        }
    }

    // ---- the redo log ------------------------------------------------------------------------------------------

    /** Wants the redo log, into which this pipeline replicates, to promise this. */
    void promise(RedoMeta meta, long nowMillis) {
        redo.want(meta);
        redo.send(nowMillis);
    }

    /** Up to where the redo log, into which this pipeline replicates, durably promises to be complete; a TSO, or 0. */
    long promisedTs() {
        return redo.durableTs();
    }

    /** The redo log is durable up to {@code ts}, a TSO: so far may this pipeline write. */
    void release(long ts, long nowMillis) {
        release.raise(ts);
        if (phase() == LifecyclePhase.RUNNING) {
            release.send(nowMillis);
        }
    }

    // ---- queries -----------------------------------------------------------------------------------------------

    /** The committed checkpoint; a TSO. */
    public long checkpointTs() {
        return checkpoint.committedTs();
    }

    /** The pipeline. */
    public ChangefeedId changefeed() {
        return assignment.changefeed();
    }

    /** The ownership. */
    public MaintainerEpoch epoch() {
        return assignment.epoch();
    }

    /** The present phase. */
    public LifecyclePhase phase() {
        return lifecycle.phase();
    }

    /** The status for the coordinator. */
    public MaintainerStatus status() {
        long checkpointTs = checkpoint.committedTs();
        FinalStatus finalStatus =
                phase() == LifecyclePhase.CLOSED ? new FinalStatus(checkpointTs, operators.manifest()) : null;
        return new MaintainerStatus(
                assignment.changefeed(),
                assignment.epoch(),
                phase(),
                checkpointTs,
                members.version(),
                scheduling.chosen(),
                phase() == LifecyclePhase.RUNNING
                        ? spans.drainProgress(cluster.drain().target())
                        : DrainProgress.NONE,
                phase() == LifecyclePhase.CLOSED
                        ? Collections.emptySortedSet()
                        : cluster.failureDetector().suspects(),
                errors.all(),
                finalStatus);
    }

    /** Looks at it, for people. */
    public MaintainerInspector inspector() {
        return inspection;
    }

    /** The DDL trigger dispatcher. */
    public DispatcherId triggerId() {
        return trigger.id();
    }

    /** What contradicts what in this maintainer; empty if all is well. O(all); changes nothing. */
    public List<Finding> audit() {
        return audit.run(checkpoint.cap(), removal.highestCap(), dispositions);
    }
}
