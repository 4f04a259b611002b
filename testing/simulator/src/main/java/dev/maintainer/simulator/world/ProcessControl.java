package dev.maintainer.simulator.world;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.membership.store.Stored;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.incident.FaultKind;
import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.incident.IncidentKind;
import dev.maintainer.simulator.membership.MemberProcess;
import dev.maintainer.simulator.membership.MembershipTruth;
import dev.maintainer.simulator.membership.ModelStore;
import dev.maintainer.simulator.membership.Releases;
import dev.maintainer.simulator.membership.StoreIncidents;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Processes find out by themselves, over a store with sessions, who is a member and who leads; whoever leads coordinates. One
 * that has lost its membership is started again by what supervises it.
 */
final class ProcessControl implements ControlPlane {
    private static final LeaseTimings TIMINGS = LeaseTimings.DEMO;
    private static final long SESSION_MILLIS = TIMINGS.session().toMillis();
    /** As the node does it: a session, a tick of the store, the grace, and the start of a process. */
    private static final long REMOVAL_MILLIS =
            SESSION_MILLIS + SESSION_MILLIS / 5 + TIMINGS.grace().toMillis() + 2_000;

    private static final long PERSIST_MILLIS = 500;
    static final long ABSTENTION_MILLIS = 6 * SESSION_MILLIS;
    private static final int FEWEST_PROCESSES = 2;
    private static final int MOST_PROCESSES = 8;
    private static final int EXPEL_TIMES = 10;

    private final SimulatedCluster cluster;
    private final Timeline timeline;
    private final MembershipTruth truth;
    private final ModelStore store;
    private final Releases releases;
    private final StoreIncidents incidents;
    private final boolean losesAnswers;
    private final Map<NodeId, SimulatedProcess> processes = new TreeMap<>();
    private final TreeMap<Long, SimulatedCoordinator> coordinators = new TreeMap<>();
    private final Map<NodeId, Long> memberSince = new HashMap<>();
    private final Set<NodeId> expelled = new HashSet<>();
    private Roster roster = Roster.EMPTY;
    private int number;
    private boolean peaceful;

    ProcessControl(SimulatedCluster cluster, SimulationSpec spec) {
        this.cluster = cluster;
        this.timeline = cluster.timeline();
        this.truth = new MembershipTruth(timeline);
        this.store = new ModelStore(timeline, this::committed);
        this.releases = new Releases(timeline);
        this.incidents = new StoreIncidents(timeline, truth);
        this.losesAnswers = spec.faults().probability(FaultKind.STORE_FAILURE) > 0;
    }

    static CoordinatorConfig coordinatorConfig() {
        return CoordinatorConfig.defaults()
                .withPersistMillis(PERSIST_MILLIS)
                .withExpelMillis(6 * SESSION_MILLIS)
                .withStartMillis(3 * SESSION_MILLIS)
                .withIsolationMillis(REMOVAL_MILLIS);
    }

    @Override
    public void begin(int nodes) {
        for (int i = 0; i < nodes; i++) {
            start(null, false);
        }
        if (losesAnswers) {
            timeline.in(1_000, this::loseAnAnswer);
        }
    }

    /** In the background of some worlds. */
    private void loseAnAnswer() {
        if (!peaceful) {
            List<SimulatedProcess> alive = alive();
            if (!alive.isEmpty() && !cluster.faults().isCalm()) {
                alive.get(timeline.below(alive.size())).member().link().loseAnswers(200);
            }
            timeline.in(200 + timeline.below(3_000), this::loseAnAnswer);
        }
    }

    // ---- processes --------------------------------------------------------------------------------------------------

    /**
     * A process begins, unless another one runs at the address by now.
     *
     * @param former the one that ran at the same address; null for a new address
     * @param knowing whether it knows that the former one is dead
     */
    private void start(@Nullable SimulatedProcess former, boolean knowing) {
        if (former != null && isTaken(former.member().address())) {
            return;
        }
        int own = ++number;
        NodeId id = new NodeId("n" + own);
        String address = former == null ? "host-" + own + ":1" : former.member().address();
        timeline.tell(() -> "process " + id + " starts at " + address
                + (former == null ? "" : ", where " + former.id() + " was" + (knowing ? ", as it knows" : "")));
        SimulatedProcess[] made = new SimulatedProcess[1];
        MemberProcess process = new MemberProcess(
                timeline,
                truth,
                store,
                TIMINGS,
                id,
                releases.attributes(own, address),
                former == null || !knowing ? null : former.id(),
                begun -> {
                    made[0] = new SimulatedProcess(cluster, this, truth, begun, own);
                    return made[0];
                });
        truth.add(process);
        processes.put(id, made[0]);
    }

    /** Supervisors start one process at an address. */
    private boolean isTaken(String address) {
        return alive().stream().anyMatch(each -> each.member().address().equals(address));
    }

    /** A process has ended; what supervises it starts another one if it did not want to. */
    void ended(SimulatedProcess process, boolean startsAgain) {
        if (startsAgain || alive().isEmpty()) {
            timeline.in(300 + timeline.below(2_000), () -> start(process, true));
        }
    }

    SimulatedProcess process(NodeId id) {
        return Objects.requireNonNull(processes.get(id), () -> "there is no process " + id);
    }

    private List<SimulatedProcess> alive() {
        return processes.values().stream()
                .filter(each -> !each.member().isDead())
                .toList();
    }

    @Override
    public void join() {
        if (alive().size() < MOST_PROCESSES) {
            start(null, false);
        }
    }

    @Override
    public void restart(SimulatedNode node, long millis) {
        SimulatedProcess process = process(node.id());
        if (!process.member().isDead()) {
            process.die();
            timeline.in(millis, () -> start(process, millis % 3 != 0));
        }
    }

    @Override
    public boolean areEnough() {
        return alive().size() > FEWEST_PROCESSES;
    }

    @Override
    public void kill(SimulatedNode node) {
        process(node.id()).die();
    }

    @Override
    public void expire(SimulatedNode node) {
        process(node.id()).member().link().endSession();
    }

    @Override
    public void pause(SimulatedNode node, long millis, boolean dispatchersToo) {
        SimulatedProcess process = process(node.id());
        if (node.isPaused() || process.member().isStill()) {
            return;
        }
        if (dispatchersToo) {
            process.member().standStill(millis);
        }
        // Threads do not wake all at once.
        node.pause(millis + timeline.below(20), dispatchersToo);
    }

    @Override
    public void stop(SimulatedNode node) {
        if (areEnough()) {
            process(node.id()).leave();
        }
    }

    @Override
    public long membershipVersion() {
        return roster.version();
    }

    long memberSince(NodeId node) {
        return memberSince.getOrDefault(node, roster.version());
    }

    /** Whether a node was a member, and is none any more. */
    boolean isRemoved(NodeId node) {
        return memberSince.containsKey(node) && !roster.members().containsKey(node);
    }

    // ---- leaders ----------------------------------------------------------------------------------------------------

    void leads(SimulatedCoordinator coordinator, long epoch) {
        coordinators.put(epoch, coordinator);
    }

    @Override
    public SimulatedCoordinator leader() {
        return coordinators.lastEntry().getValue();
    }

    /** Null if nobody leads, as far as those know that might. */
    private @Nullable SimulatedProcess leading() {
        return alive().stream()
                .filter(each -> each.member().isLeading())
                .findFirst()
                .orElse(null);
    }

    /** The leader withdraws; or it does not hear that the store takes it for gone. */
    @Override
    public void replaceLeader(long pause, long overlap) {
        SimulatedProcess leading = leading();
        if (leading == null) {
            return;
        }
        if (overlap > 0) {
            leading.member().link().breakFor(overlap);
            leading.member().link().endSession();
        } else {
            leading.member().abstain(Math.max(1, pause));
        }
    }

    @Override
    public void coordinatorDies(SimulatedCoordinator coordinator, String when, long pause) {
        SimulatedProcess process = process(coordinator.id());
        // Its process is doomed, also if it leads no more.
        if (!process.member().isDead()) {
            timeline.tell(() -> coordinator.id() + " dies " + when);
            process.die();
            timeline.in(pause, () -> start(process, pause % 3 != 0));
        }
    }

    void expelled(NodeId node) {
        expelled.add(node);
    }

    @Override
    public long expelled() {
        return expelled.size();
    }

    // ---- the store --------------------------------------------------------------------------------------------------

    private void committed(
            long session, List<StoreOp> ops, Map<StorePath, Stored> before, Map<StorePath, Stored> after) {
        truth.committed(session, ops, before, after);
        Stored stored = after.get(StorePath.ROSTER);
        if (stored != null && stored.value() instanceof Roster next && next.version() > roster.version()) {
            rosterChanged(next);
        }
        for (StoreOp op : ops) {
            boolean isDeletion = op instanceof StoreOp.Delete && op.path().kind() == StorePath.Kind.CHANGEFEED;
            boolean isWrite = op instanceof StoreOp.Create || op instanceof StoreOp.Set;
            for (SimulatedChangefeed changefeed : cluster.changefeeds()) {
                if (isDeletion && op.path().equals(StorePath.changefeed(changefeed.id()))) {
                    changefeed.checkDeleted();
                } else if (isWrite
                        && (op.path().equals(StorePath.changefeed(changefeed.id()))
                                || op.path().equals(StorePath.progress(changefeed.id())))) {
                    read(changefeed.id()).ifPresent(changefeed::checkStored);
                }
            }
        }
    }

    private void rosterChanged(Roster next) {
        Roster former = roster;
        roster = next;
        next.members().keySet().forEach(node -> memberSince.putIfAbsent(node, next.version()));
        former.members().keySet().stream()
                .filter(node -> !next.members().containsKey(node))
                .map(cluster::node)
                .filter(Objects::nonNull)
                .forEach(SimulatedNode::removed);
        cluster.joined();
    }

    @Override
    public Optional<ChangefeedMetadata> read(ChangefeedId changefeed) {
        return store.metadata(changefeed);
    }

    @Override
    public void storeDown(long millis) {
        alive().forEach(each -> each.member().link().breakFor(millis));
    }

    @Override
    public void happen(Incident incident, SimulatedNode node) {
        SimulatedProcess leading = leading();
        SimulatedProcess process =
                incident.second() % 2 == 1 && leading != null && incident.kind() != IncidentKind.BACK_AND_GONE
                        ? leading
                        : process(node.id());
        if (process.member().isDead()) {
            return;
        }
        timeline.tell(() -> incident + " happens to " + process.id());
        switch (incident.kind()) {
            case STAND_STILL, SUSPEND_MACHINE -> standStill(incident, process);
            case EXPEL -> expel(process, EXPEL_TIMES);
            case LEAVE -> {
                if (areEnough()) {
                    process.leave();
                }
            }
            default -> incidents.happen(incident, process.member(), leading == null ? null : leading.member());
        }
    }

    private void standStill(Incident incident, SimulatedProcess process) {
        SimulatedNode node = process.node();
        if (process.member().isStill() || (node != null && node.isPaused())) {
            return;
        }
        incidents.happen(incident, process.member(), null);
        if (node != null) {
            node.pause(incident.millis() + timeline.below(20), true);
        }
    }

    /** The leader is asked again, as somebody who expels does. */
    private void expel(SimulatedProcess process, int times) {
        SimulatedProcess leading = leading();
        if (leading != null && areEnough()) {
            leading.member().expel(process.id());
        }
        if (times > 0 && !process.member().isDead() && !peaceful) {
            timeline.in(300, () -> expel(process, times - 1));
        }
    }

    // ---- peace ------------------------------------------------------------------------------------------------------

    @Override
    public boolean isReady() {
        return !coordinators.isEmpty() && !cluster.members().isEmpty();
    }

    @Override
    public void heal() {
        peaceful = true;
        incidents.end();
        alive().forEach(each -> each.member().link().heal());
    }

    @Override
    public @Nullable String unsettled() {
        String unsettled = truth.unsettled();
        if (unsettled != null) {
            return unsettled;
        }
        if (!leader().isUp()) {
            return "the coordinator of " + leader().id() + " has ended";
        }
        return alive().stream().map(SimulatedProcess::node).allMatch(node -> node != null && node.isUp())
                ? null
                : "a process has no node";
    }

    @Override
    public void audit() {
        coordinators.values().forEach(SimulatedCoordinator::audit);
    }
}
