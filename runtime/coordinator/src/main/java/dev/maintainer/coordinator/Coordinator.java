package dev.maintainer.coordinator;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorReport.HostSnapshot;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.FinalStatus;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
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

    private record Told(ChangefeedId changefeed, NodeId node) {}

    private final NodeId self;
    private final long version;
    private final MetadataGateway metadata;
    private final CoordinatorConfig config;
    private final CoordinatorObserver observer;
    /** Broken by a test of the audit. */
    final Fleet fleet;

    private final DrainSession drain;
    private final SuspectEvictor evictor;
    private final StartDeadline deadline;

    private final CoordinatorCounters counters = new CoordinatorCounters();
    private final SortedMap<ChangefeedId, ChangefeedPlacement> placements = new TreeMap<>();
    private final ConcurrentHashMap<ChangefeedId, ChangefeedView> views = new ConcurrentHashMap<>();
    private final Map<Long, ChangefeedId> requests = new HashMap<>();
    private final Creations creations;
    private final Map<Told, Long> toldAt = new HashMap<>();
    private final Set<ChangefeedId> deletedWhileLoading = new HashSet<>();
    private final Set<ChangefeedId> createdWhileLoading = new HashSet<>();
    /** What hosts have told; null once this coordinator has begun. */
    private @Nullable SortedMap<NodeId, HostSnapshot> snapshots = new TreeMap<>();

    private @Nullable List<Versioned> loaded;
    private boolean loading;
    private boolean loadWanted = true;
    private long askAt = Long.MIN_VALUE;
    private long loadAt = Long.MIN_VALUE;
    private long nextRequestId = MetadataGateway.LOAD_REQUEST + 1;

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
        this.metadata = metadata;
        this.config = config;
        this.observer = observer;
        this.fleet = new Fleet(transport);
        this.creations = new Creations(metadata);
        this.drain = new DrainSession(version, fleet, config, observer);
        this.evictor = new SuspectEvictor(fleet, config, authority, observer);
        this.deadline = new StartDeadline(fleet, config, authority, observer);
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
        } else if (input instanceof CoordinatorInput.MoveMaintainer move) {
            move(move, nowMillis);
        } else if (input instanceof CoordinatorInput.RemoveChangefeed remove) {
            remove(remove, nowMillis);
        } else if (input instanceof CoordinatorInput.PauseChangefeed pause) {
            pause(pause, nowMillis);
        } else if (input instanceof CoordinatorInput.DrainNode wanted) {
            drainNode(wanted, nowMillis);
        } else if (input instanceof CoordinatorInput.CancelDrain cancelled) {
            cancelDrain(cancelled, nowMillis);
        } else if (input instanceof CoordinatorInput.MetadataLoaded all) {
            loaded(all.all(), nowMillis);
        } else if (input instanceof CoordinatorInput.MetadataStored stored) {
            stored(stored.requestId(), stored.stored().orElse(null), nowMillis);
        } else if (input instanceof CoordinatorInput.MetadataDeleted deleted) {
            deleted(deleted.requestId(), deleted.deleted(), nowMillis);
        } else if (input instanceof CoordinatorInput.MetadataFailed failed) {
            failed(failed, nowMillis);
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
        return Optional.ofNullable(views.get(changefeed));
    }

    /** {@return all changefeeds that are known, sorted; a copy} Any thread. */
    public SortedMap<ChangefeedId, ChangefeedView> views() {
        return new TreeMap<>(views);
    }

    /** {@return the node that is being emptied, and how far that is} Any thread. */
    public DrainView drain() {
        return drain.view();
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
        Map<NodeId, Integer> load = new TreeMap<>();
        placements.forEach((changefeed, placement) -> {
            placement.audit(changefeed, requests, findings);
            NodeId owner = placement.owner();
            if (owner != null && fleet.isAlive(owner)) {
                load.merge(owner, 1, Integer::sum);
            }
        });
        findings.require(load.equals(fleet.load()), "C-5", "maintainers: kept ", fleet.load(), ", counted ", load);
        return findings.all();
    }

    // ---- time and members -----------------------------------------------------------------------------------------

    private void tick(long nowMillis) {
        if (nowMillis >= askAt) {
            askAt = nowMillis + config.resendMillis();
            SortedSet<NodeId> silent = fleet.silent();
            for (ChangefeedPlacement placement : placements.values()) {
                NodeId owner = placement.silentOwner(nowMillis);
                if (owner != null) {
                    silent.add(owner);
                }
            }
            silent.addAll(evictor.suspects());
            silent.forEach(node -> fleet.send(node, new CoordinatorRequest.CoordinatorBootstrap(version)));
        }
        if (loadWanted && !loading && nowMillis >= loadAt) {
            loading = true;
            loadWanted = false;
            metadata.load();
        }
        startIfReady(nowMillis);
        if (snapshots != null && loaded != null) {
            deadline.tick(nowMillis);
        }
        if (snapshots == null) {
            drain.tick(placements.values(), nowMillis);
            evictor.tick(placements.values(), nowMillis);
        }
        List.copyOf(placements.values()).forEach(placement -> advance(placement, nowMillis));
    }

    private void membership(Membership membership, long nowMillis) {
        SortedSet<NodeId> gone = fleet.update(membership);
        if (gone == null) {
            counters.count("MembershipChanged", Disposition.STALE);
            return;
        }
        counters.count("MembershipChanged", Disposition.APPLIED);
        askAt = nowMillis;
        toldAt.keySet().removeIf(told -> gone.contains(told.node()));
        if (snapshots != null) {
            snapshots.keySet().removeAll(gone);
        }
        for (ChangefeedPlacement placement : List.copyOf(placements.values())) {
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
        LOG.info("coordinator {} version {} leads {} changefeeds", self, version, placements.size());
        reported.forEach((node, host) -> host.maintainers().forEach(status -> status(node, status, nowMillis)));
    }

    private void confirmed(NodeId node, HostSnapshot host) {
        drain.held(node, host.drain(), host.maintainers().size());
    }

    /**
     * Chooses the owner: the one reporter with exactly the durable epoch. If there is none, the last owner has to end
     * first: epochs may have been claimed after it for which nobody was ever added.
     */
    private void begin(Versioned versioned, SortedMap<NodeId, HostSnapshot> reported, long nowMillis) {
        ChangefeedMetadata durable = versioned.metadata();
        ChangefeedPlacement placement = track(versioned, durable.epoch().value());
        NodeId owner = null;
        MaintainerStatus owned = null;
        NodeId origin = null;
        MaintainerStatus originStatus = null;
        int owners = 0;
        for (Map.Entry<NodeId, HostSnapshot> entry : reported.entrySet()) {
            for (MaintainerStatus status : entry.getValue().maintainers()) {
                if (!status.changefeed().equals(durable.changefeed())) {
                    continue;
                }
                if (status.epoch().equals(durable.epoch()) && status.phase() != LifecyclePhase.CLOSED) {
                    owner = entry.getKey();
                    owned = status;
                    owners++;
                } else if (mayHaveOwnedLast(status, durable)
                        && (originStatus == null || status.epoch().isNewerThan(originStatus.epoch()))) {
                    origin = entry.getKey();
                    originStatus = status;
                }
            }
        }
        if (owners == 1 && owner != null && owned != null) {
            placement.adopt(owner, owned, nowMillis);
        } else if (owners == 0 && origin != null && originStatus != null) {
            placement.resumeMove(origin, originStatus, nowMillis);
        }
        advance(placement, nowMillis);
    }

    /** A last word below what is durable is that of somebody before the last owner. */
    private static boolean mayHaveOwnedLast(MaintainerStatus status, ChangefeedMetadata durable) {
        FinalStatus word = status.finalStatus();
        return !status.epoch().isNewerThan(durable.epoch())
                && (word == null || word.checkpointTs() >= durable.checkpointTs());
    }

    private ChangefeedPlacement track(Versioned versioned, long usedEpoch) {
        ChangefeedPlacement placement = new ChangefeedPlacement(
                new MetadataSlot(metadata, config, versioned), fleet, config, observer, usedEpoch);
        placements.put(placement.changefeed(), placement);
        publish(placement);
        return placement;
    }

    private void advance(ChangefeedPlacement placement, long nowMillis) {
        long requestId = nextRequestId;
        if (placement.advance(requestId, nowMillis)) {
            nextRequestId++;
            requests.put(requestId, placement.changefeed());
        }
        publish(placement);
    }

    private void publish(ChangefeedPlacement placement) {
        ChangefeedView view = placement.view();
        if (!view.equals(views.get(placement.changefeed()))) {
            views.put(placement.changefeed(), view);
        }
    }

    // ---- reports --------------------------------------------------------------------------------------------------

    private void report(NodeId from, CoordinatorReport report, long nowMillis) {
        evictor.heard(from, nowMillis);
        if (report instanceof HostSnapshot snapshot) {
            snapshot(from, snapshot, nowMillis);
        } else if (report instanceof CoordinatorReport.MaintainerHeartbeat heartbeat) {
            if (snapshots != null || !fleet.hasAnswered(from)) {
                refuse("MaintainerHeartbeat", Disposition.REFUSED, "node " + from + " has not answered yet");
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
                advance(placement, nowMillis);
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
            refuse("HostSnapshot", Disposition.STALE, "version " + snapshot.version() + " of node " + from);
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
            for (ChangefeedPlacement placement : List.copyOf(placements.values())) {
                placement.hosts(from, snapshot.maintainers(), nowMillis);
            }
        }
    }

    private void status(NodeId from, MaintainerStatus status, long nowMillis) {
        fleet.heardOf(status.membershipVersion());
        ChangefeedPlacement placement = placements.get(status.changefeed());
        if (placement == null) {
            refuse("MaintainerStatus", Disposition.STALE, "unknown changefeed " + status.changefeed());
            if (status.finalStatus() != null) {
                fleet.send(from, new CoordinatorRequest.AcknowledgeFinalStatus(status.changefeed(), status.epoch()));
            } else {
                requestRemoval(from, status, RemovalMode.DROP, nowMillis);
            }
            return;
        }
        Disposition disposition = placement.status(from, status, nowMillis);
        if (disposition == Disposition.STALE) {
            refuse(
                    "MaintainerStatus",
                    disposition,
                    "changefeed " + status.changefeed() + " of node " + from + " under epoch " + status.epoch());
            if (placement.isForeign(from, status)) {
                requestRemoval(from, status, RemovalMode.HANDOFF, nowMillis);
            }
        } else {
            counters.count("MaintainerStatus", disposition);
        }
        advance(placement, nowMillis);
    }

    /** Every report of somebody who does not own ends in being told so; not too often. */
    private void requestRemoval(NodeId node, MaintainerStatus status, RemovalMode mode, long nowMillis) {
        Told told = new Told(status.changefeed(), node);
        Long last = toldAt.get(told);
        if (last == null || nowMillis - last >= config.resendMillis()) {
            toldAt.put(told, nowMillis);
            MaintainerEpoch epoch = status.epoch();
            fleet.send(node, new CoordinatorRequest.RemoveMaintainer(status.changefeed(), epoch, mode));
        }
    }

    private void refuse(String kind, Disposition disposition, String reason) {
        counters.count(kind, disposition);
        observer.reportRefused(kind, reason);
    }

    // ---- requests of people ---------------------------------------------------------------------------------------

    private void create(CoordinatorInput.CreateChangefeed create) {
        if (snapshots != null
                || placements.containsKey(create.changefeed())
                || create.changefeed().isRedo()
                || create.startTs() < 1) {
            refuse(
                    "CreateChangefeed",
                    Disposition.REFUSED,
                    "changefeed " + create.changefeed() + " at " + create.startTs()
                            + ": exists, has a bad start, is a redo pipeline, or the coordinator has not started");
            return;
        }
        counters.count("CreateChangefeed", Disposition.APPLIED);
        if (!creations.isUncertain(create.changefeed())) {
            ChangefeedMetadata first = new ChangefeedMetadata(
                    create.changefeed(), new MaintainerEpoch(1), create.startTs(), DesiredState.RUN, "", create.redo());
            creations.ask(first, nextRequestId++);
        }
    }

    private void move(CoordinatorInput.MoveMaintainer move, long nowMillis) {
        ChangefeedPlacement placement = placements.get(move.changefeed());
        String refusal = placement == null ? unknown(move.changefeed()) : placement.move(move.target(), nowMillis);
        if (refusal != null || placement == null) {
            refuse("MoveMaintainer", Disposition.REFUSED, String.valueOf(refusal));
            return;
        }
        counters.count("MoveMaintainer", Disposition.APPLIED);
        advance(placement, nowMillis);
    }

    private void remove(CoordinatorInput.RemoveChangefeed remove, long nowMillis) {
        ChangefeedPlacement placement = placements.get(remove.changefeed());
        if (placement == null) {
            refuse("RemoveChangefeed", Disposition.REFUSED, unknown(remove.changefeed()));
            return;
        }
        counters.count("RemoveChangefeed", placement.remove() ? Disposition.APPLIED : Disposition.DUPLICATE);
        advance(placement, nowMillis);
    }

    private void pause(CoordinatorInput.PauseChangefeed pause, long nowMillis) {
        ChangefeedPlacement placement = placements.get(pause.changefeed());
        String refusal = placement == null ? unknown(pause.changefeed()) : placement.pause(pause.paused());
        if (refusal != null || placement == null) {
            refuse("PauseChangefeed", Disposition.REFUSED, String.valueOf(refusal));
            return;
        }
        counters.count("PauseChangefeed", Disposition.APPLIED);
        advance(placement, nowMillis);
    }

    private String unknown(ChangefeedId changefeed) {
        return snapshots == null ? "unknown changefeed " + changefeed : notStarted();
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
        loading = false;
        if (snapshots != null) {
            loaded = all;
            startIfReady(nowMillis);
            return;
        }
        for (Versioned versioned : all) {
            ChangefeedId changefeed = versioned.metadata().changefeed();
            ChangefeedPlacement placement = placements.get(changefeed);
            if (placement != null && placement.isDeletingFormerLifeOf(versioned)) {
                // Another coordinator has deleted it, and it was created again: that is not ours to delete.
                forget(placement, nowMillis);
                track(versioned, versioned.metadata().epoch().value());
            } else if (placement != null
                    && versioned.version() > placement.slot().version()) {
                placement.slot().reloaded(versioned);
                placement.reloaded();
            } else if (placement == null && !deletedWhileLoading.contains(changefeed)) {
                track(versioned, versioned.metadata().epoch().value());
            }
        }
        deletedWhileLoading.clear();
        creations.takeUncertain().stream()
                .filter(first -> !placements.containsKey(first.changefeed()))
                .forEach(first -> creations.ask(first, nextRequestId++));
        forgetDeleted(all, nowMillis);
        createdWhileLoading.clear();
        tick(nowMillis);
    }

    /** What this coordinator, or another one that led at the same time, has deleted without its hearing of it. */
    private void forgetDeleted(List<Versioned> all, long nowMillis) {
        Set<ChangefeedId> stored = new HashSet<>();
        all.forEach(versioned -> stored.add(versioned.metadata().changefeed()));
        for (ChangefeedPlacement placement : List.copyOf(placements.values())) {
            if (!stored.contains(placement.changefeed()) && !createdWhileLoading.contains(placement.changefeed())) {
                forget(placement, nowMillis);
            }
        }
    }

    private void forget(ChangefeedPlacement placement, long nowMillis) {
        placement.deleted(nowMillis);
        placements.remove(placement.changefeed());
        views.remove(placement.changefeed());
        toldAt.keySet().removeIf(told -> told.changefeed().equals(placement.changefeed()));
    }

    private void stored(long requestId, @Nullable Versioned result, long nowMillis) {
        ChangefeedMetadata created = creations.answered(requestId);
        if (created != null) {
            if (result == null) {
                refuse("CreateChangefeed", Disposition.DUPLICATE, "changefeed " + created.changefeed() + " exists");
                loadWanted = true;
            } else if (!placements.containsKey(created.changefeed())) {
                if (loading) {
                    createdWhileLoading.add(created.changefeed());
                }
                advance(track(result, 0), nowMillis);
            }
            return;
        }
        ChangefeedPlacement placement = ended(requestId, result, nowMillis);
        if (placement != null) {
            if (result == null) {
                loadWanted = true;
            }
            advance(placement, nowMillis);
        }
    }

    private void deleted(long requestId, boolean deleted, long nowMillis) {
        ChangefeedPlacement placement = ended(requestId, null, nowMillis);
        if (placement == null) {
            return;
        }
        if (!deleted) {
            loadWanted = true;
            return;
        }
        forget(placement, nowMillis);
        if (loading) {
            deletedWhileLoading.add(placement.changefeed());
        }
    }

    private void failed(CoordinatorInput.MetadataFailed failed, long nowMillis) {
        refuse("Metadata", Disposition.REFUSED, failed.message());
        boolean load = failed.requestId() == MetadataGateway.LOAD_REQUEST;
        loading &= !load;
        if (load || !loadWanted) {
            loadAt = nowMillis + config.resendMillis();
        }
        // It may have been stored all the same: a load tells.
        loadWanted = true;
        if (!creations.failed(failed.requestId())) {
            ended(failed.requestId(), null, nowMillis);
        }
    }

    private @Nullable ChangefeedPlacement ended(long requestId, @Nullable Versioned result, long nowMillis) {
        ChangefeedId changefeed = requests.remove(requestId);
        ChangefeedPlacement placement = changefeed == null ? null : placements.get(changefeed);
        if (placement != null) {
            placement.slot().ended(result, nowMillis);
            if (result != null) {
                placement.stored();
            }
        }
        return placement;
    }
}
