package dev.maintainer.core.changefeed;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.planner.SchedulerChoice;
import dev.maintainer.operator.OperatorView;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The maintainer of one pipeline of a changefeed: a deterministic function of its inputs. It reads no clock and makes no threads;
 * whoever runs it calls {@link #handle} from one thread at a time and carries its commands away.
 */
public final class Maintainer implements MaintainerInspector {
    private final MaintainerObserver observer;
    private final Pipeline pipeline;
    private final Bootstrap bootstrap;
    private final HeartbeatReconciler heartbeats;
    private final TableChanges tableChanges;
    private final Removal removal;
    private final MemberWatch members;
    private final DispositionCounts dispositions = new DispositionCounts();

    private final LifecycleState lifecycle;
    private long checkpointRoseAt = Long.MIN_VALUE;
    private long begunAt = Long.MIN_VALUE;

    /**
     * Makes a maintainer; it acts from its first membership on.
     *
     * @param assignment what it is to look after
     * @param choice with which scheduler it begins
     */
    public Maintainer(Assignment assignment, SchedulerChoice choice, MaintainerConfig config, MaintainerPorts ports) {
        this.observer = ports.observer();
        this.pipeline = new Pipeline(assignment, choice, config, ports);
        this.lifecycle = pipeline.lifecycle;
        this.bootstrap = new Bootstrap(pipeline, ports.schemaStore(), assignment);
        this.heartbeats = new HeartbeatReconciler(pipeline);
        this.tableChanges = new TableChanges(pipeline);
        this.removal = new Removal(pipeline);
        this.members = new MemberWatch(pipeline);
    }

    /** Takes one input in. Returns what became of it. */
    public Disposition handle(MaintainerInput input, long nowMillis) {
        if (begunAt == Long.MIN_VALUE) {
            begunAt = nowMillis;
        }
        Disposition disposition = dispatch(input, nowMillis);
        if (pipeline.lifecycle.allows(LifecycleAction.PLAN)) {
            pipeline.scheduling.planIfWanted(input instanceof MaintainerInput.Tick, nowMillis);
        }
        if (phase() == LifecyclePhase.REMOVING) {
            closeIfComplete(input instanceof MaintainerInput.Tick, nowMillis);
        }
        return disposition;
    }

    private Disposition dispatch(MaintainerInput input, long nowMillis) {
        if (!(input instanceof MaintainerInput.Tick)) {
            dispositions.begin();
        }
        if (input instanceof MaintainerInput.ReportReceived received) {
            return dispositions.count(
                    received.report().kind(), onReport(received.from(), received.report(), nowMillis));
        }
        if (input instanceof MaintainerInput.MembershipChanged changed) {
            return dispositions.count("MembershipChanged", onMembership(changed.membership(), nowMillis));
        }
        if (input instanceof MaintainerInput.TablesLoaded loaded) {
            return dispositions.count("TablesLoaded", onTables(loaded.snapshot(), nowMillis));
        }
        if (input instanceof MaintainerInput.RemovalRequested request) {
            return dispositions.count("RemoveMaintainer", onRemoval(request, nowMillis));
        }
        if (input instanceof MaintainerInput.PlanReturned returned) {
            return dispositions.count(
                    "PlanReturned",
                    onPlanning(pipeline.lifecycle.allows(LifecycleAction.PLAN)
                            && pipeline.scheduling.answered(returned.answer(), nowMillis)));
        }
        if (input instanceof MaintainerInput.ShadowReturned returned) {
            return dispositions.count(
                    "ShadowReturned",
                    onPlanning(pipeline.lifecycle.allows(LifecycleAction.PLAN)
                            && pipeline.scheduling.shadowAnswered(returned.round(), returned.answer())));
        }
        if (input instanceof MaintainerInput.SchedulerCommanded commanded) {
            return dispositions.count("SchedulerCommanded", onCommand(commanded, nowMillis));
        }
        if (input instanceof MaintainerInput.DrainTargetChanged changed) {
            return dispositions.count("SetDrainTarget", onDrainTarget(changed));
        }
        if (input instanceof MaintainerInput.Tick) {
            return onTick(nowMillis);
        }
        throw new IllegalStateException("unknown input " + input);
    }

    // ---- reports -----------------------------------------------------------------------------------------------

    private Disposition onReport(NodeId from, WorkerReport report, long nowMillis) {
        Disposition disposition = onReportOf(from, report, nowMillis);
        if (disposition != Disposition.STALE && isWatched(from)) {
            members.heard(from, nowMillis);
        }
        return disposition;
    }

    /** A close waits for those, too, that have come since it began. */
    private boolean isWatched(NodeId node) {
        return phase() == LifecyclePhase.REMOVING
                ? pipeline.members.latest().contains(node)
                : pipeline.members.isAlive(node);
    }

    private Disposition onReportOf(NodeId from, WorkerReport report, long nowMillis) {
        if (!report.epoch().equals(pipeline.epoch)) {
            return Disposition.STALE;
        }
        if (phase() == LifecyclePhase.CLOSED) {
            return Disposition.REFUSED;
        }
        if (report instanceof WorkerReport.Heartbeat heartbeat) {
            return heartbeats.onHeartbeat(from, heartbeat, nowMillis);
        }
        if (report instanceof WorkerReport.BlockStatusReport blocked) {
            return tableChanges.onReport(from, blocked, nowMillis);
        }
        if (report instanceof WorkerReport.BootstrapSnapshot snapshot) {
            return onSnapshot(from, snapshot, nowMillis);
        }
        if (report instanceof WorkerReport.BootstrapFailed failed) {
            boolean news = pipeline.lifecycle.allows(LifecycleAction.STORE_ERRORS)
                    && pipeline.errors.report(from, List.of(failed.error()), nowMillis);
            return news ? Disposition.APPLIED : Disposition.DUPLICATE;
        }
        if (report instanceof WorkerReport.PostBootstrapDone done) {
            return pipeline.lifecycle.allows(LifecycleAction.SEND_POST_BOOTSTRAP)
                    ? bootstrap.onTriggerBegun(from, done)
                    : Disposition.REFUSED;
        }
        if (report instanceof WorkerReport.CloseDone done) {
            return removal.onCloseDone(from, done);
        }
        if (report instanceof WorkerReport.RedoMetaPersisted persisted) {
            return pipeline.redo.onPersisted(from, persisted);
        }
        if (report instanceof WorkerReport.CommandRefused refused) {
            return onRefused(refused, nowMillis);
        }
        throw new IllegalStateException("unknown report " + report);
    }

    private Disposition onSnapshot(NodeId from, WorkerReport.BootstrapSnapshot snapshot, long nowMillis) {
        if (!pipeline.lifecycle.allows(LifecycleAction.SEND_BOOTSTRAP)) {
            return Disposition.REFUSED;
        }
        Disposition disposition =
                bootstrap.onSnapshot(from, snapshot, phase() == LifecyclePhase.BOOTSTRAPPING, nowMillis);
        if (disposition != Disposition.STALE) {
            pipeline.errors.forget(from);
        }
        if (phase() == LifecyclePhase.BOOTSTRAPPING) {
            bootstrap.requestTablesIfReady(nowMillis);
        }
        return disposition;
    }

    /** A worker has a newer owner: this one has nothing to say any more. */
    private Disposition onRefused(WorkerReport.CommandRefused refused, long nowMillis) {
        if (!refused.currentEpoch().isNewerThan(pipeline.epoch)) {
            return Disposition.APPLIED;
        }
        fence(nowMillis);
        return Disposition.APPLIED;
    }

    /** Somebody newer owns the changefeed: this one ends where it stands. */
    void fence(long nowMillis) {
        if (phase() != LifecyclePhase.CLOSED) {
            pipeline.operators.quiesce(QuiesceAllowlist.NONE);
            pipeline.scheduling.close();
            advance(LifecyclePhase.Event.FENCED, nowMillis);
        }
    }

    private Disposition onTables(SchemaSnapshot tables, long nowMillis) {
        if (phase() != LifecyclePhase.BOOTSTRAPPING) {
            return Disposition.DUPLICATE;
        }
        Optional<StateRebuild> rebuilt = bootstrap.onTables(tables);
        if (rebuilt.isEmpty()) {
            return Disposition.STALE;
        }
        tableChanges.startAt(bootstrap.triggerStartTs());
        advance(LifecyclePhase.Event.BOOTSTRAPPED, nowMillis);
        rebuilt.get().admitRestored(nowMillis);
        bootstrap.startTrigger(nowMillis);
        return Disposition.APPLIED;
    }

    // ---- planning ----------------------------------------------------------------------------------------------

    private static Disposition onPlanning(boolean awaited) {
        return awaited ? Disposition.APPLIED : Disposition.STALE;
    }

    private Disposition onCommand(MaintainerInput.SchedulerCommanded commanded, long nowMillis) {
        if (!pipeline.lifecycle.allows(LifecycleAction.PLAN)) {
            return Disposition.REFUSED;
        }
        pipeline.scheduling.command(commanded.number(), commanded.command(), nowMillis);
        return Disposition.APPLIED;
    }

    // ---- membership --------------------------------------------------------------------------------------------

    private Disposition onMembership(Membership membership, long nowMillis) {
        if (!pipeline.members.note(membership)) {
            return Disposition.STALE;
        }
        if (!pipeline.lifecycle.allows(LifecycleAction.REACT_TO_MEMBERSHIP)) {
            return Disposition.REFUSED;
        }
        if (phase() == LifecyclePhase.RUNNING && pipeline.members.anyJoins()) {
            // It may be a node that was started again, and whose former process has a lease still.
            pipeline.cooldown.joined(nowMillis, pipeline.config.planning().joinGraceMillis());
        }
        SortedSet<NodeId> departed = pipeline.members.adopt();
        if (!departed.isEmpty()) {
            members.onDeath(departed, nowMillis);
        }
        bootstrap.request(phase() == LifecyclePhase.RUNNING, nowMillis);
        if (phase() == LifecyclePhase.BOOTSTRAPPING) {
            bootstrap.requestTablesIfReady(nowMillis);
        }
        pipeline.scheduling.wantPlan();
        return Disposition.APPLIED;
    }

    /** Known in every phase, as its progress is reported; what follows from it is planned, and so only where plans are. */
    private Disposition onDrainTarget(MaintainerInput.DrainTargetChanged changed) {
        if (!pipeline.drain.note(changed.target(), changed.changedAtMillis())) {
            return pipeline.drain.target().isNewerThan(changed.target()) ? Disposition.STALE : Disposition.DUPLICATE;
        }
        pipeline.scheduling.wantPlan();
        return Disposition.APPLIED;
    }

    // ---- removal -----------------------------------------------------------------------------------------------

    /** Whether a removal can begin now; of one that has begun more can be asked at any time. */
    boolean canBegin(MaintainerInput.RemovalRequested request) {
        // A removal asks the members that it knows to close, and hears of no others later.
        boolean tooEarly = phase() == LifecyclePhase.BOOTSTRAPPING && bootstrap.waitsForMembership();
        return !tooEarly && lifecycle.canBegin(request.mode());
    }

    private Disposition onRemoval(MaintainerInput.RemovalRequested request, long nowMillis) {
        if (!request.epoch().equals(pipeline.epoch)) {
            return Disposition.STALE;
        }
        if (phase() == LifecyclePhase.CLOSED) {
            return Disposition.DUPLICATE;
        }
        if (phase() == LifecyclePhase.REMOVING) {
            boolean more = lifecycle.strengthen(request.mode());
            removal.sendCloses(nowMillis);
            return more ? Disposition.APPLIED : Disposition.DUPLICATE;
        }
        if (!canBegin(request)) {
            return Disposition.REFUSED;
        }
        LifecyclePhase before = phase();
        lifecycle.begin(request.mode());
        phaseChanged(before, nowMillis);
        pipeline.scheduling.close();
        removal.begin(nowMillis);
        observer.quiesced(
                pipeline.changefeed,
                pipeline.epoch,
                pipeline.operators.frozen(),
                pipeline.checkpoint.committedTs(),
                nowMillis);
        return Disposition.APPLIED;
    }

    /** The manifest is written at ticks, and by whatever comes when nothing else is left to do. */
    private void closeIfComplete(boolean tick, long nowMillis) {
        boolean complete = removal.isComplete();
        boolean written = (tick || complete) && removal.writeManifest();
        if (complete && written) {
            computeCheckpoint(removal.checkpointCap(), nowMillis);
            advance(LifecyclePhase.Event.CLOSE_CONFIRMED, nowMillis);
        }
    }

    private void advance(LifecyclePhase.Event event, long nowMillis) {
        LifecyclePhase before = phase();
        if (lifecycle.on(event)) {
            phaseChanged(before, nowMillis);
        }
    }

    private void phaseChanged(LifecyclePhase before, long nowMillis) {
        long checkpointTs = pipeline.checkpoint.committedTs();
        observer.phaseChanged(pipeline.changefeed, pipeline.epoch, before, phase(), checkpointTs, nowMillis);
        if (phase() == LifecyclePhase.CLOSED) {
            observer.finalStatus(
                    pipeline.changefeed,
                    pipeline.epoch,
                    new FinalStatus(checkpointTs, pipeline.operators.manifest()),
                    nowMillis);
        }
    }

    // ---- time --------------------------------------------------------------------------------------------------

    private Disposition onTick(long nowMillis) {
        pipeline.errors.expire(nowMillis);
        switch (phase()) {
            case BOOTSTRAPPING -> {
                members.lookForSuspects(pipeline.members::alive, nowMillis);
                bootstrap.request(phase() == LifecyclePhase.RUNNING, nowMillis);
                bootstrap.requestTablesIfReady(nowMillis);
            }
            case RUNNING -> {
                bootstrap.request(phase() == LifecyclePhase.RUNNING, nowMillis);
                bootstrap.startTrigger(nowMillis);
                pipeline.operators.tick(nowMillis);
                pipeline.tombstones.expire(nowMillis);
                members.reconcile(nowMillis);
                computeCheckpoint(
                        pipeline.trigger.isLost() ? pipeline.trigger.checkpointTs() : Long.MAX_VALUE, nowMillis);
                expireUnclaimed(nowMillis);
                pipeline.redo.send(nowMillis);
                pipeline.release.send(nowMillis);
                pipeline.release.lookForStall(nowMillis);
            }
            case REMOVING -> {
                removal.repeat(nowMillis);
                members.lookForSuspects(removal::awaited, nowMillis);
                computeCheckpoint(removal.checkpointCap(), nowMillis);
            }
            case CLOSED -> {
                return Disposition.REFUSED;
            }
        }
        return Disposition.APPLIED;
    }

    private void computeCheckpoint(long cap, long nowMillis) {
        if (pipeline.checkpoint.compute(cap)) {
            checkpointRoseAt = nowMillis;
        }
    }

    private void expireUnclaimed(long nowMillis) {
        for (UnclaimedDispatchers.UnclaimedDispatcher orphan :
                pipeline.unclaimed.expire(pipeline.checkpoint.committedTs())) {
            pipeline.tombstones.add(orphan.id, nowMillis);
            pipeline.operators.removeStray(orphan.id, orphan.node, nowMillis);
        }
    }

    // ---- the redo log ------------------------------------------------------------------------------------------

    /** Wants the redo log, into which this pipeline replicates, to promise this. */
    void promise(RedoMeta meta) {
        pipeline.redo.want(meta);
    }

    /** Up to where the redo log, into which this pipeline replicates, durably promises to be complete; a TSO, or 0. */
    long promisedTs() {
        return pipeline.redo.durableTs();
    }

    /** The redo log is durable up to {@code ts}, a TSO: so far may this pipeline write. */
    void release(long ts) {
        pipeline.release.raise(ts);
    }

    // ---- queries -----------------------------------------------------------------------------------------------

    /** The committed checkpoint; a TSO. */
    public long checkpointTs() {
        return pipeline.checkpoint.committedTs();
    }

    /** The pipeline. */
    public ChangefeedId changefeed() {
        return pipeline.changefeed;
    }

    /** The ownership. */
    public MaintainerEpoch epoch() {
        return pipeline.epoch;
    }

    /** The present phase. */
    public LifecyclePhase phase() {
        return lifecycle.phase();
    }

    /** The status for the coordinator. */
    public MaintainerStatus status() {
        long checkpointTs = pipeline.checkpoint.committedTs();
        FinalStatus finalStatus =
                phase() == LifecyclePhase.CLOSED ? new FinalStatus(checkpointTs, pipeline.operators.manifest()) : null;
        return new MaintainerStatus(
                pipeline.changefeed,
                pipeline.epoch,
                phase(),
                checkpointTs,
                pipeline.members.version(),
                pipeline.scheduling.chosen(),
                phase() == LifecyclePhase.RUNNING ? pipeline.drainProgress() : DrainProgress.NONE,
                phase() == LifecyclePhase.CLOSED ? Collections.emptySortedSet() : pipeline.failureDetector.suspects(),
                pipeline.errors.all(),
                finalStatus);
    }

    @Override
    public MaintainerView view() {
        String heldBy = phase() == LifecyclePhase.BOOTSTRAPPING
                ? "bootstrap, waits for " + bootstrap.outstanding()
                : pipeline.heldBy().toString();
        return new MaintainerView(
                pipeline.changefeed,
                pipeline.epoch,
                phase(),
                pipeline.checkpoint.committedTs(),
                pipeline.checkpoint.resolvedTs(),
                pipeline.registry.size(),
                pipeline.registry.absentCount(),
                pipeline.operators.size(),
                pipeline.registry.boundByNode(),
                dispositions.asMap(),
                heldBy,
                pipeline.scheduling.view(),
                divided());
    }

    private SortedMap<TableId, MaintainerView.Parts> divided() {
        TreeMap<TableId, MaintainerView.Parts> shown = new TreeMap<>();
        pipeline.registry.dividedTables().stream()
                .limit(MaintainerView.MOST_DIVIDED)
                .forEach(table -> {
                    List<SpanReplica> parts = pipeline.registry.ofTable(table);
                    long nodes = parts.stream()
                            .map(SpanReplica::node)
                            .filter(Objects::nonNull)
                            .distinct()
                            .count();
                    shown.put(table, new MaintainerView.Parts(parts.size(), (int) nodes));
                });
        return shown;
    }

    private Inspection inspection(long nowMillis) {
        return new Inspection(pipeline, pipeline.lifecycle.allows(LifecycleAction.PLAN), nowMillis);
    }

    @Override
    public Optional<SpanExplanation> explain(DispatcherId dispatcher, long nowMillis) {
        return inspection(nowMillis).explain(dispatcher);
    }

    @Override
    public List<SpanExplanation> explain(TableId table, long nowMillis) {
        return pipeline.registry.ofTable(table).stream()
                .map(inspection(nowMillis)::explain)
                .toList();
    }

    @Override
    public Optional<PlacementObstacles> whyNot(DispatcherId dispatcher, NodeId node, long nowMillis) {
        return inspection(nowMillis).whyNot(dispatcher, node);
    }

    @Override
    public CheckpointDiagnosis blame(long nowMillis) {
        long since = Math.max(checkpointRoseAt, begunAt);
        return inspection(nowMillis)
                .blame(
                        since == Long.MIN_VALUE ? 0 : nowMillis - since,
                        phase() == LifecyclePhase.BOOTSTRAPPING
                                ? bootstrap.outstanding().toString()
                                : null);
    }

    /** The DDL trigger dispatcher. */
    public DispatcherId triggerId() {
        return pipeline.trigger.id();
    }

    /** The dispatchers of a table, oldest first. */
    public List<DispatcherId> dispatchersOf(TableId table) {
        return pipeline.registry.ofTable(table).stream().map(SpanReplica::id).toList();
    }

    /** The spans of a table for people: scheduling state, then the node if it is bound; oldest first. */
    public List<String> describe(TableId table) {
        return pipeline.registry.ofTable(table).stream()
                .map(replica -> replica.node() == null ? "" + replica.state() : replica.state() + "@" + replica.node())
                .toList();
    }

    /** Where a dispatcher's span is bound; null if it is absent or unknown. */
    public @Nullable NodeId nodeOf(DispatcherId dispatcher) {
        return pipeline.registry.boundTo(dispatcher);
    }

    @Override
    public List<OperatorView> operators(long nowMillis) {
        return pipeline.operators.operators(nowMillis);
    }

    /** What contradicts what in this maintainer; empty if all is well. O(all); changes nothing. */
    public List<Finding> audit() {
        return new MaintainerAudit(pipeline).run(removal.highestCap(), dispositions);
    }
}
