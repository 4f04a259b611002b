package dev.maintainer.core.host;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.HostInput.PipelineInput;
import dev.maintainer.core.Inconsistency;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerFigures;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.changefeed.ChangefeedMaintainer;
import dev.maintainer.core.changefeed.DispositionCounts;
import dev.maintainer.core.changefeed.Maintainer;
import dev.maintainer.core.changefeed.MaintainerPorts;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hosts the maintainers of one node: starts and ends them as the coordinator requests, passes inputs to them, and
 * reports for them. Deterministic and single writer, like the maintainers: {@link #handle} is called from one thread at
 * a time.
 */
public final class MaintainerHost {
    private static final long PUBLISH_MILLIS = 200;
    /** Stands for the host itself in the audit. */
    private static final ChangefeedId HOST = new ChangefeedId("host");

    private final NodeId self;
    private final Transport transport;
    private final SchemaStore schemaStore;
    private final String scheduler;
    private final PlanningPort planning;
    private final MaintainerConfig config;
    private final MaintainerObserver observer;
    private final ReportGate reports;

    private final TreeMap<ChangefeedId, ChangefeedMaintainer> hosted = new TreeMap<>();
    private final StatusReports statuses;
    private final FinalStatuses finalStatuses = new FinalStatuses();
    private final DispositionCounts dispositions = new DispositionCounts();
    private @Nullable Membership membership;
    private DrainTarget drain = DrainTarget.NONE;
    private long drainChangedAt;
    private long publishedAt = Long.MIN_VALUE / 2;
    private long finalStatusesAt = Long.MIN_VALUE / 2;

    /**
     * Creates a host without maintainers.
     *
     * @param scheduler the name of the scheduler with which maintainers start
     * @param planning runs it
     */
    public MaintainerHost(
            NodeId self,
            Transport transport,
            SchemaStore schemaStore,
            String scheduler,
            PlanningPort planning,
            MaintainerConfig config,
            MaintainerObserver observer) {
        this.self = self;
        this.transport = transport;
        this.schemaStore = schemaStore;
        this.scheduler = scheduler;
        this.planning = planning;
        this.config = config;
        this.observer = new LoggingObserver(observer);
        this.reports = new ReportGate(transport);
        this.statuses = new StatusReports(config.checkpointMillis(), config.statusMillis());
    }

    /** Takes one input in. Returns what became of it. */
    public Disposition handle(HostInput input, long nowMillis) {
        if (input instanceof PipelineInput forPipeline) {
            return bring(forPipeline, nowMillis);
        }
        if (input instanceof HostInput.RequestReceived received) {
            dispositions.begin();
            return dispositions.count(
                    received.request().kind(), onRequest(received.from(), received.request(), nowMillis));
        }
        if (input instanceof HostInput.MembershipChanged changed) {
            return onMembership(changed.membership(), nowMillis);
        }
        if (input instanceof HostInput.Tick) {
            return onTick(nowMillis);
        }
        throw new IllegalStateException("unknown input " + input);
    }

    private Disposition bring(PipelineInput input, long nowMillis) {
        ChangefeedId pipeline = input.changefeed();
        ChangefeedMaintainer target = hosted.get(pipeline.in(ReplicationMode.DEFAULT));
        if (target == null || !target.has(pipeline.mode())) {
            dispositions.begin();
            return dispositions.count(input.kind(), Disposition.STALE);
        }
        Disposition disposition = target.handle(input, nowMillis);
        settleIfClosed(target, nowMillis);
        report(statuses.dueAfterInput(target, nowMillis));
        return disposition;
    }

    private Disposition onMembership(Membership newest, long nowMillis) {
        if (membership == null || newest.version() > membership.version()) {
            membership = newest;
        }
        hosted.values().forEach(each -> each.membershipChanged(newest, nowMillis));
        settleClosed(hosted.values(), nowMillis);
        return Disposition.APPLIED;
    }

    // ---- requests ----------------------------------------------------------------------------------------------

    private Disposition onRequest(NodeId from, CoordinatorRequest request, long nowMillis) {
        if (request instanceof CoordinatorRequest.CoordinatorBootstrap leader) {
            return onLeader(from, leader);
        }
        if (!reports.isFollowed(from)) {
            return Disposition.STALE;
        }
        if (request instanceof CoordinatorRequest.AddMaintainer add) {
            return onAdd(add, nowMillis);
        }
        if (request instanceof CoordinatorRequest.RemoveMaintainer remove) {
            return onRemove(remove, nowMillis);
        }
        if (request instanceof CoordinatorRequest.SetDrainTarget set) {
            return onDrainTarget(set.drain(), nowMillis);
        }
        if (request instanceof CoordinatorRequest.AcknowledgeFinalStatus acknowledged) {
            return finalStatuses.acknowledge(acknowledged.changefeed(), acknowledged.epoch())
                    ? Disposition.APPLIED
                    : Disposition.DUPLICATE;
        }
        throw new IllegalStateException("unknown request " + request);
    }

    private Disposition onLeader(NodeId from, CoordinatorRequest.CoordinatorBootstrap leader) {
        if (!reports.follow(from, leader.version())) {
            return Disposition.STALE;
        }
        List<MaintainerStatus> all = new ArrayList<>(finalStatuses.all());
        hosted.values().forEach(each -> all.add(each.status()));
        reports.send(new CoordinatorReport.HostSnapshot(leader.version(), all, drain));
        return Disposition.APPLIED;
    }

    private Disposition onDrainTarget(DrainTarget target, long nowMillis) {
        Disposition disposition = Disposition.DUPLICATE;
        if (target.isNewerThan(drain)) {
            drain = target;
            drainChangedAt = nowMillis;
            hosted.values().forEach(each -> each.drainTargetChanged(target, nowMillis, nowMillis));
            settleClosed(hosted.values(), nowMillis);
            disposition = Disposition.APPLIED;
        } else if (drain.isNewerThan(target)) {
            disposition = Disposition.STALE;
        }
        reports.send(new CoordinatorReport.DrainTargetHeld(drain, hosted.size()));
        return disposition;
    }

    private Disposition onAdd(CoordinatorRequest.AddMaintainer add, long nowMillis) {
        ChangefeedMaintainer present = hosted.get(add.changefeed());
        if (present != null) {
            MaintainerEpoch presentEpoch = present.epoch();
            if (presentEpoch.equals(add.epoch())) {
                return Disposition.DUPLICATE;
            }
            boolean stale = presentEpoch.isNewerThan(add.epoch());
            refuse(add.changefeed(), add.epoch(), presentEpoch, add.kind(), RefusalReason.PRECONDITION_FAILED);
            return stale ? Disposition.STALE : Disposition.REFUSED;
        }
        if (finalStatuses.hasClosed(add.changefeed(), add.epoch())) {
            refuse(add.changefeed(), add.epoch(), null, add.kind(), RefusalReason.CLOSED);
            return Disposition.STALE;
        }
        if (add.changefeed().isRedo() || add.checkpointTs() < 1 || add.checkpointTs() == Long.MAX_VALUE) {
            refuse(add.changefeed(), add.epoch(), null, add.kind(), RefusalReason.PRECONDITION_FAILED);
            return Disposition.REFUSED;
        }
        start(add, nowMillis);
        return Disposition.APPLIED;
    }

    private void start(CoordinatorRequest.AddMaintainer add, long nowMillis) {
        MaintainerPorts ports = new MaintainerPorts(transport, schemaStore, planning, observer);
        ChangefeedMaintainer maintainer = new ChangefeedMaintainer(add, self, scheduler, config, ports);
        hosted.put(add.changefeed(), maintainer);
        if (drain.isNewerThan(DrainTarget.NONE)) {
            maintainer.drainTargetChanged(drain, drainChangedAt, nowMillis);
        }
        if (membership != null) {
            maintainer.membershipChanged(membership, nowMillis);
        }
    }

    private Disposition onRemove(CoordinatorRequest.RemoveMaintainer remove, long nowMillis) {
        MaintainerStatus last = finalStatuses.of(remove.changefeed(), remove.epoch());
        if (last != null) {
            reports.send(new CoordinatorReport.MaintainerHeartbeat(List.of(last)));
            return Disposition.DUPLICATE;
        }
        ChangefeedMaintainer present = hosted.get(remove.changefeed());
        if (present == null) {
            // Nothing runs here under this epoch, and nothing ever will: a late add of it finds the tombstone.
            finalStatuses.rejectUpTo(remove.changefeed(), remove.epoch());
            MaintainerStatus unknown = new MaintainerStatus(
                    remove.changefeed(),
                    remove.epoch(),
                    LifecyclePhase.CLOSED,
                    0,
                    membership == null ? 0 : membership.version(),
                    "",
                    DrainProgress.NONE,
                    Collections.emptySortedSet(),
                    List.of(),
                    new FinalStatus(0, HandoffManifest.EMPTY));
            reports.send(new CoordinatorReport.MaintainerHeartbeat(List.of(unknown)));
            return Disposition.APPLIED;
        }
        if (remove.epoch().isNewerThan(present.epoch())) {
            // What is hosted is older; a late add of the removed epoch must not start when that has gone.
            finalStatuses.rejectUpTo(remove.changefeed(), remove.epoch());
        }
        Disposition disposition = present.remove(remove.epoch(), remove.mode(), nowMillis);
        if (disposition == Disposition.REFUSED || disposition == Disposition.STALE) {
            RefusalReason reason =
                    disposition == Disposition.REFUSED ? RefusalReason.NOT_YET : RefusalReason.PRECONDITION_FAILED;
            refuse(remove.changefeed(), remove.epoch(), present.epoch(), remove.kind(), reason);
        }
        settleIfClosed(present, nowMillis);
        return disposition;
    }

    private void refuse(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            @Nullable MaintainerEpoch currentEpoch,
            String request,
            RefusalReason reason) {
        reports.send(new CoordinatorReport.RequestRefused(changefeed, epoch, currentEpoch, request, reason));
    }

    // ---- time --------------------------------------------------------------------------------------------------

    private Disposition onTick(long nowMillis) {
        hosted.values().forEach(each -> each.tick(nowMillis));
        settleClosed(hosted.values(), nowMillis);
        List<MaintainerStatus> due = statuses.dueAtTick(hosted.values(), nowMillis);
        if (nowMillis - finalStatusesAt >= config.statusMillis()) {
            finalStatusesAt = nowMillis;
            due.addAll(finalStatuses.all());
        }
        report(due);
        if (nowMillis - publishedAt >= PUBLISH_MILLIS) {
            publishedAt = nowMillis;
            views().forEach(observer::published);
            figures(nowMillis).forEach(observer::measured);
        }
        return Disposition.APPLIED;
    }

    private void settleIfClosed(ChangefeedMaintainer touched, long nowMillis) {
        if (touched.phase() == LifecyclePhase.CLOSED) {
            settleClosed(List.of(touched), nowMillis);
        }
    }

    /** A maintainer that has closed leaves its final status behind, is reported at once, and is gone. */
    private void settleClosed(Collection<ChangefeedMaintainer> touched, long nowMillis) {
        List<MaintainerStatus> closed = new ArrayList<>();
        for (ChangefeedMaintainer each : touched) {
            if (each.phase() == LifecyclePhase.CLOSED) {
                closed.add(each.status());
            }
        }
        for (MaintainerStatus status : closed) {
            hosted.remove(status.changefeed());
            statuses.forget(status.changefeed());
            finalStatuses.keep(status);
        }
        if (!closed.isEmpty()) {
            finalStatusesAt = nowMillis;
        }
        report(closed);
    }

    private void report(List<MaintainerStatus> due) {
        if (!due.isEmpty()) {
            reports.send(new CoordinatorReport.MaintainerHeartbeat(due));
        }
    }

    // ---- queries -----------------------------------------------------------------------------------------------

    /** What became of inbound messages that concerned no maintainer, by {@code <kind>/<disposition>}. */
    public Map<String, Long> dispositions() {
        return dispositions.asMap();
    }

    /** The newest drain target that this host has heard of. */
    public DrainTarget drain() {
        return drain;
    }

    /** The changefeeds whose maintainers run here. */
    public List<ChangefeedId> changefeeds() {
        return List.copyOf(hosted.keySet());
    }

    /** The pipelines of the maintainers that run here, as people see them. Costs their nodes. */
    public List<MaintainerView> views() {
        return hosted.values().stream()
                .flatMap(each -> each.pipelines().stream())
                .map(pipeline -> pipeline.inspector().view())
                .toList();
    }

    private List<MaintainerFigures> figures(long nowMillis) {
        return hosted.values().stream()
                .flatMap(each -> each.pipelines().stream())
                .map(pipeline -> pipeline.inspector().figures(nowMillis))
                .toList();
    }

    /** The maintainer of a pipeline that runs here, to be looked at on the thread that calls {@link #handle}, between two inputs. */
    public Optional<MaintainerInspector> inspect(ChangefeedId changefeed) {
        return Optional.ofNullable(hosted.get(changefeed.in(ReplicationMode.DEFAULT)))
                .flatMap(target -> target.pipeline(changefeed.mode()))
                .map(Maintainer::inspector);
    }

    /**
     * What contradicts what in the maintainers of this node; empty if all is well. O(all spans): for tests, simulations,
     * and people in the night. Changes nothing; call it on the thread that calls {@link #handle}, between two inputs.
     */
    public List<Inconsistency> audit() {
        List<Inconsistency> found = new ArrayList<>();
        hosted.forEach((changefeed, each) -> {
            each.pipelines()
                    .forEach(pipeline -> pipeline.audit()
                            .forEach(finding -> found.add(
                                    new Inconsistency(pipeline.changefeed(), finding.invariant(), finding.text()))));
            boolean named = each.changefeed().equals(changefeed);
            if (!named || finalStatuses.of(changefeed, each.epoch()) != null) {
                found.add(new Inconsistency(
                        changefeed,
                        "L-8.1",
                        "hosts " + each.changefeed() + " under epoch " + each.epoch()
                                + ", which has said its final status here or belongs elsewhere"));
            }
        });
        dispositions
                .audit()
                .forEach(finding -> found.add(new Inconsistency(HOST, finding.invariant(), finding.text())));
        return found;
    }
}
