package dev.maintainer.simulator.world;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.dispatcher.DispatcherManager;
import dev.maintainer.dispatcher.WorkerConfig;
import dev.maintainer.dispatcher.WorkerInput;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One process: a host, a worker and their dispatchers, which may stand still, lose their lease, or die. */
final class SimulatedNode {
    private static final long TICK_MILLIS = 50;

    private final NodeId id;
    private final SimulatedCluster cluster;
    private final NodeProcess process;
    private final Timeline timeline;
    private final MaintainerHost host;
    private final SimulatedPlanning planning;
    private final ConditionCheck conditions;
    private final CheckedHost checks;
    private final DispatcherManager worker;
    private final RefusalDecider people;
    private final @Nullable Recording recording;
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private boolean up = true;
    private boolean hostUp = true;
    private boolean member = true;
    private boolean removed;
    private boolean paused;
    private boolean dispatchersPaused;
    private final long memberSince;
    private long heardVersion;
    private final SimulatedDispatchers dispatchers;
    private long mailAt;
    private long commands;
    private final Map<ChangefeedId, MaintainerView> views = new TreeMap<>();

    SimulatedNode(
            NodeId id,
            int number,
            SimulatedCluster cluster,
            NodeProcess process,
            Planners planners,
            MaintainerConfig config,
            WorkerConfig workerConfig,
            MaintainerObserver observer,
            @Nullable Recording recording,
            long memberSince) {
        this.id = id;
        this.cluster = cluster;
        this.process = process;
        this.timeline = cluster.timeline();
        Transport transport = (to, message) -> {
            if (!cluster.crashes().mayLeave(id, to, message)) {
                return Transport.SendResult.ENQUEUED;
            }
            cluster.observe(id, to, message);
            if (!process.reaches(to)) {
                return Transport.SendResult.UNKNOWN_TARGET;
            }
            return cluster.network().send(id, to, message);
        };
        Transport hostTransport = (to, message) -> {
            if (recording != null) {
                recording.sent(to, message);
            }
            return transport.send(to, message);
        };
        this.recording = recording;
        this.memberSince = memberSince;
        this.planning = new SimulatedPlanning(timeline, cluster.faults(), planners, this::plannerAnswers);
        this.conditions = new ConditionCheck(config.planning().faultsUntilDegraded());
        this.host = new MaintainerHost(
                id, hostTransport, this::requestTables, Planners.BALANCE, new Planning(), config, observer);
        this.checks = new CheckedHost(
                id,
                cluster,
                process,
                host,
                conditions,
                new LimitCheck(config.planning().maxInFlightPerNode()));
        this.dispatchers = new SimulatedDispatchers(this, cluster);
        this.worker = new DispatcherManager(id, dispatchers, transport, this::mail, workerConfig, number * 1_000L);
        this.people = new RefusalDecider(this, timeline, decided -> take(() -> toHost(decided)));
        cluster.network().attach(id, this::receive);
        timeline.in(timeline.below(50), this::tick);
    }

    // ---- what happens to it -----------------------------------------------------------------------------------------

    private void tick() {
        if (!up) {
            return;
        }
        if (!paused) {
            toHost(new HostInput.Tick());
            toWorker(new WorkerInput.Tick());
        }
        timeline.in(TICK_MILLIS, this::tick);
    }

    private void receive(NodeId from, Message message) {
        if (!process.accepts(from)) {
            return;
        }
        if (message instanceof WorkerCommand command) {
            take(() -> toWorker(new WorkerInput.CommandReceived(from, command)));
        } else if (message instanceof WorkerReport report) {
            take(() -> toHost(new HostInput.ReportReceived(from, report)));
        } else if (message instanceof CoordinatorRequest request) {
            take(() -> toHost(new HostInput.RequestReceived(from, request)));
        } else if (message instanceof CoordinatorReport report) {
            process.report(from, report);
        } else {
            throw new IllegalStateException("node " + id + " got " + message);
        }
    }

    void hearOf(Membership membership) {
        take(() -> {
            heardVersion = Math.max(heardVersion, membership.version());
            cluster.joined();
            toHost(new HostInput.MembershipChanged(membership));
        });
    }

    private void requestTables(ChangefeedId changefeed, long ts) {
        if (recording != null) {
            recording.tablesRequested(changefeed, ts);
        }
        if (faults().loses()) {
            return;
        }
        timeline.in(faults().travel(), () -> take(() -> loadTables(changefeed, ts)));
    }

    private void loadTables(ChangefeedId changefeed, long ts) {
        NodeSource source = dispatchers.source(changefeed);
        try {
            toHost(new HostInput.TablesLoaded(
                    changefeed,
                    source == null ? cluster.changefeed(changefeed).upstream().tablesAt(ts) : source.tablesAt(ts)));
        } catch (MaintainerException e) {
            timeline.tell(() -> "node " + id + " cannot load the tables at " + ts + ": " + e.getMessage());
        }
    }

    /** The log that is read here for a changefeed ends; nothing happens in worlds without logs. */
    void endSource(ChangefeedId changefeed, int how, int millis) {
        NodeSource source = dispatchers.source(changefeed);
        if (source != null) {
            source.end(how, millis);
        }
    }

    private void plannerAnswers(HostInput answer) {
        take(() -> toHost(answer));
    }

    /** Somebody wants something of the planning of what is hosted here. */
    void command(ChangefeedId changefeed, SchedulerCommand command) {
        timeline.tell(() -> "somebody wants " + command + " for " + changefeed + " on node " + id);
        take(() -> toHost(new HostInput.SchedulerCommanded(changefeed, ++commands, command)));
    }

    /** A trigger here meets a sink that refuses an event; somebody will decide. */
    void awaitDecision(SimulatedDispatcher trigger, BlockKey event) {
        people.await(trigger, event);
    }

    /** The ownership of a pipeline that is hosted here. */
    Optional<MaintainerEpoch> epoch(ChangefeedId pipeline) {
        return host.inspect(pipeline).map(maintainer -> maintainer.view().epoch());
    }

    /** The newest drain target that it has heard of. */
    DrainTarget drain() {
        return host.drain();
    }

    /** Somebody does something to an operator, as soon as there is one. */
    void intervene(ChangefeedId changefeed, int which, SchedulerCommand.Intervention intervention, int tries) {
        List<OperatorView> operators = up ? checks.operators(changefeed) : List.of();
        if (!operators.isEmpty()) {
            OperatorView operator = operators.get(which % operators.size());
            command(changefeed, new SchedulerCommand.Intervene(operator.dispatcher(), intervention, false));
        } else if (tries > 0) {
            timeline.in(20, () -> intervene(changefeed, which, intervention, tries - 1));
        }
    }

    /** The newest plan that was made to be looked at; 0 if there is none. */
    long proposed(ChangefeedId changefeed) {
        MaintainerView seen = views.get(changefeed);
        return seen == null
                ? 0
                : seen.scheduling().proposals().stream()
                        .mapToLong(SchedulingView.Proposal::id)
                        .max()
                        .orElse(0);
    }

    private void mail(WorkerInput input) {
        mailAt = Math.max(mailAt, timeline.now() + timeline.below(5));
        timeline.at(mailAt, () -> take(() -> toWorker(input)));
    }

    private void take(Runnable input) {
        if (paused) {
            waiting.add(input);
        } else {
            input.run();
        }
    }

    private void toHost(HostInput input) {
        if (up && hostUp) {
            if (input instanceof HostInput.ReportReceived received) {
                cluster.changefeed(received.report().changefeed()).conduct().heard(id, received.from());
            }
            Disposition disposition = checks.handle(input);
            cluster.changefeeds().forEach(each -> each.conduct().handled());
            timeline.trace(disposition);
            if (cluster.auditsEachStep()) {
                audit();
            }
            if (recording != null) {
                recording.handled(input, disposition, process.millis());
            }
        }
    }

    /** The DDL trigger dispatcher that was made here last. */
    SimulatedDispatcher trigger(ChangefeedId pipeline) {
        return dispatchers.trigger(pipeline);
    }

    /** The block events that are not over. */
    List<OpenBarrier> barriers(ChangefeedId pipeline) {
        return checks.barriers(pipeline);
    }

    private void toWorker(WorkerInput input) {
        if (up) {
            worker.handle(input, process.millis());
            if (cluster.auditsEachStep()) {
                audit();
            }
        }
    }

    /** Its inputs wait; its dispatchers, threads of their own, may go on. */
    void pause(long millis, boolean dispatchersToo) {
        if (paused || !up) {
            return;
        }
        timeline.tell(() -> "node " + id + " stands still for " + millis + " ms"
                + (dispatchersToo ? "" : ", its dispatchers go on"));
        paused = true;
        dispatchersPaused = dispatchersToo;
        timeline.in(millis, this::wake);
    }

    private void wake() {
        if (!up) {
            return;
        }
        timeline.tell(() -> "node " + id + " goes on" + (isMember() ? "" : " as a zombie"));
        dispatchersPaused = false;
        paused = false;
        boolean stillMember = member;
        int before = stillMember ? Integer.MAX_VALUE : timeline.below(waiting.size() + 1);
        for (int i = 0; i < before; i++) {
            Runnable input = waiting.poll();
            if (input == null) {
                break;
            }
            input.run();
        }
        if (!stillMember) {
            endSession();
        }
    }

    /** From now on the others do without it, and it does not know yet. */
    void removed() {
        removed = true;
    }

    /** The process has heard that it is no member any more: nothing goes on but what the worker does at once. */
    void sessionLost() {
        hostUp = false;
        cluster.network().detach(id);
        waiting.clear();
        if (paused) {
            // The handler of the worker hangs, and then this is what comes next.
            waiting.add(this::abandonAll);
        } else {
            abandonAll();
        }
    }

    private void abandonAll() {
        toWorker(new WorkerInput.SessionLost());
        checkNobodyWrites();
        timeline.in(timeline.below(500), this::die);
    }

    private void checkNobodyWrites() {
        cluster.changefeeds().stream()
                .flatMap(each -> each.sinks().stream())
                .forEach(sink -> sink.checkNobodyWritesOn(this));
    }

    /** The process ends in order, and gives its lease back when nothing writes any more. */
    void stopInOrder() {
        hostUp = false;
        cluster.network().detach(id);
        waiting.clear();
        toWorker(new WorkerInput.NodeStopping());
        checkNobodyWrites();
    }

    /** Whether its lease lets it write. */
    boolean mayWrite() {
        return process.mayWrite();
    }

    /** A write takes effect. */
    void writes(SimulatedDispatcher dispatcher) {
        String wrong = process.wrongWrite();
        if (wrong != null) {
            throw new Violation(Invariant.REMOVED_IS_SILENT, dispatcher + " writes, and " + wrong);
        }
    }

    /** The lease is gone; the node will notice in a while. */
    void dropped() {
        member = false;
        if (!paused) {
            timeline.in(timeline.below(2_500), this::endSession);
        }
    }

    private void endSession() {
        if (paused || !up) {
            return;
        }
        timeline.tell(() -> "node " + id + " notices that its lease is gone");
        toWorker(new WorkerInput.SessionLost());
        checkNobodyWrites();
        timeline.in(timeline.below(500), this::die);
        if (timeline.chance(0.5)) {
            hostUp = false;
        }
        waiting.forEach(Runnable::run);
        waiting.clear();
    }

    void die() {
        up = false;
        hostUp = false;
        waiting.clear();
        dispatchers.died();
        cluster.network().detach(id);
    }

    // ---- what it is -------------------------------------------------------------------------------------------------

    NodeId id() {
        return id;
    }

    /** The newest membership that it has heard of. */
    long heardVersion() {
        return heardVersion;
    }

    /** The first membership that has it. */
    long memberSince() {
        return memberSince;
    }

    boolean isUp() {
        return up;
    }

    boolean isMember() {
        return member && !removed;
    }

    boolean dispatchersStandStill() {
        return paused && dispatchersPaused;
    }

    boolean isPaused() {
        return paused;
    }

    /** The epoch that a pipeline has been fenced for here; 0 if it has not. */
    long sinkEpoch(ChangefeedId pipeline) {
        return dispatchers.sinkEpoch(pipeline);
    }

    Faults faults() {
        return cluster.faults();
    }

    /** Its books agree with each other. */
    void audit() {
        if (!up) {
            return;
        }
        if (hostUp) {
            checks.audit();
            planning.audit(host);
        }
        for (Finding found : worker.audit()) {
            throw new Violation(Invariant.WORKER_CONSISTENT, "worker " + id + ": " + found);
        }
    }

    /** Lives through the recorded beginning once more, if there is one. */
    void replay() {
        if (recording != null) {
            recording.replay();
        }
    }

    int waiting() {
        return waiting.size();
    }

    void schedulerChanged(ChangefeedId changefeed, MaintainerEpoch epoch, SchedulerCondition condition) {
        conditions.changed(changefeed, epoch, condition);
    }

    void published(MaintainerView published) {
        views.put(published.changefeed(), published);
    }

    /** The maintainer of a pipeline that runs here; null if there is none. */
    @Nullable
    MaintainerView maintainer(ChangefeedId pipeline) {
        boolean hosted = up && hostUp && host.changefeeds().contains(pipeline.in(ReplicationMode.DEFAULT));
        return hosted ? views.get(pipeline) : null;
    }

    /** What leaves for planners is recorded like everything else that leaves. */
    private final class Planning implements PlanningPort {
        @Override
        public void ask(PlanRequest request) {
            if (recording != null) {
                recording.planRequested(request);
            }
            boolean plans = host.inspect(request.changefeed())
                    .filter(maintainer -> maintainer.view().phase() == LifecyclePhase.RUNNING)
                    .isPresent();
            if (!plans) {
                throw new Violation(
                        Invariant.QUIET_AFTER_QUIESCE,
                        "node " + id + " asks a planner for epoch " + request.epoch() + ", which does not run");
            }
            conditions.asked(request);
            planning.ask(request);
        }

        @Override
        public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
            if (recording != null) {
                recording.planningDropped(changefeed, epoch);
            }
            conditions.dropped(changefeed, epoch);
            planning.drop(changefeed, epoch);
        }
    }
}
