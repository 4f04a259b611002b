package dev.maintainer.node.cluster;

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
import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.host.HostInput;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.inspect.MaintainerInspector;
import dev.maintainer.core.planning.PlanningConfig;
import dev.maintainer.core.planning.SchedulerCommand;
import dev.maintainer.dispatcher.DispatcherManager;
import dev.maintainer.dispatcher.WorkerConfig;
import dev.maintainer.dispatcher.WorkerInput;
import dev.maintainer.node.dispatch.ChangeLogDispatcherFactory;
import dev.maintainer.node.journal.HostJournal;
import dev.maintainer.node.journal.JournalDirectory;
import dev.maintainer.node.journal.JournaledHost;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * One node: a host of maintainers and a worker, each on a lane of its own, threads for dispatchers, and a timer that
 * ticks and renews the lease.
 */
public final class EmbeddedNode {
    private static final long TICK_MILLIS = 50;
    private static final int DISPATCHER_THREADS = 2;
    // Leases are as much shorter than those of machines.
    private static final long SUSPECT_MILLIS = 2_000;
    /** As in production, where balancing comes every 15 s and calm lasts two minutes. */
    private static final int CALM_ROUNDS = 8;
    /** In low-latency mode. */
    private static final long FAST_TICK_MILLIS = 10;

    private static final long REDO_MILLIS = 200;
    // A lost block status or acknowledgement should not hold a short run for seconds.
    private static final WorkerConfig WORKER = new WorkerConfig(100, 2_000, 500, 5_000);
    private static final WorkerConfig FAST_WORKER = new WorkerConfig(20, 2_000, 500, 5_000);

    private final NodeId id;
    private final ClusterParts parts;
    private final EventLane<HostInput> hostLane;
    private final EventLane<WorkerInput> workerLane;
    private final PlannerThreads planners;
    private final @Nullable HostJournal journal;
    private final Inputs inputs;
    /** To be looked at only: its inputs go another way. */
    private final MaintainerHost host;

    private final DispatcherManager worker;
    private final ScheduledExecutorService dispatcherThreads;
    private final PeriodicTimer timer;
    private final AtomicBoolean hostTick = new AtomicBoolean();
    private final AtomicBoolean workerTick = new AtomicBoolean();
    private final Map<String, Long> staleAtHost = new ConcurrentSkipListMap<>();
    private volatile boolean lost;
    private volatile boolean renews = true;

    /** A host that takes inputs in, journalled or not. */
    private interface Inputs {
        Disposition handle(HostInput input, long nowMillis);
    }

    /** A node that does nothing before {@link #start}; {@code incarnationSeed} differs between all nodes. */
    public EmbeddedNode(NodeId id, ClusterParts parts, long incarnationSeed) {
        this.id = id;
        this.parts = parts;
        this.hostLane = new EventLane<>(id + "-maintainer", this::handleHost);
        this.workerLane = new EventLane<>(id + "-worker", this::handleWorker);
        this.dispatcherThreads = Executors.newScheduledThreadPool(DISPATCHER_THREADS, daemon(id + "-dispatcher"));
        this.timer = new PeriodicTimer(id + "-timer");
        Transport transport = parts.transport().of(id);
        SchemaStore tables = (changefeed, ts) -> hostLane.offer(
                new HostInput.TablesLoaded(changefeed, parts.log().tablesAt(ts)));
        this.planners = new PlannerThreads(id.toString(), parts.planners(), parts.load(), hostLane::offerQuietly);
        MaintainerObserver observer = parts.observers().apply(id);
        MaintainerConfig config = MaintainerConfig.defaults()
                .withStatusMillis(200)
                .withSuspectMillis(SUSPECT_MILLIS)
                .withRedoMillis(parts.lowLatency() ? 0 : REDO_MILLIS)
                .withPlanning(PlanningConfig.DEFAULTS
                        .withBalanceMillis(parts.balanceMillis())
                        .withDrain(CALM_ROUNDS * parts.balanceMillis(), PlanningConfig.DEFAULTS.drainPatienceMillis())
                        .withJoinGraceMillis(2 * parts.membership().ttlMillis())
                        .withNodeLabels(parts.labels()));
        JournalDirectory journals = parts.journals();
        if (journals == null) {
            this.journal = null;
            this.host = new MaintainerHost(id, transport, tables, parts.scheduler(), planners, config, observer);
            this.inputs = host::handle;
        } else {
            HostJournal opened = journals.open(id, config, nowMillis());
            JournaledHost journaled =
                    new JournaledHost(id, transport, tables, parts.scheduler(), planners, config, observer, opened);
            this.journal = opened;
            this.host = journaled.host();
            this.inputs = journaled::handle;
        }
        this.worker = new DispatcherManager(
                id,
                new ChangeLogDispatcherFactory(
                        parts.log(),
                        parts.frontier(),
                        parts.sink(),
                        parts.written().of(id),
                        dispatcherThreads),
                transport,
                workerLane::offer,
                parts.lowLatency() ? FAST_WORKER : WORKER,
                incarnationSeed);
    }

    /** Which node this is. */
    public NodeId id() {
        return id;
    }

    /** Becomes a member and starts to work. */
    public void start() {
        hostLane.start();
        workerLane.start();
        parts.transport().register(id, this::deliver);
        parts.membership().join(id, nowMillis(), this::sessionLost);
        parts.membership().subscribe(id, membership -> hostLane.offer(new HostInput.MembershipChanged(membership)));
        timer.every(parts.lowLatency() ? FAST_TICK_MILLIS : TICK_MILLIS, this::tick);
    }

    /** Asks the planning of a changefeed that is hosted here; what comes of it is in the view, under the number. */
    public boolean command(ChangefeedId changefeed, long number, SchedulerCommand command) {
        return hostLane.offer(new HostInput.SchedulerCommanded(changefeed, number, command));
    }

    /** The maintainers that run here, as they are now; fails if the node has ended. */
    public CompletableFuture<List<MaintainerView>> views() {
        return look(now -> host.views());
    }

    /** Asks a maintainer that runs here something, on its thread; empty if it does not run here (any more). */
    public <T> CompletableFuture<Optional<T>> inspect(
            ChangefeedId changefeed, BiFunction<MaintainerInspector, Long, T> question) {
        return look(now -> host.inspect(changefeed).map(maintainer -> question.apply(maintainer, now)));
    }

    private <T> CompletableFuture<T> look(LongFunction<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        boolean room = hostLane.execute(() -> {
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
     * Dies: threads stop where they are, queues are dropped, nothing is flushed but the journal, and the lease is left to
     * expire.
     */
    public void kill() throws InterruptedException {
        parts.transport().unregister(id);
        parts.membership().unsubscribe(id);
        hostLane.stop();
        planners.close();
        workerLane.stop();
        dispatcherThreads.shutdownNow();
        timer.stop();
        dispatcherThreads.awaitTermination(2, TimeUnit.SECONDS);
        // A lane that does not end may still write to its journal, which then has no last word.
        if (hostLane.awaitEnd(2_000) && journal != null) {
            journal.close();
        }
        workerLane.awaitEnd(2_000);
    }

    /** Ends in order: gives the lease back first. */
    public void stop() throws InterruptedException {
        parts.membership().unsubscribe(id);
        parts.membership().leave(id);
        kill();
    }

    /** From now on the lease is not renewed, as if the node could not reach whoever grants it. Nothing else changes. */
    public void pauseRenewals() {
        renews = false;
    }

    /** Waits until everything of a node that was killed, stopped or lost has ended; returns whether it has. */
    public boolean awaitEnd(long millis) throws InterruptedException {
        return hostLane.awaitEnd(millis)
                && workerLane.awaitEnd(millis)
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
        Map<String, Long> sum = new TreeMap<>(hostLane.failed());
        workerLane.failed().forEach((kind, count) -> sum.merge(kind, count, Long::sum));
        return sum;
    }

    /** Inputs that did not fit into a lane. */
    public long dropped() {
        return hostLane.dropped() + workerLane.dropped();
    }

    static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    private void tick() {
        if (renews) {
            parts.membership().renew(id, nowMillis());
        }
        if (hostTick.compareAndSet(false, true) && !hostLane.offer(new HostInput.Tick())) {
            hostTick.set(false);
        }
        if (workerTick.compareAndSet(false, true) && !workerLane.offer(new WorkerInput.Tick())) {
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
        try {
            worker.handle(input, nowMillis);
        } finally {
            if (input instanceof WorkerInput.SessionLost) {
                dispatcherThreads.shutdownNow();
                workerLane.stop();
            }
        }
    }

    private boolean deliver(Envelope envelope) {
        Message message = envelope.message();
        if (message instanceof WorkerCommand command) {
            return workerLane.offer(new WorkerInput.CommandReceived(envelope.from(), command));
        }
        if (message instanceof WorkerReport report) {
            return hostLane.offer(new HostInput.ReportReceived(envelope.from(), report));
        }
        if (message instanceof CoordinatorRequest request) {
            return hostLane.offer(new HostInput.RequestReceived(envelope.from(), request));
        }
        if (message instanceof CoordinatorReport) {
            return false;
        }
        throw new IllegalStateException("unknown message " + message.kind());
    }

    /** Enqueues and interrupts, but waits for nothing: the lock of the membership is held. */
    private void sessionLost() {
        lost = true;
        parts.transport().unregister(id);
        parts.membership().unsubscribe(id);
        hostLane.stop();
        planners.close();
        timer.cancel();
        // It must arrive, also in a full lane: until then dispatchers of this node may write.
        workerLane.preempt(new WorkerInput.SessionLost());
    }
}
