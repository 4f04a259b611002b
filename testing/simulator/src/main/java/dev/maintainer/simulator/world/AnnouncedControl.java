package dev.maintainer.simulator.world;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.Membership;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.MetadataGateway;
import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Members, leaders and metadata by decree: the simulation itself says who is a member and who leads, and everybody hears of it
 * sooner or later. Coordinators are processes of their own.
 */
final class AnnouncedControl implements ControlPlane {
    private static final int FEWEST_NODES = 2;
    private static final long LEASE_MILLIS = 3_000;
    private static final long EXPEL_MILLIS = 6_000;
    private static final long ISOLATION_MILLIS = 8_000;

    private final SimulatedCluster cluster;
    private final Timeline timeline;
    private final SimulatedStore store;
    private final List<SimulatedCoordinator> coordinators = new ArrayList<>();
    private final Map<NodeId, Long> membershipAt = new HashMap<>();
    private final Set<NodeId> expelled = new TreeSet<>();
    private long membershipVersion;
    private long coordinatorVersion;
    private int nodeNumber;

    AnnouncedControl(SimulatedCluster cluster, int changefeeds) {
        this.cluster = cluster;
        this.timeline = cluster.timeline();
        this.store = new SimulatedStore(
                timeline,
                cluster.faults(),
                changefeeds,
                metadata -> cluster.changefeed(metadata.changefeed()).checkStored(metadata),
                deleted -> cluster.changefeed(deleted).checkDeleted());
    }

    @Override
    public void begin(int nodes) {
        for (int i = 0; i < nodes; i++) {
            join();
        }
        lead();
    }

    // ---- members ----------------------------------------------------------------------------------------------------

    @Override
    public void join() {
        NodeId id = new NodeId("n" + ++nodeNumber);
        timeline.tell(() -> "node " + id + " joins");
        cluster.admit(id, nodeNumber, new Alone(), membershipVersion + 1);
        announce();
        cluster.joined();
    }

    @Override
    public void restart(SimulatedNode node, long millis) {
        if (node.isUp()) {
            kill(node);
        }
        timeline.in(millis, this::join);
    }

    /** The others hear of it when its lease ends. */
    @Override
    public void kill(SimulatedNode node) {
        timeline.tell(() -> "node " + node.id() + " dies");
        node.die();
        timeline.in(timeline.below(3_000), () -> expire(node));
    }

    @Override
    public boolean areEnough() {
        return cluster.members().size() > FEWEST_NODES;
    }

    /** A coordinator wants a node out: its lease is renewed no more. */
    private void expel(NodeId id) {
        SimulatedNode node = cluster.node(id);
        if (node != null && node.isMember() && expelled.add(id)) {
            timeline.tell(() -> "node " + id + " is expelled");
            timeline.in(LEASE_MILLIS, () -> expire(node));
        }
    }

    @Override
    public long expelled() {
        return expelled.size();
    }

    @Override
    public void expire(SimulatedNode node) {
        if (node.isMember()) {
            if (cluster.members().size() <= 2) {
                // Somebody sees to it that a cluster is left.
                join();
            }
            timeline.tell(() -> "node " + node.id() + " is no member any more");
            node.dropped();
            announce();
        }
    }

    @Override
    public void pause(SimulatedNode node, long millis, boolean dispatchersToo) {
        if (node.isPaused()) {
            return;
        }
        node.pause(millis, dispatchersToo);
        if (millis > LEASE_MILLIS && areEnough()) {
            timeline.in(LEASE_MILLIS, () -> expire(node));
        }
    }

    @Override
    public void stop(SimulatedNode node) {
        node.die();
        expire(node);
    }

    @Override
    public long membershipVersion() {
        return membershipVersion;
    }

    private Membership membership() {
        return Membership.of(
                membershipVersion,
                cluster.members().stream().map(SimulatedNode::id).toList());
    }

    /** Everybody hears of it, sooner or later, in order. */
    private void announce() {
        membershipVersion++;
        Membership present = membership();
        for (SimulatedNode node : cluster.members()) {
            timeline.at(hearingAt(node.id()), () -> node.hearOf(present));
        }
        for (SimulatedCoordinator coordinator : coordinators) {
            timeline.at(
                    hearingAt(coordinator.id()),
                    () -> coordinator.handle(new CoordinatorInput.MembershipChanged(present)));
        }
    }

    private long hearingAt(NodeId who) {
        long at = Math.max(timeline.now() + 2 * cluster.faults().travel(), membershipAt.getOrDefault(who, 0L));
        membershipAt.put(who, at);
        return at;
    }

    // ---- coordinators -----------------------------------------------------------------------------------------------

    /** Somebody comes to lead. */
    private void lead() {
        NodeId id = new NodeId("coordinator-" + ++coordinatorVersion);
        SimulatedCoordinator coordinator = new SimulatedCoordinator(id, coordinatorVersion, cluster, new Seat());
        timeline.tell(() -> id + " leads");
        coordinators.add(coordinator);
        cluster.network().attach(id, (from, message) -> {
            if (message instanceof CoordinatorReport report) {
                coordinator.handle(new CoordinatorInput.ReportReceived(from, report));
            }
        });
        Membership present = membership();
        timeline.at(hearingAt(id), () -> coordinator.handle(new CoordinatorInput.MembershipChanged(present)));
    }

    @Override
    public void replaceLeader(long pause, long overlap) {
        SimulatedCoordinator former = leader();
        timeline.tell(() -> former.id() + " loses the lead" + (overlap > 0 ? ", and goes on for " + overlap : ""));
        timeline.in(overlap, () -> buryCoordinator(former));
        timeline.in(pause, () -> {
            if (leader() == former) {
                lead();
            }
        });
    }

    @Override
    public void coordinatorDies(SimulatedCoordinator coordinator, String when, long pause) {
        if (coordinator == leader() && coordinator.isUp()) {
            timeline.tell(() -> coordinator.id() + " dies " + when);
            replaceLeader(pause, 0);
        }
    }

    private void buryCoordinator(SimulatedCoordinator coordinator) {
        coordinator.die();
        cluster.network().detach(coordinator.id());
    }

    @Override
    public SimulatedCoordinator leader() {
        return coordinators.get(coordinators.size() - 1);
    }

    @Override
    public boolean isReady() {
        return true;
    }

    /** Where a coordinator runs that is a process of its own. */
    private final class Seat implements SimulatedCoordinator.Seat {
        @Override
        public CoordinatorConfig config() {
            return CoordinatorConfig.defaults().withExpelMillis(EXPEL_MILLIS).withIsolationMillis(ISOLATION_MILLIS);
        }

        @Override
        public MetadataGateway metadata(SimulatedCoordinator coordinator) {
            return store.gateway(
                    coordinator::handle,
                    () -> cluster.crashes().mayStep(coordinator.id()),
                    () -> coordinatorDies(coordinator, "with a write under way", timeline.below(1_500)));
        }

        @Override
        public long millis() {
            return timeline.now();
        }

        @Override
        public boolean isStill() {
            return false;
        }

        @Override
        public void expel(NodeId node) {
            AnnouncedControl.this.expel(node);
        }

        @Override
        public void resign(SimulatedCoordinator coordinator, String reason) {
            if (coordinator == leader() && coordinator.isUp()) {
                timeline.tell(() -> coordinator.id() + " resigns: " + reason);
                replaceLeader(timeline.below(500), 0);
            }
        }
    }

    // ---- the rest ---------------------------------------------------------------------------------------------------

    @Override
    public Optional<ChangefeedMetadata> read(ChangefeedId changefeed) {
        return store.read(changefeed);
    }

    @Override
    public void storeDown(long millis) {
        store.down(millis);
    }

    /** Nodes of these worlds have nothing to do with the store. */
    @Override
    public void happen(Incident incident, SimulatedNode node) {}

    @Override
    public void heal() {
        store.heal();
    }

    @Override
    public @Nullable String unsettled() {
        return null;
    }

    @Override
    public void audit() {
        coordinators.forEach(SimulatedCoordinator::audit);
    }

    /** A node whose lease is what the simulation says: it hears of its end, and writes until then. */
    private final class Alone implements NodeProcess {
        @Override
        public long millis() {
            return timeline.now();
        }

        @Override
        public boolean mayWrite() {
            return true;
        }

        @Override
        public boolean reaches(NodeId to) {
            return true;
        }

        @Override
        public boolean accepts(NodeId from) {
            return true;
        }

        @Override
        public void report(NodeId from, CoordinatorReport report) {
            throw new IllegalStateException("a node that never leads got " + report);
        }

        @Override
        public @Nullable String wrongWrite() {
            return null;
        }
    }
}
