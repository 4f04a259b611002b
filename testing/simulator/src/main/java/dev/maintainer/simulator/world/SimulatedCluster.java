package dev.maintainer.simulator.world;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.dispatcher.WorkerConfig;
import dev.maintainer.operator.OperatorTimings;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Nodes, coordinators, membership, network and store in one world; and what must hold when the world is at rest. */
final class SimulatedCluster {
    private record Placing(ChangefeedId changefeed, MaintainerEpoch epoch) {}

    private static final List<String> NAMES = List.of("orders", "stock", "people");

    private static final long SUSPECT_MILLIS = 4_000;
    private static final long CALM_MILLIS = 4_000;
    private static final long REDO_MILLIS = 300;
    private static final long JOIN_GRACE_MILLIS = 4_000;
    private static final int AUDITED_OF = 40;
    private static final Reason BY_HAND = new Reason("BY_HAND", "somebody wants it there");

    private final Timeline timeline;
    private final Faults faults;
    private final SimulatedNetwork network;
    private final ControlPlane control;
    private final List<SimulatedChangefeed> changefeeds = new ArrayList<>();
    private final RequestCheck requests = new RequestCheck();
    private final MaintainerConfig config;
    private final WorkerConfig workerConfig;
    private final Planners planners;
    private final boolean auditsEachStep;
    private final boolean readsLogs;
    private final TreeMap<NodeId, SimulatedNode> nodes = new TreeMap<>();
    private final Map<NodeId, Long> stops = new HashMap<>();
    private long drains;
    private long calmUntil;
    private final StepCrashes crashes;
    private final Set<Placing> placed = new HashSet<>();

    SimulatedCluster(Timeline timeline, SimulationSpec spec) {
        this.timeline = timeline;
        this.faults = new Faults(timeline, spec.faults());
        this.readsLogs = spec.readsLogs();
        this.crashes = new StepCrashes(timeline);
        this.network = new SimulatedNetwork(timeline, faults);
        this.control = spec.workload() == Workload.CLUSTER
                ? new ProcessControl(this, spec)
                : new AnnouncedControl(this, spec.changefeeds());
        for (int i = 0; i < spec.changefeeds(); i++) {
            changefeeds.add(changefeed(i, spec));
        }
        this.workerConfig = new WorkerConfig(200, spec.faults().slowTimers() ? 10_000 : 2_000, 1_000, 5_000);
        OperatorTimings timings =
                spec.faults().slowTimers() ? OperatorTimings.DEFAULTS : new OperatorTimings(2_000, 30_000);
        PlanningConfig planning = PlanningConfig.builder()
                .balanceMillis(2_000)
                .deadlineMillis(2_000)
                .pauseMillis(500)
                .probeMillis(2_000)
                .maxPauseMillis(8_000)
                .maxInFlightPerNode(spec.maxInFlightPerNode())
                .calmMillis(CALM_MILLIS)
                .drainPatienceMillis(3_000)
                .joinGraceMillis(JOIN_GRACE_MILLIS)
                .build();
        this.config = MaintainerConfig.builder()
                .suspectMillis(SUSPECT_MILLIS)
                .redoMillis(REDO_MILLIS)
                .planning(planning)
                .operators(timings)
                .build();
        this.planners = new Planners(timeline, faults);
        this.auditsEachStep = Math.floorMod(spec.seed(), AUDITED_OF) == 0;
        control.begin(spec.nodes());
    }

    /** The first has the tables of the specification, others have half as many; every other one keeps a redo log. */
    private SimulatedChangefeed changefeed(int number, SimulationSpec spec) {
        boolean first = number == 0;
        return new SimulatedChangefeed(
                new ChangefeedId(NAMES.get(number)),
                timeline,
                new Upstream(timeline, first ? "ddl" : "ddl" + number, first ? spec.tables() : 1 + spec.tables() / 2),
                spec.redo() == (number % 2 == 0),
                readsLogs,
                control,
                () -> leader().drain().target().node() != null);
    }

    Timeline timeline() {
        return timeline;
    }

    Faults faults() {
        return faults;
    }

    SimulatedNetwork network() {
        return network;
    }

    List<SimulatedChangefeed> changefeeds() {
        return changefeeds;
    }

    /** Some changefeed; the only one if there is one. */
    SimulatedChangefeed changefeed(long number) {
        return changefeeds.get((int) (number % changefeeds.size()));
    }

    /** The changefeed that a pipeline belongs to. */
    SimulatedChangefeed changefeed(ChangefeedId pipeline) {
        for (SimulatedChangefeed each : changefeeds) {
            if (each.id().name().equals(pipeline.name())) {
                return each;
            }
        }
        throw new Violation(Invariant.NOTHING_THROWS, "nobody has created changefeed " + pipeline);
    }

    StepCrashes crashes() {
        return crashes;
    }

    Planners planners() {
        return planners;
    }

    ControlPlane control() {
        return control;
    }

    // ---- nodes ------------------------------------------------------------------------------------------------------

    /**
     * A node begins to work.
     *
     * @param number of its process
     * @param memberSince the first version of the membership that has it
     */
    SimulatedNode admit(NodeId id, int number, NodeProcess process, long memberSince) {
        SimulatedNode[] made = new SimulatedNode[1];
        SimulatedNode node = new SimulatedNode(
                id,
                number,
                this,
                process,
                planners,
                config,
                workerConfig,
                conduct(id, new ConductCheck.ViewTaker() {
                    @Override
                    public void published(MaintainerView view) {
                        made[0].published(view);
                    }

                    @Override
                    public void schedulerChanged(
                            ChangefeedId changefeed, MaintainerEpoch epoch, SchedulerCondition condition) {
                        made[0].schedulerChanged(changefeed, epoch, condition);
                    }
                }),
                number == 1 ? new Recording(id, config, timeline.codec(), process.millis()) : null,
                memberSince);
        made[0] = node;
        nodes.put(id, node);
        return node;
    }

    private ConductChecks conduct(NodeId node, ConductCheck.ViewTaker views) {
        Map<String, MaintainerObserver> checks = new HashMap<>();
        changefeeds.forEach(each -> checks.put(each.id().name(), each.conduct().of(node, views)));
        return new ConductChecks(
                pipeline -> checks.get(changefeed(pipeline).id().name()));
    }

    /** Somebody hears of a join, soon or when it stands still no more, and leaves everything as it is for a while. */
    void joined() {
        calmFor(JOIN_GRACE_MILLIS);
    }

    /** Without a word; the others hear of it when its lease ends. */
    void kill(SimulatedNode node) {
        control.kill(node);
    }

    /** People stop a node when they hear that it is empty. */
    void stopWhenEmpty(NodeId node, long after) {
        timeline.tell(() -> "somebody asks for a drain of " + node);
        stops.put(node, after);
    }

    /** Nodes hear of a change soon, or know that one is empty, and leave everything as it is for a while. */
    void drainChanged() {
        calmFor(CALM_MILLIS);
    }

    private void calmFor(long millis) {
        calmUntil = Math.max(calmUntil, timeline.now() + millis + 1_000);
    }

    /** Whether nodes may be left uneven because of a drain, or of a join. */
    boolean isRebalanceSuspended() {
        return timeline.now() < calmUntil;
    }

    /** The leader says that a node is empty. */
    void drained(NodeId empty) {
        timeline.tell(() -> "node " + empty + " is drained");
        drainChanged();
        drains++;
        SimulatedNode node = nodes.get(empty);
        if (node == null || !node.isMember()) {
            return;
        }
        changefeeds.forEach(changefeed -> checkEmpty(node, changefeed));
        long after = stops.getOrDefault(empty, -1L);
        if (after >= 0) {
            timeline.in(after, () -> leave(node));
        }
    }

    private static void checkEmpty(SimulatedNode node, SimulatedChangefeed changefeed) {
        MaintainerView hosted = node.maintainer(changefeed.id());
        if (hosted != null) {
            throw new Violation(Invariant.DRAINED_IS_EMPTY, "node " + node.id() + " is drained and hosts " + hosted);
        }
        for (SimulatedDispatcher dispatcher : changefeed.writers()) {
            if (dispatcher.node() == node) {
                throw new Violation(
                        Invariant.DRAINED_IS_EMPTY, "node " + node.id() + " is drained, and " + dispatcher + " runs");
            }
        }
    }

    private void leave(SimulatedNode node) {
        if (node.isMember() && leader().drain().target().is(node.id())) {
            timeline.tell(() -> "node " + node.id() + " is stopped");
            control.stop(node);
        }
    }

    long drains() {
        return drains;
    }

    /** One of all nodes, alive or not; null if it never came. */
    @Nullable
    SimulatedNode node(NodeId id) {
        return nodes.get(id);
    }

    List<SimulatedNode> members() {
        return nodes.values().stream().filter(SimulatedNode::isMember).toList();
    }

    List<SimulatedNode> all() {
        return List.copyOf(nodes.values());
    }

    // ---- coordinators -----------------------------------------------------------------------------------------------

    /** A coordinator dies in the middle of something. */
    void coordinatorDies(SimulatedCoordinator coordinator, String when, long pause) {
        control.coordinatorDies(coordinator, when, pause);
    }

    SimulatedCoordinator leader() {
        return control.leader();
    }

    void move(SimulatedChangefeed changefeed, NodeId target) {
        timeline.tell(() -> "somebody asks for a move of " + changefeed.id() + " to " + target);
        leader().move(changefeed.id(), target);
    }

    /** Somebody moves tables that lie elsewhere to a node. */
    void moveByHand(SimulatedChangefeed changefeed, SimulatedNode target, int most) {
        SimulatedNode owner = owner(changefeed);
        List<SimulatedDispatcher> elsewhere = changefeed.writers().stream()
                .filter(each -> each.node() != target && !each.spec.changefeed().isRedo())
                .limit(most)
                .toList();
        for (SimulatedDispatcher dispatcher : elsewhere) {
            Decision move = new Decision.Move(
                    dispatcher.spec.dispatcher(), dispatcher.node().id(), target.id(), BY_HAND);
            owner.command(changefeed.id(), new SchedulerCommand.Decide(List.of(move), false));
        }
    }

    /** The node that has the maintainer, as the coordinator sees it; the first member if nobody has it. */
    SimulatedNode owner(SimulatedChangefeed changefeed) {
        List<SimulatedNode> members = members();
        NodeId owner = leader().view(changefeed.id()).map(ChangefeedView::owner).orElse(null);
        return members.stream()
                .filter(node -> node.id().equals(owner))
                .findFirst()
                .orElseGet(() -> members.isEmpty() ? nodes.lastEntry().getValue() : members.get(0));
    }

    // ---- messages ---------------------------------------------------------------------------------------------------

    void observe(NodeId from, NodeId to, Message message) {
        requests.sent(from, to, message);
        if (message instanceof CoordinatorRequest.AddMaintainer add) {
            changefeed(add.changefeed()).conduct().added(from, to, add);
            if (from.equals(leader().id()) && placed.add(new Placing(add.changefeed(), add.epoch()))) {
                checkOpen(to, add);
            }
        } else if (message instanceof CoordinatorRequest.AcknowledgeFinalStatus acknowledged) {
            changefeed(acknowledged.changefeed()).conduct().acknowledged(from, to, acknowledged);
        } else if (message instanceof CoordinatorRequest.SetDrainTarget) {
            // RebalanceCooldown begins at a node when it hears of the change, and one that joins hears of it late.
            drainChanged();
        } else if (message instanceof CoordinatorReport.MaintainerHeartbeat heartbeat) {
            heartbeat.maintainers().forEach(status -> promised(from, status));
        } else if (message instanceof CoordinatorReport.HostSnapshot snapshot) {
            snapshot.maintainers().forEach(status -> promised(from, status));
        } else if (message instanceof WorkerReport.BootstrapSnapshot snapshot) {
            checkFenced(from, snapshot);
        }
    }

    private void promised(NodeId from, MaintainerStatus status) {
        changefeed(status.changefeed()).conduct().promise(from, status);
    }

    private void checkFenced(NodeId from, WorkerReport.BootstrapSnapshot snapshot) {
        SimulatedNode node = nodes.get(from);
        if (node != null
                && node.sinkEpoch(snapshot.changefeed()) < snapshot.epoch().value()) {
            throw new Violation(
                    Invariant.WORKER_FENCED,
                    "node " + from + " accepts epoch " + snapshot.epoch() + ", and its sink is at epoch "
                            + node.sinkEpoch(snapshot.changefeed()));
        }
    }

    /** Who drains a node brings nothing new to it, nor to one that does not know of it. */
    private void checkOpen(NodeId to, CoordinatorRequest.AddMaintainer add) {
        DrainTarget target = leader().drain().target();
        SimulatedNode node = nodes.get(to);
        boolean unaware = node != null && target.isNewerThan(node.drain());
        if (target.is(to) || unaware) {
            throw new Violation(
                    Invariant.DRAINED_IS_EMPTY,
                    "epoch " + add.epoch() + " is given to " + to + (unaware ? ", which has not heard of " : ", and ")
                            + target);
        }
    }

    /** Whether nodes read rows from logs of their own, which may end. */
    boolean readsLogs() {
        return readsLogs;
    }

    /** Everybody's books agree. */
    void audit() {
        nodes.values().forEach(SimulatedNode::audit);
        control.audit();
    }

    /** Whether books are looked at after every step, which takes its time, or now and then. */
    boolean auditsEachStep() {
        return auditsEachStep;
    }
}
