package dev.maintainer.it.chaos;

import dev.maintainer.api.dispatcher.Dispatcher;
import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.port.Transport;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.Coordinator;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.coordinator.MetadataGateway;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.host.HostInput;
import dev.maintainer.core.host.MaintainerHost;
import dev.maintainer.core.scheduling.SchedulerCatalog;
import dev.maintainer.dispatcher.DispatcherManager;
import dev.maintainer.dispatcher.WorkerConfig;
import dev.maintainer.dispatcher.WorkerInput;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Nodes, a coordinator, a metadata store and a network that loses and delays, all moved by one event queue and one
 * seed. Hosts, workers and coordinator are the production classes; dispatchers are models that keep the ground truth.
 */
final class FaultyWorld {
    private static final ChangefeedId CHANGEFEED = new ChangefeedId("orders");
    private static final long TICK_MILLIS = 50;
    private static final long LEASE_MILLIS = 500;
    private static final int STORY_LINES = 60;

    private record Event(long at, long order, Runnable action) {}

    private final class Node {
        final NodeId id;
        final MaintainerHost host;
        final DispatcherManager worker;
        final List<ModelDispatcher> dispatchers = new ArrayList<>();

        Node(NodeId id) {
            this.id = id;
            Transport transport = (to, message) -> send(id, to, message);
            this.host = new MaintainerHost(
                    id,
                    transport,
                    (changefeed, ts) -> later(
                            random.nextLong(1, 60),
                            () -> toHost(
                                    id,
                                    new HostInput.TablesLoaded(
                                            changefeed, new SchemaSnapshot(ts, truth.tablesAt(ts))))),
                    () -> SchedulerCatalog.discover(FaultyWorld.class.getClassLoader())
                            .create("balance", new TreeMap<>()),
                    MaintainerConfig.defaults(),
                    new Watch());
            this.worker = new DispatcherManager(
                    id,
                    new Models(this),
                    transport,
                    input -> later(random.nextLong(0, 8), () -> toWorker(id, input)),
                    WorkerConfig.defaults(),
                    id.value().hashCode());
        }
    }

    private final SplittableRandom random;
    private final GroundTruth truth;
    private final PriorityQueue<Event> events = new PriorityQueue<>(
            (a, b) -> a.at() != b.at() ? Long.compare(a.at(), b.at()) : Long.compare(a.order(), b.order()));
    private final TreeMap<NodeId, Node> nodes = new TreeMap<>();
    private final Map<String, Long> lastDelivery = new HashMap<>();
    private final Deque<String> story = new ArrayDeque<>();
    private long now;
    private long order;
    private int nextNode;
    private long membershipVersion;
    private double loss;
    private long frontierTs = GroundTruth.START_TS;
    private final long endTs;

    private @Nullable Versioned stored;
    private @Nullable Coordinator coordinator;
    private NodeId coordinatorId = new NodeId("coordinator-0");
    private long leadership;
    private int handoffs;

    FaultyWorld(long seed, long endTs) {
        this.random = new SplittableRandom(seed);
        this.endTs = endTs;
        this.truth = new GroundTruth(random.split(), endTs);
    }

    // ---- the run -----------------------------------------------------------------------------------------------

    /** Runs faults for a while, then quiet, and checks that all is as it should be. */
    void run() {
        loss = random.nextInt(4) == 0 ? 0 : random.nextDouble() * 0.15;
        int size = random.nextInt(2, 6);
        for (int i = 0; i < size; i++) {
            join();
        }
        lead();
        later(300, this::create);
        everyTick();
        long faultsUntil = random.nextLong(5_000, 25_000);
        for (long at = 1_000; at < faultsUntil; at += random.nextLong(50, 3_000)) {
            later(at, this::fault);
        }
        later(faultsUntil, () -> {
            tell("the faults end");
            loss = 0;
        });
        pumpUntil(faultsUntil + 60_000);
        List<String> problems = truth.unsettled(endTs);
        Optional<ChangefeedView> view = coordinator == null ? Optional.empty() : coordinator.view(CHANGEFEED);
        if (!problems.isEmpty()) {
            throw new AssertionError("not settled: " + problems + "; " + view);
        }
    }

    private void create() {
        if (stored == null && coordinator != null) {
            coordinator.handle(new CoordinatorInput.CreateChangefeed(CHANGEFEED, GroundTruth.START_TS), now);
            later(500, this::create);
        }
    }

    private void fault() {
        switch (random.nextInt(8)) {
            case 0 -> kill();
            case 1 -> join();
            case 2 -> {
                tell("the coordinator crashes");
                lead();
            }
            default -> handoff();
        }
    }

    private void handoff() {
        List<NodeId> up = new ArrayList<>(nodes.keySet());
        NodeId target = up.get(random.nextInt(up.size()));
        handoffs++;
        tell("handoff to " + target + " is asked for");
        if (coordinator != null) {
            coordinator.handle(new CoordinatorInput.MoveMaintainer(CHANGEFEED, target), now);
        }
    }

    private void kill() {
        if (nodes.size() < 2) {
            return;
        }
        List<NodeId> up = new ArrayList<>(nodes.keySet());
        Node victim = nodes.remove(up.get(random.nextInt(up.size())));
        if (victim == null) {
            throw new IllegalStateException("no victim");
        }
        victim.dispatchers.forEach(ModelDispatcher::abandon);
        tell("node " + victim.id + " dies");
        later(LEASE_MILLIS, this::announce);
    }

    private void join() {
        if (nodes.size() >= 7) {
            return;
        }
        Node node = new Node(new NodeId("n" + ++nextNode));
        nodes.put(node.id, node);
        tell("node " + node.id + " joins");
        announce();
    }

    private void announce() {
        Membership membership = Membership.of(++membershipVersion, nodes.keySet());
        for (NodeId id : List.copyOf(nodes.keySet())) {
            later(random.nextLong(0, 100), () -> toHost(id, new HostInput.MembershipChanged(membership)));
        }
        later(random.nextLong(0, 100), () -> toCoordinator(new CoordinatorInput.MembershipChanged(membership)));
    }

    /** A new coordinator takes over; what the former one had asked the store for may still land. */
    private void lead() {
        leadership++;
        NodeId id = new NodeId("coordinator-" + leadership);
        coordinatorId = id;
        Coordinator next = new Coordinator(
                id,
                leadership,
                (to, message) -> send(id, to, message),
                new Store(leadership),
                CoordinatorConfig.defaults(),
                new CoordinatorObserver() {});
        coordinator = next;
        next.handle(new CoordinatorInput.MembershipChanged(Membership.of(++membershipVersion, nodes.keySet())), now);
    }

    private void everyTick() {
        if (now % TICK_MILLIS == 0 && frontierTs < endTs) {
            frontierTs = Math.min(endTs, frontierTs + random.nextLong(1, 20));
        }
        for (Node node : List.copyOf(nodes.values())) {
            List.copyOf(node.dispatchers).forEach(ModelDispatcher::advance);
            node.host.handle(new HostInput.Tick(), now);
            node.worker.handle(new WorkerInput.Tick(), now);
        }
        toCoordinator(new CoordinatorInput.Tick());
        later(TICK_MILLIS, this::everyTick);
    }

    private void pumpUntil(long end) {
        while (!events.isEmpty() && events.peek().at() <= end) {
            Event event = events.remove();
            now = event.at();
            event.action().run();
        }
    }

    // ---- wiring ------------------------------------------------------------------------------------------------

    private void later(long millis, Runnable action) {
        events.add(new Event(now + millis, ++order, action));
    }

    private void tell(String line) {
        story.addLast(now + " ms: " + line);
        if (story.size() > STORY_LINES) {
            story.removeFirst();
        }
    }

    List<String> story() {
        return List.copyOf(story);
    }

    int handoffs() {
        return handoffs;
    }

    private Transport.SendResult send(NodeId from, NodeId to, Message message) {
        if (random.nextDouble() < loss) {
            return Transport.SendResult.ENQUEUED;
        }
        String stream = from + ">" + to;
        long at = Math.max(now + random.nextLong(1, 40), lastDelivery.getOrDefault(stream, 0L));
        lastDelivery.put(stream, at);
        later(at - now, () -> deliver(from, to, message));
        return Transport.SendResult.ENQUEUED;
    }

    private void deliver(NodeId from, NodeId to, Message message) {
        if (message instanceof WorkerCommand command) {
            toWorker(to, new WorkerInput.CommandReceived(from, command));
        } else if (message instanceof WorkerReport report) {
            toHost(to, new HostInput.ReportReceived(from, report));
        } else if (message instanceof CoordinatorRequest request) {
            toHost(to, new HostInput.RequestReceived(from, request));
        } else if (message instanceof CoordinatorReport report && to.equals(coordinatorId)) {
            toCoordinator(new CoordinatorInput.ReportReceived(from, report));
        }
    }

    private void toHost(NodeId id, HostInput input) {
        Node node = nodes.get(id);
        if (node != null) {
            node.host.handle(input, now);
        }
    }

    private void toWorker(NodeId id, WorkerInput input) {
        Node node = nodes.get(id);
        if (node != null) {
            node.worker.handle(input, now);
        }
    }

    private void toCoordinator(CoordinatorInput input) {
        if (coordinator != null) {
            coordinator.handle(input, now);
        }
    }

    /** Holds the maintainers to their word. */
    private final class Watch implements MaintainerObserver {
        @Override
        public void phaseChanged(
                ChangefeedId changefeed,
                MaintainerEpoch epoch,
                LifecyclePhase from,
                LifecyclePhase to,
                long checkpointTs,
                long nowMillis) {
            tell("maintainer of epoch " + epoch + " is " + to + " at " + checkpointTs);
            truth.claimed(checkpointTs);
        }

        @Override
        public void commandSent(
                ChangefeedId changefeed,
                MaintainerEpoch epoch,
                LifecyclePhase phase,
                boolean quiesced,
                WorkerCommand command,
                NodeId to) {
            boolean triggerClose = command instanceof WorkerCommand.RemoveDispatcher remove
                    && remove.dispatcher().low() == 1;
            if (quiesced && !triggerClose) {
                throw new AssertionError("after quiesce of epoch " + epoch + ": " + command + " to " + to);
            }
            if (command instanceof WorkerCommand.CreateDispatcher create) {
                tell("epoch " + epoch + ": create " + create.span() + " on " + to + " from " + create.startTs());
            } else if (command instanceof WorkerCommand.RemoveDispatcher remove) {
                tell("epoch " + epoch + ": remove " + remove.dispatcher() + " on " + to);
            }
        }

        @Override
        public void commandSuppressed(
                ChangefeedId changefeed, MaintainerEpoch epoch, LifecyclePhase phase, WorkerCommand command) {
            throw new AssertionError("the gate had to stop " + command + " in " + phase);
        }
    }

    /** A store that takes its time and survives coordinators. */
    private final class Store implements MetadataGateway {
        private final long client;

        Store(long client) {
            this.client = client;
        }

        private void answer(CoordinatorInput input) {
            later(random.nextLong(1, 20), () -> {
                if (client == leadership) {
                    toCoordinator(input);
                }
            });
        }

        @Override
        public void load() {
            later(
                    random.nextLong(1, 30),
                    () -> answer(new CoordinatorInput.MetadataLoaded(stored == null ? List.of() : List.of(stored))));
        }

        @Override
        public void compareAndSet(long expectedVersion, ChangefeedMetadata metadata, long requestId) {
            later(random.nextLong(1, 30), () -> {
                long version = stored == null ? 0 : stored.version();
                if (version != expectedVersion) {
                    answer(new CoordinatorInput.MetadataStored(requestId, Optional.empty()));
                    return;
                }
                truth.persisted(metadata);
                stored = new Versioned(version + 1, metadata);
                answer(new CoordinatorInput.MetadataStored(requestId, Optional.of(stored)));
            });
        }

        @Override
        public void delete(long expectedVersion, ChangefeedId changefeed, long requestId) {
            throw new AssertionError("nobody asked for a removal");
        }
    }

    /** Makes the models of a node. */
    private final class Models implements DispatcherFactory {
        private final Node node;
        private long epoch;

        Models(Node node) {
            this.node = node;
        }

        @Override
        public Dispatcher create(DispatcherSpec spec, DispatcherListener listener) {
            ModelDispatcher dispatcher = new ModelDispatcher(node, spec, listener);
            truth.begins(spec.span().table(), spec.dispatcher(), node.id.value(), spec.startTs());
            node.dispatchers.add(dispatcher);
            return dispatcher;
        }

        @Override
        public TriggerDispatcher createTrigger(DispatcherSpec spec, DispatcherListener listener) {
            truth.triggerBegins(spec.startTs());
            ModelTrigger trigger = new ModelTrigger(node, spec, listener);
            node.dispatchers.add(trigger);
            return trigger;
        }

        @Override
        public void fence(ChangefeedId changefeed, MaintainerEpoch newEpoch) {
            epoch = Math.max(epoch, newEpoch.value());
        }
    }

    /** Replicates its table with a lag that comes and goes. */
    private class ModelDispatcher implements Dispatcher {
        final Node node;
        final DispatcherSpec spec;
        final DispatcherListener listener;
        long durableTs;
        boolean started;
        boolean closing;
        boolean ended;

        ModelDispatcher(Node node, DispatcherSpec spec, DispatcherListener listener) {
            this.node = node;
            this.spec = spec;
            this.listener = listener;
            this.durableTs = spec.startTs();
        }

        DispatcherId id() {
            return spec.dispatcher();
        }

        /** How far it could be; a trigger stops before what is not acknowledged. */
        long reachableTs() {
            return frontierTs;
        }

        void advance() {
            if (ended || !started || random.nextInt(4) == 0) {
                return;
            }
            long to = random.nextInt(3) == 0 ? durableTs + random.nextLong(0, 30) : reachableTs();
            durableTs = Math.max(durableTs, Math.min(reachableTs(), to));
            truth.durable(spec.span().table(), durableTs);
        }

        @Override
        public long checkpointTs() {
            return durableTs;
        }

        @Override
        public long resolvedTs() {
            return Math.max(durableTs, frontierTs);
        }

        @Override
        public void start() {
            later(random.nextLong(0, 60), () -> {
                if (!ended) {
                    started = true;
                    listener.working(id());
                }
            });
        }

        @Override
        public void close() {
            if (closing || ended) {
                return;
            }
            closing = true;
            later(random.nextLong(0, 150), () -> {
                if (!ended) {
                    end();
                    listener.stopped(id());
                }
            });
        }

        private void end() {
            ended = true;
            node.dispatchers.remove(this);
            truth.ends(spec.span().table(), id());
        }

        @Override
        public void abandon() {
            if (!ended) {
                ended = true;
                truth.ends(spec.span().table(), id());
            }
        }
    }

    /** Follows the DDLs as the contract says. */
    private final class ModelTrigger extends ModelDispatcher implements TriggerDispatcher {
        private boolean begun;
        private long acknowledgedTs;
        private long reportedTs;

        ModelTrigger(Node node, DispatcherSpec spec, DispatcherListener listener) {
            super(node, spec, listener);
            this.acknowledgedTs = spec.startTs();
        }

        private List<BlockStatus> unacknowledged() {
            return truth.ddls(id(), acknowledgedTs, frontierTs);
        }

        @Override
        long reachableTs() {
            List<BlockStatus> open = unacknowledged();
            if (!begun) {
                return durableTs;
            }
            return open.isEmpty() ? frontierTs : open.get(0).commitTs() - 1;
        }

        @Override
        void advance() {
            super.advance();
            if (begun && !closing && !ended) {
                List<BlockStatus> open = unacknowledged();
                long newest = open.isEmpty() ? 0 : open.get(open.size() - 1).commitTs();
                if (newest > reportedTs) {
                    reportedTs = newest;
                    listener.blocked(id(), open);
                }
            }
        }

        @Override
        public void begin() {
            begun = true;
        }

        @Override
        public void acknowledge(long commitTs) {
            if (!closing && !ended) {
                acknowledgedTs = Math.max(acknowledgedTs, commitTs);
                truth.ddlsHandled(commitTs);
            }
        }
    }
}
