package dev.maintainer.coordinator;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorReport.HostSnapshot;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.api.port.Transport;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Places changefeeds on nodes, owns their epochs, and drives moves and removals.
 *
 * <p>Single writer: {@link #handle} may be called by one thread at a time. {@link #view} and {@link #counters} may be
 * used from any thread. It starts when it knows the members, all of them have answered, and the metadata is loaded; members
 * that never answer are expelled.
 */
public final class Coordinator {
    private static final Logger LOG = LoggerFactory.getLogger(Coordinator.class);

    private static final String ADD = CoordinatorRequest.AddMaintainer.class.getSimpleName();

    private final NodeId self;
    private final long version;
    private final CoordinatorConfig config;
    private final CoordinatorObserver observer;
    /** Broken by a test of the audit. */
    final Fleet fleet;

    private final DrainSession drain;
    private final SuspectEvictor evictor;
    private final StartDeadline deadline;
    private final QuorumCheck quorum;
    private final AwakeTime awake;

    private final CoordinatorCounters counters = new CoordinatorCounters();
    private final RequestAnswers answers = new RequestAnswers();
    private final Refusals refusals;
    private final Placements placements;
    private final Dismissals dismissals;
    private final MetadataSync sync;
    /** What hosts have told; null once this coordinator has begun. */
    private @Nullable SortedMap<NodeId, HostSnapshot> snapshots = new TreeMap<>();

    private @Nullable List<Versioned> loaded;
    /** Read by any thread; true once everything that was stored or reported is in {@link #placements}. */
    private volatile boolean started;

    private long askAt = Long.MIN_VALUE;

    /**
     * Makes a coordinator that has just come to lead.
     *
     * @param self the node that it runs on
     * @param version rises with each leadership
     * @param transport carries requests to the hosts
     * @param metadata what is durable, and outlives this coordinator
     * @param authority expels members that maintainers do not hear
     * @param config how often it repeats itself
     * @param observer hears what is done
     */
    public Coordinator(
            NodeId self,
            long version,
            Transport transport,
            MetadataGateway metadata,
            MembershipAuthority authority,
            CoordinatorConfig config,
            CoordinatorObserver observer) {
        this.self = self;
        this.version = version;
        this.config = config;
        this.observer = observer;
        this.fleet = new Fleet(transport);
        this.refusals = new Refusals(counters, observer);
        this.placements = new Placements(metadata, fleet, config, observer);
        this.dismissals = new Dismissals(fleet, config.resendMillis());
        this.sync = new MetadataSync(metadata, config, placements, dismissals, refusals);
        this.drain = new DrainSession(version, fleet, config, observer);
        this.evictor = new SuspectEvictor(fleet, config, authority, observer);
        this.deadline = new StartDeadline(fleet, config, authority, observer);
        this.quorum = new QuorumCheck(self, fleet, config, authority);
        this.awake = new AwakeTime(2 * config.resendMillis());
    }

    /**
     * Takes one input to its end.
     *
     * @param input what has happened
     * @param nowMillis milliseconds of a clock that never goes back; only differences count
     */
    public void handle(CoordinatorInput input, long nowMillis) {
        if (input instanceof CoordinatorInput.Tick) {
            tick(nowMillis);
        } else if (input instanceof CoordinatorInput.ReportReceived received) {
            report(received.from(), received.report(), nowMillis);
        } else if (input instanceof CoordinatorInput.MembershipChanged changed) {
            membership(changed.membership(), nowMillis);
        } else if (input instanceof CoordinatorInput.CreateChangefeed create) {
            create(create);
        } else if (input instanceof CoordinatorInput.ChangeRequest request) {
            change(request, nowMillis);
        } else if (input instanceof CoordinatorInput.DrainNode wanted) {
            drainNode(wanted, nowMillis);
        } else if (input instanceof CoordinatorInput.CancelDrain cancelled) {
            cancelDrain(cancelled, nowMillis);
        } else if (input instanceof CoordinatorInput.MetadataLoaded all) {
            loaded(all.all(), nowMillis);
        } else if (input instanceof CoordinatorInput.MetadataStored stored) {
            sync.stored(stored.requestId(), stored.stored().orElse(null), nowMillis);
        } else if (input instanceof CoordinatorInput.MetadataDeleted deleted) {
            sync.deleted(deleted.requestId(), deleted.deleted(), nowMillis);
        } else if (input instanceof CoordinatorInput.MetadataFailed failed) {
            sync.failed(failed, nowMillis);
        } else {
            throw new IllegalStateException("unknown input " + input);
        }
    }

    /**
     * {@return where a changefeed is; empty if it is not known (yet)} Any thread.
     *
     * @param changefeed which one
     */
    public Optional<ChangefeedView> view(ChangefeedId changefeed) {
        return Optional.ofNullable(placements.view(changefeed));
    }

    /** {@return whether it knows what there is; before, it refuses requests and shows nothing} Any thread. */
    public boolean hasStarted() {
        return started;
    }

    /** {@return all changefeeds that are known, sorted; a copy} Any thread. */
    public SortedMap<ChangefeedId, ChangefeedView> views() {
        return placements.views();
    }

    /** {@return the node that is being emptied, and how far that is} Any thread. */
    public DrainView drain() {
        return drain.view();
    }

    /**
     * {@return what became of a request for a change; empty if it has not been looked at yet, or that was long ago} Any thread.
     *
     * @param number of its terms
     */
    public Optional<RequestAnswer> answer(long number) {
        return answers.get(number);
    }

    /** {@return what became of everything that this coordinator was told; the counters go on counting} Any thread. */
    public CoordinatorCounters counters() {
        return counters;
    }

    /**
     * Looks for what contradicts what in this coordinator. O(all changefeeds); changes nothing; call it on the thread
     * that calls {@link #handle}, between two inputs.
     *
     * @return empty if all is well
     */
    public List<Finding> audit() {
        Findings findings = new Findings();
        placements.audit(findings);
        return findings.all();
    }

    // ---- time and members -----------------------------------------------------------------------------------------

    private void tick(long nowMillis) {
        awake.tick(nowMillis);
        if (nowMillis >= askAt) {
            askAt = nowMillis + config.resendMillis();
            SortedSet<NodeId> silent = fleet.silent();
            for (ChangefeedPlacement placement : placements.all()) {
                NodeId owner = placement.ownership().silent(nowMillis);
                if (owner != null) {
                    silent.add(owner);
                }
            }
            silent.addAll(evictor.suspects());
            if (snapshots == null) {
                silent.addAll(quorum.check(awake.millis()));
            }
            silent.forEach(node -> fleet.send(node, new CoordinatorRequest.CoordinatorBootstrap(version)));
        }
        sync.tick(nowMillis);
        startIfReady(nowMillis);
        if (snapshots != null && loaded != null) {
            deadline.tick(awake.millis(), nowMillis);
        }
        if (snapshots == null) {
            drain.tick(placements.all(), nowMillis);
            evictor.tick(placements.all(), awake.millis(), nowMillis);
        }
        placements.copy().forEach(placement -> placements.advance(placement, nowMillis));
    }

    private void membership(Membership membership, long nowMillis) {
        SortedSet<NodeId> gone = fleet.update(membership);
        if (gone == null) {
            counters.count("MembershipChanged", Disposition.STALE);
            return;
        }
        counters.count("MembershipChanged", Disposition.APPLIED);
        askAt = nowMillis;
        dismissals.left(gone);
        if (snapshots != null) {
            snapshots.keySet().removeAll(gone);
        }
        for (ChangefeedPlacement placement : placements.copy()) {
            gone.forEach(node -> placement.nodeGone(node, nowMillis));
        }
        tick(nowMillis);
    }

    private void startIfReady(long nowMillis) {
        SortedMap<NodeId, HostSnapshot> reported = snapshots;
        if (reported == null || loaded == null || !fleet.allAnswered()) {
            return;
        }
        snapshots = null;
        drain.resume(reported.values().stream().map(HostSnapshot::drain).toList(), nowMillis);
        reported.forEach(this::confirmed);
        drain.closeNodes();
        reported.values()
                .forEach(host -> host.maintainers().forEach(status -> fleet.heardOf(status.membershipVersion())));
        loaded.forEach(versioned -> begin(versioned, reported, nowMillis));
        started = true;
        LOG.info("coordinator {} version {} leads {} changefeeds", self, version, placements.size());
        reported.forEach((node, host) -> host.maintainers().forEach(status -> status(node, status, nowMillis)));
    }

    private void confirmed(NodeId node, HostSnapshot host) {
        drain.held(node, host.drain(), host.maintainers().size());
    }

    private void begin(Versioned versioned, SortedMap<NodeId, HostSnapshot> reported, long nowMillis) {
        ChangefeedMetadata durable = versioned.metadata();
        ChangefeedPlacement placement =
                placements.track(versioned, durable.epoch().value());
        OwnerSearch search = OwnerSearch.of(durable, reported);
        OwnerSearch.Found owner = search.owner();
        OwnerSearch.Found lastOwner = search.lastOwner();
        if (owner != null) {
            placement.adopt(owner.node(), owner.status(), nowMillis);
        } else if (lastOwner != null) {
            placement.resumeMove(lastOwner.node(), lastOwner.status(), nowMillis);
        }
        placements.advance(placement, nowMillis);
    }

    // ---- reports --------------------------------------------------------------------------------------------------

    private void report(NodeId from, CoordinatorReport report, long nowMillis) {
        evictor.heard(from, awake.millis());
        quorum.heard(from, awake.millis());
        if (snapshots != null) {
            deadline.heard(from, awake.millis());
        }
        if (report instanceof HostSnapshot snapshot) {
            snapshot(from, snapshot, nowMillis);
        } else if (report instanceof CoordinatorReport.MaintainerHeartbeat heartbeat) {
            if (snapshots != null || !fleet.hasAnswered(from)) {
                refusals.refuse("MaintainerHeartbeat", Disposition.REFUSED, "node " + from + " has not answered yet");
                return;
            }
            heartbeat.maintainers().forEach(status -> status(from, status, nowMillis));
        } else if (report instanceof CoordinatorReport.DrainTargetHeld told) {
            counters.count("DrainTargetHeld", fleet.isAlive(from) ? Disposition.APPLIED : Disposition.STALE);
            if (fleet.isAlive(from)) {
                drain.held(from, told.drain(), told.maintainers());
            }
        } else if (report instanceof CoordinatorReport.RequestRefused refused) {
            counters.count("RequestRefused", Disposition.APPLIED);
            ChangefeedPlacement placement = placements.get(refused.changefeed());
            if (placement != null
                    && refused.reason() == RefusalReason.CLOSED
                    && refused.request().equals(ADD)) {
                placement.addRefused(from, refused.epoch(), nowMillis);
                placements.advance(placement, nowMillis);
            }
            observer.reportRefused(
                    refused.request(),
                    "node " + from + ", changefeed " + refused.changefeed() + ", epoch " + refused.epoch() + ": "
                            + refused.reason());
        } else {
            throw new IllegalStateException("unknown report " + report);
        }
    }

    private void snapshot(NodeId from, HostSnapshot snapshot, long nowMillis) {
        if (snapshot.version() != version || !fleet.isAlive(from)) {
            refusals.refuse("HostSnapshot", Disposition.STALE, "version " + snapshot.version() + " of node " + from);
            return;
        }
        counters.count("HostSnapshot", fleet.hasAnswered(from) ? Disposition.DUPLICATE : Disposition.APPLIED);
        fleet.answered(from);
        if (snapshots != null) {
            snapshots.put(from, snapshot);
            startIfReady(nowMillis);
        } else {
            confirmed(from, snapshot);
            snapshot.maintainers().forEach(status -> status(from, status, nowMillis));
            if (fleet.load().containsKey(from)) {
                for (ChangefeedPlacement placement : placements.copy()) {
                    placement.hosts(from, snapshot.maintainers(), nowMillis);
                }
            }
        }
    }

    private void status(NodeId from, MaintainerStatus status, long nowMillis) {
        fleet.heardOf(status.membershipVersion());
        ChangefeedPlacement placement = placements.get(status.changefeed());
        if (placement == null) {
            refusals.refuse("MaintainerStatus", Disposition.STALE, "unknown changefeed " + status.changefeed());
            if (status.finalStatus() != null) {
                fleet.send(from, new CoordinatorRequest.AcknowledgeFinalStatus(status.changefeed(), status.epoch()));
            } else {
                dismissals.dismiss(from, status, RemovalMode.DROP, nowMillis);
            }
            return;
        }
        Disposition disposition = placement.status(from, status, nowMillis);
        if (disposition == Disposition.STALE) {
            refusals.refuse(
                    "MaintainerStatus",
                    disposition,
                    "changefeed " + status.changefeed() + " of node " + from + " under epoch " + status.epoch());
            if (placement.isForeign(from, status)) {
                dismissals.dismiss(from, status, RemovalMode.HANDOFF, nowMillis);
            }
        } else {
            counters.count("MaintainerStatus", disposition);
        }
        placements.advance(placement, nowMillis);
    }

    // ---- requests of people ---------------------------------------------------------------------------------------

    private void create(CoordinatorInput.CreateChangefeed create) {
        if (snapshots != null
                || placements.contains(create.changefeed())
                || create.changefeed().isRedo()
                || create.startTs() < 1
                || create.startTs() == Long.MAX_VALUE) {
            refusals.refuse(
                    "CreateChangefeed",
                    Disposition.REFUSED,
                    "changefeed " + create.changefeed() + " at " + create.startTs()
                            + ": exists, has a bad start, is a redo pipeline, or the coordinator has not started");
            return;
        }
        counters.count("CreateChangefeed", Disposition.APPLIED);
        sync.create(new ChangefeedMetadata(
                create.changefeed(),
                new MaintainerEpoch(1),
                create.startTs(),
                DesiredState.RUN,
                create.scheduler(),
                create.redo(),
                create.configuration()));
    }

    /** Looks whether it may be carried out, carries it out, and tells what became of it. */
    private void change(CoordinatorInput.ChangeRequest request, long nowMillis) {
        String kind = request.getClass().getSimpleName();
        ChangefeedPlacement placement = placements.get(request.changefeed());
        RequestAnswer answer =
                placement == null ? unknown(request.changefeed()) : carriedOut(request, placement, nowMillis);
        answers.put(request.terms(), answer);
        if (answer.outcome() != RequestAnswer.Outcome.ACCEPTED || placement == null) {
            refusals.refuse(kind, Disposition.REFUSED, answer.text());
            return;
        }
        counters.count(kind, Disposition.APPLIED);
        placements.advance(placement, nowMillis);
    }

    private static RequestAnswer carriedOut(
            CoordinatorInput.ChangeRequest request, ChangefeedPlacement placement, long nowMillis) {
        String other = placement.otherVersion(request.terms().version());
        if (other != null) {
            return new RequestAnswer(RequestAnswer.Outcome.OTHER_VERSION, other);
        }
        String refusal;
        if (request instanceof CoordinatorInput.MoveMaintainer move) {
            refusal = placement.move(move.target(), nowMillis);
        } else if (request instanceof CoordinatorInput.PauseChangefeed pause) {
            refusal = placement.pause(pause.paused());
        } else {
            placement.remove();
            refusal = null;
        }
        return refusal == null ? RequestAnswer.ACCEPTED : new RequestAnswer(RequestAnswer.Outcome.REFUSED, refusal);
    }

    private RequestAnswer unknown(ChangefeedId changefeed) {
        return snapshots == null
                ? new RequestAnswer(RequestAnswer.Outcome.UNKNOWN, "unknown changefeed " + changefeed)
                : new RequestAnswer(RequestAnswer.Outcome.NOT_STARTED, notStarted());
    }

    private String notStarted() {
        String waitsFor = loaded == null ? "the metadata" : "an answer of " + fleet.silent();
        return "the coordinator has not begun, it waits for " + waitsFor + "; ask again";
    }

    private void drainNode(CoordinatorInput.DrainNode wanted, long nowMillis) {
        counters.count("DrainNode", snapshots == null ? Disposition.APPLIED : Disposition.REFUSED);
        if (snapshots != null) {
            drain.refuse(wanted.number(), notStarted());
            return;
        }
        drain.start(wanted.number(), wanted.node(), nowMillis);
        tick(nowMillis);
    }

    private void cancelDrain(CoordinatorInput.CancelDrain cancelled, long nowMillis) {
        counters.count("CancelDrain", snapshots == null ? Disposition.APPLIED : Disposition.REFUSED);
        if (snapshots != null) {
            drain.refuse(cancelled.number(), notStarted());
            return;
        }
        drain.cancel(cancelled.number(), nowMillis);
        tick(nowMillis);
    }

    // ---- metadata -------------------------------------------------------------------------------------------------

    private void loaded(List<Versioned> all, long nowMillis) {
        sync.loadEnded();
        if (snapshots != null) {
            loaded = all;
            startIfReady(nowMillis);
            return;
        }
        sync.reconcile(all, nowMillis);
        tick(nowMillis);
    }
}
