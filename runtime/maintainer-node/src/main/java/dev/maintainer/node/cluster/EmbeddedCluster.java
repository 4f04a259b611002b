package dev.maintainer.node.cluster;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.coordinator.store.FileMetadataStore;
import dev.maintainer.core.planning.SchedulerCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Nodes and their coordinator in one process. Used by one thread. */
public final class EmbeddedCluster implements AutoCloseable {
    private final ClusterParts parts;
    private final String suffix;
    private final CoordinatorNode coordinator;
    private static final long LOAD_SAMPLE_MILLIS = 100;

    private final PeriodicTimer leaseCheck = new PeriodicTimer("leases");
    private final PeriodicTimer loadSampling = new PeriodicTimer("load");
    private final SortedMap<NodeId, EmbeddedNode> nodes = new ConcurrentSkipListMap<>();
    private final List<EmbeddedNode> killed = new CopyOnWriteArrayList<>();
    private final AtomicLong commands = new AtomicLong();
    private int joined;

    /**
     * A cluster without nodes.
     *
     * <p>Refuses, with a message that names the file, a metadata store that cannot be read and written.
     *
     * @param metadata where the coordinator keeps its metadata
     * @param suffix ends all node names; differs between processes that use the same metadata
     */
    public EmbeddedCluster(ClusterParts parts, Path metadata, String suffix) throws MaintainerException {
        this.parts = parts;
        this.suffix = suffix;
        FileMetadataStore store = new FileMetadataStore(metadata);
        store.check();
        this.coordinator = new CoordinatorNode(parts.transport(), parts.membership(), store, CoordinatorObserver.NONE);
    }

    /** Starts the coordinator and the first nodes. */
    public void start(int count) {
        long period = Math.max(10, parts.membership().ttlMillis() / 8);
        leaseCheck.every(period, () -> parts.membership().check(EmbeddedNode.nowMillis()));
        loadSampling.every(LOAD_SAMPLE_MILLIS, () -> parts.load().sample(EmbeddedNode.nowMillis()));
        for (int i = 0; i < count; i++) {
            join();
        }
        coordinator.start();
    }

    /**
     * Replicates a changefeed from {@code startTs}, with a redo log if the sink has one; one that is known from an earlier
     * process goes on where it was, and as it was.
     */
    public void createChangefeed(ChangefeedId changefeed, long startTs) {
        coordinator.createChangefeed(changefeed, startTs, parts.sink().redo() != null);
    }

    /** Moves the maintainer of a changefeed. */
    public void handoff(ChangefeedId changefeed, NodeId target) {
        coordinator.moveMaintainer(changefeed, target);
    }

    /**
     * Asks the planning of a changefeed that is hosted on a node. Returns the number under which the view of its
     * maintainer says what came of it.
     */
    public long command(NodeId node, ChangefeedId changefeed, SchedulerCommand command) {
        long number = commands.incrementAndGet();
        EmbeddedNode host = nodes.get(node);
        if (host != null) {
            host.command(changefeed, number, command);
        }
        return number;
    }

    /** Wants a changefeed to stand still, or to go on; {@link #placements} says when that is durable. */
    public void pause(ChangefeedId changefeed, boolean paused) {
        coordinator.pause(changefeed, paused);
    }

    /** Where the coordinator has placed all changefeeds, those that stand still included. */
    public SortedMap<ChangefeedId, ChangefeedView> placements() {
        return coordinator.views();
    }

    /**
     * Wants a node emptied, so that it can leave. Returns the number under which {@link DrainView#answers()} says what
     * became of the wish.
     */
    public long drain(NodeId node) {
        long number = commands.incrementAndGet();
        coordinator.drain(number, node);
        return number;
    }

    /** Wants no node emptied any more; see {@link #drain}. */
    public long cancelDrain() {
        long number = commands.incrementAndGet();
        coordinator.cancelDrain(number);
        return number;
    }

    /** How far the emptying of a node is. */
    public DrainView drainView() {
        return coordinator.drainView();
    }

    /** A node that was not killed and has not lost its lease. */
    public Optional<EmbeddedNode> node(NodeId id) {
        return Optional.ofNullable(nodes.get(id)).filter(node -> !node.isLost());
    }

    /** Whether there is or was a node of this name. */
    public boolean knows(NodeId id) {
        return nodes.containsKey(id)
                || killed.stream().anyMatch(node -> node.id().equals(id));
    }

    /** What is shared by the nodes. */
    public ClusterParts parts() {
        return parts;
    }

    /** Adds a node. */
    public NodeId join() {
        joined++;
        NodeId id = new NodeId("n" + joined + suffix);
        EmbeddedNode node = new EmbeddedNode(id, parts, (long) joined << 32 | (System.nanoTime() & 0xffff_ffffL));
        nodes.put(id, node);
        node.start();
        return id;
    }

    /** Kills a node abruptly. */
    public void kill(NodeId id) throws InterruptedException {
        EmbeddedNode node = nodes.remove(id);
        if (node == null) {
            throw new IllegalStateException("node " + id + " does not live");
        }
        killed.add(node);
        node.kill();
    }

    /** Stops a node, which gives its lease back. */
    public void leave(NodeId id) throws InterruptedException {
        EmbeddedNode node = nodes.remove(id);
        if (node == null) {
            throw new IllegalStateException("node " + id + " does not live");
        }
        killed.add(node);
        node.stop();
    }

    /** The nodes that were not killed and have not lost their lease. */
    public List<NodeId> liveNodes() {
        return nodes.values().stream()
                .filter(node -> !node.isLost())
                .map(EmbeddedNode::id)
                .toList();
    }

    /** Whether a node is a member at this moment. */
    public boolean isMember(NodeId node) {
        return parts.membership().current().alive().contains(node);
    }

    /** Messages that nodes have refused so far because their sender's ownership had passed, by kind. */
    public SortedMap<String, Long> staleMessages() {
        SortedMap<String, Long> sum = new TreeMap<>();
        List<EmbeddedNode> all = new ArrayList<>(nodes.values());
        all.addAll(killed);
        all.forEach(node -> node.staleMessages().forEach((kind, count) -> sum.merge(kind, count, Long::sum)));
        return Collections.unmodifiableSortedMap(sum);
    }

    /** Stops everything and waits for it. */
    @Override
    public void close() {
        try {
            leaseCheck.stop();
            loadSampling.stop();
            for (EmbeddedNode node : nodes.values()) {
                node.stop();
            }
            coordinator.stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
