package dev.maintainer.it.support;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.Inconsistency;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.host.QueuedPlanning;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.dispatcher.DispatcherManager;
import dev.maintainer.dispatcher.WorkerConfig;
import dev.maintainer.dispatcher.WorkerInput;
import dev.maintainer.scheduler.spi.Scheduler;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hosts and workers of many nodes under one virtual clock, all production classes. Messages arrive at once and in
 * order; dispatchers work as soon as they are made. The test plays the coordinator.
 */
public final class VirtualCluster {
    private static final NodeId COORDINATOR = new NodeId("coordinator");
    private static final long TICK_MILLIS = 50;

    private static final class Node {
        final MaintainerHost host;
        final DispatcherManager worker;
        final Map<DispatcherId, DispatcherSpec> writers;

        Node(MaintainerHost host, DispatcherManager worker, Map<DispatcherId, DispatcherSpec> writers) {
            this.writers = writers;
            this.host = host;
            this.worker = worker;
        }
    }

    private final ChangefeedId changefeed;
    private final List<TableInfo> tables;
    private final Scheduler scheduler;
    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private final Deque<Runnable> queue = new ArrayDeque<>();
    private final TreeMap<String, Long> commands = new TreeMap<>();
    private final TreeMap<String, Long> afterQuiesce = new TreeMap<>();
    private final List<RedoMeta> promised = new ArrayList<>();
    private final TreeMap<ChangefeedId, MaintainerView> views = new TreeMap<>();
    private final List<Runnable> closing = new ArrayList<>();
    private final Set<Instant> dispatchers = new LinkedHashSet<>();
    private long hostNanos;
    private long longestNanos;
    private boolean logStalls;
    private @Nullable ReplicationMode held;
    private long messages;
    private long frontierTs;
    private long now = 1_000;
    private long membershipVersion;
    private long plans;
    private long doubleWriters;
    private boolean watchWriters;
    private @Nullable MaintainerStatus status;

    /** A cluster without nodes; all tables exist from the beginning, at {@code frontierTs}. */
    public VirtualCluster(ChangefeedId changefeed, List<TableInfo> tables, Scheduler scheduler, long frontierTs) {
        this.changefeed = changefeed;
        this.tables = tables;
        this.scheduler = scheduler;
        this.frontierTs = frontierTs;
    }

    // ---- what the test does ------------------------------------------------------------------------------------

    /** Adds a node; {@link #announce} tells the others. */
    public void start(NodeId id) {
        Transport transport = (to, message) -> send(id, to, message);
        MaintainerObserver observer = new MaintainerObserver() {
            @Override
            public void commandSent(ChangefeedId of, MaintainerEpoch epoch, SentCommand sent) {
                commands.merge(sent.command().kind(), 1L, Long::sum);
                if (sent.quiesced()) {
                    afterQuiesce.merge(sent.command().kind(), 1L, Long::sum);
                }
            }

            @Override
            public void published(MaintainerView published) {
                views.put(published.changefeed(), published);
            }
        };
        QueuedPlanning planning = new QueuedPlanning(name -> (snapshot, budget) -> {
            plans++;
            return scheduler.plan(snapshot, budget);
        });
        MaintainerHost host = new MaintainerHost(
                id,
                transport,
                (of, ts) -> queue.add(() -> toHost(id, new HostInput.TablesLoaded(of, new SchemaSnapshot(ts, tables)))),
                "test",
                planned(id, planning),
                MaintainerConfig.defaults(),
                observer);
        Map<DispatcherId, DispatcherSpec> writers = new LinkedHashMap<>();
        DispatcherManager worker = new DispatcherManager(
                id,
                new InstantDispatchers(writers),
                transport,
                input -> queue.add(() -> toWorker(id, input)),
                WorkerConfig.defaults(),
                id.value().hashCode());
        nodes.put(id, new Node(host, worker, writers));
        toHost(id, new HostInput.RequestReceived(COORDINATOR, new CoordinatorRequest.CoordinatorBootstrap(1)));
    }

    /** Plans are made and come back at once, but as inputs of their own. */
    private PlanningPort planned(NodeId id, QueuedPlanning planning) {
        return new PlanningPort() {
            @Override
            public void ask(PlanRequest request) {
                queue.add(() -> planning.answer(request).forEach(answer -> toHost(id, answer)));
            }

            @Override
            public void drop(ChangefeedId of, MaintainerEpoch epoch) {
                planning.drop(of, epoch);
            }
        };
    }

    /** A node is gone: it hears and says nothing any more. */
    public void kill(NodeId id) {
        nodes.remove(id);
    }

    /** Only some nodes hear who is alive; the others keep the view that they have. */
    public void announceTo(NodeId... hearers) {
        Membership membership = Membership.of(++membershipVersion, nodes.keySet());
        for (NodeId hearer : hearers) {
            Node node = nodes.get(hearer);
            if (node != null) {
                node.host.handle(new HostInput.MembershipChanged(membership), now);
            }
        }
        pump();
    }

    /** One node hears of these nodes only. */
    public void announceTo(NodeId hearer, Set<NodeId> alive) {
        toHost(hearer, new HostInput.MembershipChanged(Membership.of(++membershipVersion, alive)));
        pump();
    }

    /** The dispatchers that may write, by node, as {@code <dispatcher>@<epoch>}; the triggers are among them. */
    public SortedMap<NodeId, List<DispatcherSpec>> writers() {
        TreeMap<NodeId, List<DispatcherSpec>> writers = new TreeMap<>();
        nodes.forEach((id, node) -> writers.put(id, List.copyOf(node.writers.values())));
        return writers;
    }

    /** How many dispatchers of one table may write to the sink, on all nodes. */
    public long writersOf(TableId table) {
        return writersOf(changefeed, table);
    }

    private long writersOf(ChangefeedId pipeline, TableId table) {
        return writersOf(pipeline).stream()
                .filter(spec -> spec.span().table().equals(table))
                .count();
    }

    /** The dispatchers of one pipeline that may write, on all nodes; its trigger is among them. */
    public List<DispatcherSpec> writersOf(ChangefeedId pipeline) {
        return writers().values().stream()
                .flatMap(List::stream)
                .filter(spec -> spec.changefeed().equals(pipeline))
                .toList();
    }

    /** From now on the redo log makes no promise durable; or does so again, beginning with the last that it was asked for. */
    public void stallLog(boolean stalls) {
        logStalls = stalls;
    }

    /** From now on dispatchers of a pipeline that are closed do not stop, until {@link #letClose}. */
    public void holdCloses(ReplicationMode mode) {
        held = mode;
    }

    /** What was to be closed stops. */
    public void letClose() {
        held = null;
        closing.forEach(Runnable::run);
        closing.clear();
        pump();
    }

    /** What the redo log has durably promised, in this order. */
    public List<RedoMeta> promised() {
        return List.copyOf(promised);
    }

    /** From now on, two dispatchers of one table that could write at once are counted. Costs all dispatchers. */
    public void watchWriters() {
        watchWriters = true;
    }

    /** How often two dispatchers of one table could write at once. */
    public long doubleWriters() {
        return doubleWriters;
    }

    /** All nodes hear who is alive. */
    public void announce() {
        Membership membership = Membership.of(++membershipVersion, nodes.keySet());
        nodes.values().forEach(node -> node.host.handle(new HostInput.MembershipChanged(membership), now));
        pump();
    }

    /** Sends a request to a host. */
    public void request(NodeId to, CoordinatorRequest request) {
        toHost(to, new HostInput.RequestReceived(COORDINATOR, request));
        pump();
    }

    /** Adds the maintainer on a node. */
    public void addMaintainer(NodeId to, long epoch, long checkpointTs, HandoffManifest manifest) {
        request(
                to,
                new CoordinatorRequest.AddMaintainer(
                        changefeed, new MaintainerEpoch(epoch), checkpointTs, manifest, 0));
    }

    /** Adds the maintainer of a changefeed that keeps a redo log. */
    public void addMaintainerWithRedo(NodeId to, long epoch, long checkpointTs, HandoffManifest manifest) {
        request(
                to,
                new CoordinatorRequest.AddMaintainer(
                        changefeed,
                        new MaintainerEpoch(epoch),
                        checkpointTs,
                        manifest,
                        0,
                        "",
                        true,
                        ChangefeedConfiguration.NONE));
    }

    /** Lets time pass. */
    public void pass(long millis) {
        for (long passed = 0; passed < millis; passed += TICK_MILLIS) {
            now += TICK_MILLIS;
            for (Node node : List.copyOf(nodes.values())) {
                node.host.handle(new HostInput.Tick(), now);
                node.worker.handle(new WorkerInput.Tick(), now);
                pump();
            }
        }
        audit();
    }

    /** Nobody contradicts itself. Costs all spans, so it comes after a lapse of time and not after each input. */
    private void audit() {
        for (Node node : nodes.values()) {
            List<Inconsistency> found = node.host.audit();
            if (!found.isEmpty()) {
                throw new AssertionError("at " + now + ": " + found);
            }
        }
    }

    /** Upstream has committed up to this TSO. */
    public void advanceTo(long ts) {
        frontierTs = ts;
    }

    /** Upstream has come to a sync point: all dispatchers stop there, until they are told to go on. */
    public void comeTo(BlockEvent syncPoint) {
        frontierTs = syncPoint.key().commitTs();
        dispatchers.forEach(dispatcher -> dispatcher.waitAt(syncPoint));
        pump();
    }

    /** How many dispatchers wait at a block event. */
    public long waiting() {
        return dispatchers.stream()
                .filter(dispatcher -> dispatcher.waitsAt != null)
                .count();
    }

    /** The time that hosts took for their inputs since the last call, in nanoseconds: of all, and of the longest. */
    public long[] takeHostNanos() {
        long[] taken = {hostNanos, longestNanos};
        hostNanos = 0;
        longestNanos = 0;
        return taken;
    }

    // ---- what came of it ---------------------------------------------------------------------------------------

    /** The last status that the coordinator heard. */
    public @Nullable MaintainerStatus status() {
        return status;
    }

    /** The last view that a maintainer of the pipeline into the sink published. */
    public MaintainerView view() {
        return view(ReplicationMode.DEFAULT);
    }

    /** The last view that a maintainer of a pipeline published. */
    public MaintainerView view(ReplicationMode mode) {
        MaintainerView view = views.get(changefeed.in(mode));
        if (view == null) {
            throw new AssertionError("no maintainer has published anything yet");
        }
        return view;
    }

    /** The final status that the coordinator heard last. */
    public FinalStatus finalStatus() {
        if (status == null || status.finalStatus() == null) {
            throw new AssertionError("the last status is not a final status: " + status);
        }
        return status.finalStatus();
    }

    /** Commands by kind, since the last call. */
    public SortedMap<String, Long> takeCommands() {
        TreeMap<String, Long> taken = new TreeMap<>(commands);
        commands.clear();
        return taken;
    }

    /** Commands that left after a quiesce, by kind. */
    public SortedMap<String, Long> afterQuiesce() {
        return afterQuiesce;
    }

    /** How often the scheduler was asked, since the last {@link #takePlans}. */
    public long plans() {
        return plans;
    }

    /** All messages, since the last {@link #takeMessages}. */
    public long messages() {
        return messages;
    }

    /** All messages, since the last call. */
    public long takeMessages() {
        long taken = messages;
        messages = 0;
        return taken;
    }

    /** How often the scheduler was asked, since the last call. */
    public long takePlans() {
        long taken = plans;
        plans = 0;
        return taken;
    }

    // ---- wiring ------------------------------------------------------------------------------------------------

    private Transport.SendResult send(NodeId from, NodeId to, Message message) {
        messages++;
        if (message instanceof CoordinatorReport report) {
            hear(report);
            return Transport.SendResult.ENQUEUED;
        }
        if (!nodes.containsKey(to)) {
            return Transport.SendResult.UNKNOWN_TARGET;
        }
        if (message instanceof WorkerCommand command) {
            queue.add(() -> toWorker(to, new WorkerInput.CommandReceived(from, command)));
        } else if (message instanceof WorkerReport report) {
            queue.add(() -> toHost(to, new HostInput.ReportReceived(from, report)));
        }
        return Transport.SendResult.ENQUEUED;
    }

    private void hear(CoordinatorReport report) {
        if (report instanceof CoordinatorReport.MaintainerHeartbeat heartbeat) {
            for (MaintainerStatus each : heartbeat.maintainers()) {
                boolean newer = status == null || !status.epoch().isNewerThan(each.epoch());
                if (newer) {
                    status = each;
                }
            }
        }
    }

    private void toHost(NodeId id, HostInput input) {
        Node node = nodes.get(id);
        if (node != null) {
            long began = System.nanoTime();
            node.host.handle(input, now);
            long took = System.nanoTime() - began;
            hostNanos += took;
            longestNanos = Math.max(longestNanos, took);
        }
    }

    private void toWorker(NodeId id, WorkerInput input) {
        Node node = nodes.get(id);
        if (node != null) {
            node.worker.handle(input, now);
        }
    }

    private void pump() {
        for (Runnable next = queue.poll(); next != null; next = queue.poll()) {
            next.run();
        }
    }

    /** Dispatchers that work at once and are always as far as upstream, or as they may. */
    private final class InstantDispatchers implements DispatcherFactory {
        private final List<MaintainerEpoch> fences = new ArrayList<>();
        private final Map<DispatcherId, DispatcherSpec> writers;

        InstantDispatchers(Map<DispatcherId, DispatcherSpec> writers) {
            this.writers = writers;
        }

        @Override
        public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) {
            return new Instant(spec, listener, writers);
        }

        @Override
        public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) {
            return new Instant(spec, listener, writers);
        }

        @Override
        public void fence(ChangefeedId of, MaintainerEpoch epoch) {
            fences.add(epoch);
        }
    }

    private final class Instant implements TriggerDispatcher {
        private final DispatcherId id;
        private final DispatcherSpec spec;
        private final DispatcherListener listener;
        private final Map<DispatcherId, DispatcherSpec> writers;
        private @Nullable BlockEvent waitsAt;

        Instant(DispatcherSpec spec, DispatcherListener listener, Map<DispatcherId, DispatcherSpec> writers) {
            this.id = spec.dispatcher();
            this.spec = spec;
            this.listener = listener;
            this.writers = writers;
        }

        @Override
        public long checkpointTs() {
            long reached = waitsAt == null ? frontierTs : waitsAt.key().waitingTs();
            return Math.min(reached, spec.bound().releasedTs());
        }

        private void waitAt(BlockEvent event) {
            waitsAt = event;
            listener.waiting(id, event);
        }

        @Override
        public void resolve(BlockKey event, BarrierAction action) {
            if (waitsAt != null && waitsAt.key().equals(event)) {
                waitsAt = null;
                listener.passed(id, event);
            }
        }

        @Override
        public long resolvedTs() {
            return frontierTs;
        }

        @Override
        public void start() {
            dispatchers.add(this);
            writers.put(id, spec);
            if (watchWriters && writersOf(spec.changefeed(), spec.span().table()) > 1) {
                doubleWriters++;
            }
            listener.working(id);
        }

        @Override
        public void close() {
            if (spec.changefeed().mode() == held) {
                closing.add(this::stop);
            } else {
                stop();
            }
        }

        private void stop() {
            dispatchers.remove(this);
            writers.remove(id);
            listener.stopped(id);
        }

        @Override
        public void abandon() {
            dispatchers.remove(this);
            writers.remove(id);
        }

        @Override
        public long startTs() {
            return spec.startTs();
        }

        @Override
        public void begin() {
            // There are no DDLs.
        }

        @Override
        public void acknowledge(long commitTs) {
            // There are no DDLs.
        }

        @Override
        public void persist(RedoMeta meta) {
            if (!logStalls) {
                promised.add(meta);
                listener.persisted(id, meta);
            }
        }
    }
}
