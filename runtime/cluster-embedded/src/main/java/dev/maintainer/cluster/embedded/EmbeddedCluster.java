package dev.maintainer.cluster.embedded;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Network;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.runtime.coordination.CoordinatorRole;
import dev.maintainer.runtime.loop.PeriodicTimer;
import dev.maintainer.runtime.node.LocalCluster;
import dev.maintainer.runtime.node.NetworkProvider;
import dev.maintainer.runtime.node.Node;
import dev.maintainer.runtime.node.NodePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Nodes and their coordinator in one process, on ports that end with it: messages by hand-over, leases by one clock,
 * metadata in files. The coordinator is no node, so that any node may be killed. Used by one thread, but for what
 * {@link LocalCluster} has.
 */
public final class EmbeddedCluster implements LocalCluster, AutoCloseable {
    private static final NodeId COORDINATOR = new NodeId("coordinator");
    private static final String LEADER_EPOCH = "leader-epoch";

    private final ClusterProfile profile;
    private final NodeAssembly assembly;
    private final String suffix;
    private final Network network;
    private final Runnable networkEnd;
    private final LeaseMembership membership;
    private final CoordinatorRole coordinator;
    private final PeriodicTimer leaseCheck = new PeriodicTimer("leases");
    private final SortedMap<NodeId, Node> nodes = new ConcurrentSkipListMap<>();
    private final List<Node> killed = new CopyOnWriteArrayList<>();
    private final AtomicLong commands = new AtomicLong();
    private int joined;

    /**
     * A cluster without nodes.
     *
     * <p>Refuses, with a message that names the file, a metadata store that cannot be read and written.
     *
     * @param assembly adds to each node what the cluster does not have
     * @param metadata where the coordinator keeps its metadata
     * @param suffix ends all node names; differs between processes that use the same metadata
     */
    public EmbeddedCluster(ClusterProfile profile, NodeAssembly assembly, Path metadata, String suffix)
            throws MaintainerException {
        this(profile, assembly, metadata, suffix, new InProcessNetwork(), () -> {});
    }

    /**
     * A cluster without nodes whose messages go another way.
     *
     * @param network closed with the cluster
     */
    public EmbeddedCluster(
            ClusterProfile profile,
            NodeAssembly assembly,
            Path metadata,
            String suffix,
            NetworkProvider.OwnNetwork network)
            throws MaintainerException {
        this(profile, assembly, metadata, suffix, network, network::close);
    }

    private EmbeddedCluster(
            ClusterProfile profile,
            NodeAssembly assembly,
            Path metadata,
            String suffix,
            Network network,
            Runnable networkEnd) {
        this.network = network;
        this.networkEnd = networkEnd;
        this.profile = profile;
        this.assembly = assembly;
        this.suffix = suffix;
        this.membership = new LeaseMembership(profile.leaseMillis(), EmbeddedCluster::nowMillis);
        FileMetadataStore store = new FileMetadataStore(metadata);
        store.check();
        this.coordinator = new CoordinatorRole(
                COORDINATOR,
                network,
                membership,
                new FileLeaderElection(metadata.resolve(LEADER_EPOCH)),
                leaderEpoch -> store,
                profile.coordinator(),
                CoordinatorObserver.NONE);
    }

    private static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Starts the coordinator and the first nodes. */
    public void start(int count) {
        leaseCheck.every(Math.max(10, profile.leaseMillis() / 8), membership::check);
        for (int i = 0; i < count; i++) {
            join();
        }
        network.register(COORDINATOR, coordinator::deliver);
        coordinator.start();
    }

    /**
     * Replicates a changefeed from {@code startTs}; one that is known from an earlier process goes on where it was, and as
     * it was.
     *
     * @param redo whether it keeps a redo log
     */
    public void createChangefeed(ChangefeedId changefeed, long startTs, boolean redo) {
        coordinator.create(
                new CoordinatorInput.CreateChangefeed(changefeed, startTs, "", redo, ChangefeedConfiguration.NONE));
    }

    /** Moves the maintainer of a changefeed. */
    public void handoff(ChangefeedId changefeed, NodeId target) {
        coordinator.moveMaintainer(changefeed, target);
    }

    @Override
    public long command(NodeId node, ChangefeedId changefeed, SchedulerCommand command) {
        long number = commands.incrementAndGet();
        Node host = nodes.get(node);
        if (host != null) {
            host.command(changefeed, number, command);
        }
        return number;
    }

    @Override
    public void decide(NodeId node, HostInput.RefusalDecided decided) {
        Node host = nodes.get(node);
        if (host != null) {
            host.decide(decided);
        }
    }

    @Override
    public void pause(ChangefeedId changefeed, boolean paused) {
        coordinator.pause(changefeed, paused);
    }

    @Override
    public SortedMap<ChangefeedId, ChangefeedView> placements() {
        return coordinator.views();
    }

    @Override
    public long drain(NodeId node) {
        long number = commands.incrementAndGet();
        coordinator.drain(number, node);
        return number;
    }

    @Override
    public long cancelDrain() {
        long number = commands.incrementAndGet();
        coordinator.cancelDrain(number);
        return number;
    }

    @Override
    public DrainView drainView() {
        return coordinator.drainView();
    }

    @Override
    public Optional<Node> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id)).filter(node -> !node.isLost());
    }

    @Override
    public boolean knows(NodeId id) {
        return nodes.containsKey(id)
                || killed.stream().anyMatch(node -> node.id().equals(id));
    }

    @Override
    public SortedMap<String, String> labels(NodeId node) {
        return profile.labels().getOrDefault(node, Collections.emptySortedMap());
    }

    /** Adds a node. */
    public NodeId join() {
        joined++;
        NodeId id = new NodeId("n" + joined + suffix);
        Node node = new Node(
                id,
                profile.node(),
                assembly.assemble(id, NodePorts.builder(network, membership)),
                (long) joined << 32 | (System.nanoTime() & 0xffff_ffffL));
        nodes.put(id, node);
        node.start();
        return id;
    }

    /** Kills a node abruptly. */
    public void kill(NodeId id) throws InterruptedException {
        ended(id).kill();
    }

    /** Known to whoever asks meanwhile. */
    private Node ended(NodeId id) {
        Node node = nodes.get(id);
        if (node == null) {
            throw new IllegalStateException("node " + id + " does not live");
        }
        killed.add(node);
        nodes.remove(id);
        return node;
    }

    /** Lets all messages to a node and from it get lost from now on, while its lease lives on; to see what comes of it. */
    public void isolate(NodeId id) {
        network.unregister(id);
    }

    /** Stops a node, which gives its lease back. */
    public void leave(NodeId id) throws InterruptedException {
        ended(id).stop();
    }

    @Override
    public List<NodeId> liveNodes() {
        return nodes.values().stream()
                .filter(node -> !node.isLost())
                .map(Node::id)
                .toList();
    }

    @Override
    public boolean isMember(NodeId node) {
        return membership.current().alive().contains(node);
    }

    /** Messages that nodes have refused so far because their sender's ownership had passed, by kind. */
    public SortedMap<String, Long> staleMessages() {
        SortedMap<String, Long> sum = new TreeMap<>();
        List<Node> all = new ArrayList<>(nodes.values());
        all.addAll(killed);
        all.forEach(node -> node.staleMessages().forEach((kind, count) -> sum.merge(kind, count, Long::sum)));
        return Collections.unmodifiableSortedMap(sum);
    }

    /** Stops everything and waits for it. */
    @Override
    public void close() {
        try {
            leaseCheck.stop();
            for (Node node : nodes.values()) {
                node.stop();
            }
            network.unregister(COORDINATOR);
            coordinator.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            networkEnd.run();
        }
    }
}
