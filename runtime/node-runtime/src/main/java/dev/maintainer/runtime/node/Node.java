package dev.maintainer.runtime.node;

import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.MembershipService;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.dispatcher.DispatcherManager;
import dev.maintainer.dispatcher.WorkerCounters;
import dev.maintainer.dispatcher.WorkerInput;
import dev.maintainer.runtime.coordination.CoordinatorRole;
import dev.maintainer.runtime.journal.HostJournal;
import dev.maintainer.runtime.journal.JournaledHost;
import dev.maintainer.runtime.loop.DispatcherThreads;
import dev.maintainer.runtime.loop.EventLoop;
import dev.maintainer.runtime.loop.PeriodicTimer;
import dev.maintainer.runtime.planner.PlannedSpans;
import dev.maintainer.runtime.planner.PlannerThreads;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One node, assembled from ports: a host of maintainers and a worker, each on an event loop of its own, threads for
 * dispatchers and planners, and a timer that ticks and renews the lease; if it is a candidate, also the coordinator.
 *
 * <p>Thread-safe. Started once and ended once.
 */
public final class Node {
    private final NodeId id;
    private final NodeConfig config;
    private final NodePorts ports;
    private final EventLoop<HostInput> hostLoop;
    private final EventLoop<WorkerInput> workerLoop;
    private final PlannerThreads planners;
    private final SchemaLookups schemas;
    private final @Nullable CoordinatorRole coordinator;
    private final @Nullable HostJournal journal;
    private final Inputs inputs;
    /** For inspection only: its inputs take another path. */
    private final MaintainerHost host;

    private final DispatcherManager worker;
    private final ChangefeedFactories factories;
    private final ScheduledExecutorService dispatcherThreads;
    private final PeriodicTimer timer;
    private final AtomicBoolean hostTick = new AtomicBoolean();
    private final AtomicBoolean workerTick = new AtomicBoolean();
    private final Map<String, Long> staleAtHost = new ConcurrentSkipListMap<>();
    private volatile MembershipService.@Nullable Lease lease;
    private volatile MembershipService.@Nullable Subscription subscription;
    private volatile boolean lost;
    private volatile boolean renews = true;

    /** The host that takes inputs, journalled or not. */
    private interface Inputs {
        Disposition handle(HostInput input, long nowMillis);
    }

    /** A node that never coordinates; see {@link #Node(NodeId, NodeConfig, NodePorts, long, CoordinatorRole)}. */
    public Node(NodeId id, NodeConfig config, NodePorts ports, long incarnationSeed) {
        this(id, config, ports, incarnationSeed, null);
    }

    /**
     * A node that does nothing before {@link #start}.
     *
     * @param id never used before
     * @param incarnationSeed differs between all nodes
     * @param coordinator its coordinator role; started and stopped by the node. Null if it is not a candidate
     */
    public Node(
            NodeId id,
            NodeConfig config,
            NodePorts ports,
            long incarnationSeed,
            @Nullable CoordinatorRole coordinator) {
        this.id = id;
        this.config = config;
        this.ports = ports;
        this.coordinator = coordinator;
        this.hostLoop = new EventLoop<>(id + "-maintainer", this::handleHost);
        this.workerLoop = new EventLoop<>(id + "-worker", this::handleWorker);
        this.dispatcherThreads = new DispatcherThreads(id + "-dispatcher", config.dispatcherThreads());
        this.timer = new PeriodicTimer(id + "-timer");
        this.schemas = new SchemaLookups(id + "-schemas", ports.schemas(), hostLoop::offer);
        this.planners = new PlannerThreads(id.toString(), ports.planners(), ports.statistics(), hostLoop::offerQuietly);
        Transport transport = ports.network().transportOf(id);
        if (ports.journals() == null) {
            this.journal = null;
            this.host = new MaintainerHost(
                    id, transport, schemas, config.scheduler(), planners, config.maintainer(), ports.observer());
            this.inputs = host::handle;
        } else {
            HostJournal opened = ports.journals().open(id, config.maintainer(), nowMillis());
            JournaledHost journaled = new JournaledHost(
                    id,
                    transport,
                    schemas,
                    config.scheduler(),
                    planners,
                    config.maintainer(),
                    ports.observer(),
                    opened);
            this.journal = opened;
            this.host = journaled.host();
            this.inputs = journaled::handle;
        }
        this.factories =
                new ChangefeedFactories(new NodeContext(id, this::holdsLease, dispatcherThreads), ports.dispatchers());
        this.worker =
                new DispatcherManager(id, factories, transport, workerLoop::offer, config.worker(), incarnationSeed);
    }

    private void unsubscribe() {
        MembershipService.Subscription present = subscription;
        if (present != null) {
            present.cancel();
        }
    }

    private boolean holdsLease() {
        MembershipService.Lease held = lease;
        return held != null && held.isHeld();
    }

    /** Which node this is. */
    public NodeId id() {
        return id;
    }

    /**
     * Becomes a member and starts to work.
     *
     * @throws MaintainerException if it cannot become a member; nothing runs then
     */
    public void start() throws MaintainerException {
        hostLoop.start();
        workerLoop.start();
        ports.network().register(id, this::deliver);
        try {
            lease = ports.membership().join(id, this::sessionLost);
        } catch (RuntimeException e) {
            ports.network().unregister(id);
            hostLoop.stop();
            workerLoop.stop();
            dispatcherThreads.shutdownNow();
            throw e;
        }
        subscription =
                ports.membership().subscribe(membership -> hostLoop.offer(new HostInput.MembershipChanged(membership)));
        timer.every(config.tickMillis(), this::tick);
        if (coordinator != null) {
            coordinator.start();
        }
    }

    /**
     * Sends a request to the planning of a changefeed that is hosted here; the view shows the result, under the number.
     */
    public boolean command(ChangefeedId changefeed, long number, SchedulerCommand command) {
        return hostLoop.offer(new HostInput.SchedulerCommanded(changefeed, number, command));
    }

    /** Somebody has decided about a block event of a changefeed that is hosted here. */
    public boolean decide(HostInput.RefusalDecided decided) {
        return hostLoop.offer(decided);
    }

    /** The maintainers that run here, as they are now; fails if the node has ended. */
    public CompletableFuture<List<MaintainerView>> views() {
        return look(now -> host.views());
    }

    /** Queries a maintainer that runs here, on its thread; empty if it does not run here (any more). */
    public <T> CompletableFuture<Optional<T>> inspect(
            ChangefeedId changefeed, BiFunction<MaintainerInspector, Long, T> question) {
        return look(now -> host.inspect(changefeed).map(maintainer -> question.apply(maintainer, now)));
    }

    private <T> CompletableFuture<T> look(LongFunction<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean room = hostLoop.execute(() -> {
            try {
                answer.complete(question.apply(nowMillis()));
            } catch (RuntimeException | Error e) {
                answer.completeExceptionally(e);
                throw e;
            }
        });
        if (!room) {
            answer.completeExceptionally(new MaintainerException(
                    ErrorCode.NODE_UNAVAILABLE, "node " + id + " has ended or has no room for a question; ask again"));
        }
        return answer;
    }

    /** The spans of a changefeed that is hosted here, as planners last saw them. */
    public CompletableFuture<PlannedSpans> spans(ChangefeedId changefeed) {
        return planners.lookAt(changefeed);
    }

    /** How many planner threads of this node have never returned. */
    public int stuckPlanners() {
        return planners.stuck();
    }

    /** Whether the lease has expired. */
    public boolean isLost() {
        return lost;
    }

    /**
     * Simulates a crash: threads stop where they are, queues are dropped, nothing except the journal is flushed, and
     * the lease is left to expire.
     */
    public void kill() throws InterruptedException {
        ports.network().unregister(id);
        unsubscribe();
        hostLoop.stop();
        schemas.close();
        planners.close();
        workerLoop.stop();
        dispatcherThreads.shutdownNow();
        timer.stop();
        if (coordinator != null) {
            coordinator.stop();
        }
        dispatcherThreads.awaitTermination(2, TimeUnit.SECONDS);
        // A loop that does not end may still write to its journal, which then has no last word.
        if (hostLoop.awaitEnd(2_000) && journal != null) {
            journal.close();
        }
        workerLoop.awaitEnd(2_000);
    }

    /** Ends in an orderly way: abandons its dispatchers, gives the lease back, and ends the rest. */
    public void stop() throws InterruptedException {
        unsubscribe();
        hostLoop.stop();
        workerLoop.preempt(new WorkerInput.NodeStopping());
        boolean silent = workerLoop.awaitEnd(2_000) && dispatcherThreads.awaitTermination(2, TimeUnit.SECONDS);
        MembershipService.Lease held = lease;
        if (silent && held != null) {
            held.leave();
        }
        // Otherwise the lease ends by itself: something may still write.
        kill();
    }

    /**
     * From now on the lease is not renewed, as if the node could not reach the service that grants it. Nothing else
     * changes.
     */
    public void pauseRenewals() {
        renews = false;
    }

    /** Waits until everything of a node that was killed, stopped or lost has ended; returns whether it has. */
    public boolean awaitEnd(long millis) throws InterruptedException {
        return hostLoop.awaitEnd(millis)
                && workerLoop.awaitEnd(millis)
                && dispatcherThreads.awaitTermination(millis, TimeUnit.MILLISECONDS)
                && timer.stop();
    }

    /** Messages that worker and host have refused because their sender's ownership had passed, by kind. */
    public SortedMap<String, Long> staleMessages() {
        SortedMap<String, Long> sum = new TreeMap<>(staleAtHost);
        worker.counters().stale().forEach((kind, count) -> sum.merge(kind, count, Long::sum));
        return sum;
    }

    /** Inputs that the handlers of this node failed on, by kind of input and of failure. */
    public Map<String, Long> failures() {
        Map<String, Long> sum = new TreeMap<>(hostLoop.failed());
        workerLoop.failed().forEach((kind, count) -> sum.merge(kind, count, Long::sum));
        return sum;
    }

    /** Inputs that did not fit into the queue of an event loop. */
    public long dropped() {
        return hostLoop.dropped() + workerLoop.dropped();
    }

    /** What this node has counted, and how it is now. */
    public NodeStatistics statistics() {
        SortedMap<String, NodeStatistics.Loop> loops = new TreeMap<>();
        loops.put("maintainer", loop(hostLoop));
        loops.put("worker", loop(workerLoop));
        loops.put("timer", new NodeStatistics.Loop(0, 0, 0, 0, timer.idleNanos()));
        WorkerCounters counters = worker.counters();
        return new NodeStatistics(loops, counters, counters.dispatchers(), planners.rounds(), planners.stuck());
    }

    private static NodeStatistics.Loop loop(EventLoop<?> loop) {
        return new NodeStatistics.Loop(
                loop.waiting(),
                loop.dropped(),
                NodeStatistics.Loop.sum(loop.slow()),
                NodeStatistics.Loop.sum(loop.failed()),
                loop.idleNanos());
    }

    static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void tick() {
        MembershipService.Lease held = lease;
        if (renews && held != null) {
            held.renew();
        }
        if (hostTick.compareAndSet(false, true) && !hostLoop.offer(new HostInput.Tick())) {
            hostTick.set(false);
        }
        if (workerTick.compareAndSet(false, true) && !workerLoop.offer(new WorkerInput.Tick())) {
            workerTick.set(false);
        }
    }

    private void handleHost(HostInput input, long nowMillis) {
        if (input instanceof HostInput.Tick) {
            hostTick.set(false);
        }
        Disposition disposition = inputs.handle(input, nowMillis);
        if (disposition == Disposition.STALE && input instanceof HostInput.ReportReceived received) {
            staleAtHost.merge(received.report().kind(), 1L, Long::sum);
        } else if (disposition == Disposition.STALE && input instanceof HostInput.RequestReceived received) {
            staleAtHost.merge(received.request().kind(), 1L, Long::sum);
        }
    }

    private void handleWorker(WorkerInput input, long nowMillis) {
        if (input instanceof WorkerInput.Tick) {
            workerTick.set(false);
        }
        if (input instanceof WorkerInput.CommandReceived received
                && received.command() instanceof WorkerCommand.Bootstrap bootstrap) {
            factories.configure(bootstrap.changefeed(), bootstrap.epoch(), bootstrap.configuration());
        }
        try {
            worker.handle(input, nowMillis);
        } finally {
            if (input instanceof WorkerInput.SessionLost || input instanceof WorkerInput.NodeStopping) {
                dispatcherThreads.shutdownNow();
                workerLoop.stop();
            }
        }
    }

    private boolean deliver(Envelope envelope) {
        Message message = envelope.message();
        if (message instanceof WorkerCommand command) {
            return workerLoop.offer(new WorkerInput.CommandReceived(envelope.from(), command));
        }
        if (message instanceof WorkerReport report) {
            return hostLoop.offer(new HostInput.ReportReceived(envelope.from(), report));
        }
        if (message instanceof CoordinatorRequest request) {
            return hostLoop.offer(new HostInput.RequestReceived(envelope.from(), request));
        }
        if (message instanceof CoordinatorReport) {
            return coordinator != null && coordinator.deliver(envelope);
        }
        throw new IllegalStateException("unknown message " + message.kind());
    }

    /** Enqueues and interrupts, but waits for nothing: the lock of the membership is held. */
    private void sessionLost() {
        lost = true;
        ports.network().unregister(id);
        unsubscribe();
        hostLoop.stop();
        schemas.close();
        planners.close();
        timer.cancel();
        if (coordinator != null) {
            coordinator.withdraw();
        }
        // It must arrive, also in a full loop: until then dispatchers of this node may write.
        workerLoop.preempt(new WorkerInput.SessionLost());
    }
}
