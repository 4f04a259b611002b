package dev.maintainer.node.server;

import dev.maintainer.admin.AdminPatience;
import dev.maintainer.admin.LocalMaintainerAdmin;
import dev.maintainer.admin.MaintainerAdmin;
import dev.maintainer.admin.cluster.ClusterAdminServer;
import dev.maintainer.admin.cluster.ClusterNode;
import dev.maintainer.admin.cluster.StartPosition;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.cluster.distributed.ClusterProcess;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreProvider.EmbeddedStore;
import dev.maintainer.node.metrics.NodeActivity;
import dev.maintainer.node.metrics.NodeMetrics;
import dev.maintainer.node.run.ConnectorPlugins;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.Source;
import dev.maintainer.runtime.coordination.CoordinatorControl;
import dev.maintainer.runtime.coordination.CoordinatorRole;
import dev.maintainer.runtime.journal.JournalDirectory;
import dev.maintainer.runtime.loop.PeriodicTimer;
import dev.maintainer.runtime.metrics.Metrics;
import dev.maintainer.runtime.metrics.MetricsProvider;
import dev.maintainer.runtime.node.NetworkProvider;
import dev.maintainer.runtime.node.NetworkProvider.OwnNetwork;
import dev.maintainer.runtime.node.Node;
import dev.maintainer.runtime.node.NodePorts;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.PeerCalls;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.runtime.peer.ProtocolRange;
import dev.maintainer.runtime.plugin.Schedulers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One node of a cluster of processes: assembled from its configuration, started once and stopped once.
 *
 * <p>Thread-safe.
 */
public final class NodeServer implements ClusterNode, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeServer.class);
    private static final long RETAIN_MILLIS = 5_000;
    private final ServerConfig config;
    private final DataDirectory data;
    private final EventLog log;
    private final RosterDirectory directory = new RosterDirectory(this::lastLeaderEpoch);
    private final CompletableFuture<ServerExit> end = new CompletableFuture<>();
    private final Schedulers schedulers;
    private final SourceDirectories sourceDirectories;
    private final ChangefeedConnections connections;
    private final @Nullable EmbeddedStore ownStore;
    private final OwnNetwork network;
    private final ClusterProcess process;
    private final CoordinatorRole coordinator;
    private final Node node;
    private final OwnMaintainers maintainers;
    private final ClusterAdminServer admin;
    private final PeriodicTimer retention = new PeriodicTimer("retention");
    private final NodeActivity activity = new NodeActivity(System::nanoTime);
    private final Metrics metrics;
    private final CurrentSettings settings;
    private volatile boolean stopping;
    private volatile boolean hurried;
    private volatile boolean running;

    /**
     * Takes the directory and the ports of the node; nothing runs yet.
     *
     * @param build the release that runs here, for people
     * @param embedded whether ZooKeeper runs in this process, too
     * @throws MaintainerException if something cannot be used; nothing is held then
     */
    public NodeServer(ServerConfig config, String build, boolean embedded) throws MaintainerException {
        this.config = config;
        // Before anything is taken: to start again does not help where files are wrong.
        ConfigurationCheck.checkCertificates(config);
        NetworkProvider networks = Installed.network();
        ProtocolRange spoken = SpokenProtocols.ofThisProcess();
        this.metrics =
                Installed.only(MetricsProvider.class, "registry of metrics").open();
        StoreProvider stores = Stores.provider();
        this.schedulers = Schedulers.load(config.plugins(), config.scheduler(), Collections.emptySortedMap());
        Connectors connectors = ConnectorPlugins.load(config.connectors());
        this.data = occupied(() -> DataDirectory.take(config.dataDir(), config.node()));
        Deque<AutoCloseable> begun = new ArrayDeque<>();
        begun.push(data);
        begun.push(metrics);
        try {
            NodeId id = data.id();
            this.log = new EventLog(data.below("events"), id.value());
            begun.push(log);
            Path storeDirectory = config.dataDir().resolve("zookeeper");
            this.ownStore = embedded ? occupied(() -> OwnStore.start(stores, config, storeDirectory)) : null;
            if (ownStore != null) {
                begun.push(ownStore);
            }
            NodeEvents events = new NodeEvents(log, activity, config.journal() > 0, directory::take, this::mustEnd);
            NetworkSettings listening = new NetworkSettings(
                    config.cluster(),
                    build,
                    config.peerListen().host(),
                    config.peerListen().port(),
                    config.security(),
                    spoken);
            this.network = occupied(() -> networks.betweenProcesses(listening, directory, new Peers()));
            begun.push(network);
            this.settings = new CurrentSettings(config, network, log);
            this.process = new ClusterProcess(
                    id,
                    new NodeAttributes(advertised(), spoken.min(), spoken.max(), config.labels()),
                    data.predecessor(),
                    config.timings(),
                    config.eligible(),
                    config.finalizeAfter(),
                    stores.connect(config.store()),
                    config.startTimeout(),
                    events);
            begun.push(process);
            this.sourceDirectories = new SourceDirectories(data.below("sources"));
            this.connections = new ChangefeedConnections(connectors, this::askCheckpoint, sourceDirectories);
            this.coordinator = new CoordinatorRole(
                    id, network, process, process, process::metadata, NodeTimings.coordinator(config), events);
            this.node = new Node(
                    id,
                    NodeTimings.node(config),
                    NodePorts.builder(network, process)
                            .schemas(connections)
                            .dispatchers(connections)
                            .planners(schedulers)
                            .statistics(connections)
                            .observer(events)
                            .journals(journals(id, build))
                            .build(),
                    data.seed(),
                    config.eligible() ? coordinator : null);
            this.maintainers = new OwnMaintainers(node, each -> members().containsKey(each), coordinator::views);
            Path audit = data.below("audit");
            this.admin =
                    occupied(() -> ClusterAdminServer.start(this, config.admin().on(audit)));
            begun.push(admin);
            NodeMetrics.register(
                    metrics,
                    new ServerMeasurements(this, activity, node, network, process, connections, admin),
                    System::currentTimeMillis);
            begun.clear();
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "node.data_dir " + config.dataDir() + " cannot be used: " + e, e);
        } finally {
            begun.forEach(NodeServer::closeQuietly);
        }
    }

    /** Null for none. */
    private @Nullable JournalDirectory journals(NodeId id, String build) throws IOException {
        return config.journal() == 0
                ? null
                : ProcessJournals.begin(data.below("journal"), id, config.journal(), config.scheduler(), build);
    }

    private static void closeQuietly(AutoCloseable begun) {
        try {
            begun.close();
        } catch (Exception e) {
            LOG.warn("what was begun does not end in order: {}", e.toString());
        }
    }

    private static <T> T occupied(Supplier<T> taking) {
        try {
            return taking.get();
        } catch (MaintainerException e) {
            throw new StartFailedException(ServerExit.OCCUPIED, e);
        }
    }

    /** With port 0 the one that was chosen. */
    private String advertised() {
        ServerConfig.Address address = config.peerAdvertise();
        return new ServerConfig.Address(address.host(), address.port() == 0 ? network.port() : address.port())
                .toString();
    }

    private long lastLeaderEpoch() {
        return process.lastLeaderEpoch();
    }

    /** What peers say. Nobody says anything before this node is a member, and by then everything is there. */
    private final class Peers implements PeerListener {
        @Override
        public void notMember(NodeId self, NodeId peer, long rosterVersion) {
            process.unknownTo(rosterVersion);
        }

        @Override
        public void heard(NodeId self, NodeId peer, long rosterVersion, long leaderEpoch) {
            process.heard(rosterVersion, leaderEpoch);
        }
    }

    /**
     * Becomes a member and starts to work; returns when it is one.
     *
     * @throws MaintainerException with {@code METADATA_UNAVAILABLE} if the store is not reached in time, with
     *     {@code NODE_UNAVAILABLE} if the node is not admitted
     */
    public void start() throws MaintainerException {
        log.add("starting", "data", config.dataDir(), "peer", advertised(), "predecessor", data.predecessor());
        try {
            node.start();
        } catch (MaintainerException e) {
            log.add("not-started", "reason", e.getMessage());
            if (process.isFirstRegistrationLost()) {
                throw new StartFailedException(ServerExit.FENCED, e, true);
            }
            throw new StartFailedException(
                    e.code() == ErrorCode.NODE_UNAVAILABLE ? ServerExit.REFUSED : ServerExit.NO_STORE, e);
        }
        running = true;
        retention.every(RETAIN_MILLIS, this::retain);
        data.remember();
        log.add("started", "rosterVersion", rosterVersion());
    }

    /** Waits until there is a reason to end, and returns it. */
    public ServerExit awaitEnd() {
        return end.join();
    }

    private void askCheckpoint(ChangefeedId changefeed, LongConsumer found) {
        process.readChangefeeds(
                List.of(changefeed),
                stored -> found.accept(stored.isEmpty() ? 0 : stored.get(0).checkpointTs()));
    }

    /** What is durable everywhere need not be read again; sources keep it until then, and nothing of those that are gone. */
    private void retain() {
        sourceDirectories.deleteGone();
        // One that is opened meanwhile may be that of another changefeed of the same name.
        Map<ChangefeedId, Source> sources = connections.sources();
        Set<ChangefeedId> left = sourceDirectories.left();
        Set<ChangefeedId> asked = new HashSet<>(sources.keySet());
        asked.addAll(left);
        process.readChangefeeds(asked, stored -> {
            Set<ChangefeedId> gone = new HashSet<>(left);
            for (ChangefeedMetadata each : stored) {
                gone.remove(each.changefeed());
                Source source = sources.get(each.changefeed());
                if (source != null) {
                    source.retainAfter(each.checkpointTs());
                }
            }
            sourceDirectories.areGone(gone);
        });
    }

    private void mustEnd(ServerExit why, String reason) {
        // A start that fails says so itself, with its own exit status.
        if (!stopping && end.complete(why) && running) {
            LOG.error("node {} ends, {}: {}", self(), why, reason);
        }
    }

    @Override
    public void stop() {
        stopping = true;
        end.complete(ServerExit.STOPPED);
    }

    /**
     * Reads the configuration again. Levels of logging, the limit of queues, tokens and certificates count at once; what else has
     * changed is named in the log and counts after the next start. A configuration that is refused changes nothing.
     *
     * @param reading reads it
     */
    public void reload(Supplier<ServerConfig> reading) {
        settings.reload(reading, admin);
    }

    /** The next {@link #leave} does not wait until nothing is on this node any more. */
    public void hurry() {
        hurried = true;
    }

    /** Leaves the cluster in order: what runs here moves to other nodes, as long as
     * {@code stop.drain} allows; then dispatchers stop, and the lease is given back. After a loss there is nothing to wait for. */
    public void leave() throws InterruptedException {
        stopping = true;
        log.add("stopping", "hurried", hurried);
        coordinator.withdraw();
        if (!hurried
                && !config.drain().isZero()
                && members().size() > 1
                && process.notReady().isEmpty()) {
            boolean empty = admin.drain(config.drain(), () -> hurried || node.isLost(), what -> LOG.info("{}", what));
            log.add("drain-ended", "empty", empty);
        }
        if (node.isLost()) {
            node.kill();
        } else {
            node.stop();
        }
        running = false;
    }

    /** Ends what still runs, and gives directory and ports back. */
    @Override
    public void close() {
        stopping = true;
        try {
            if (running) {
                node.kill();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        retention.cancel();
        admin.close();
        process.close();
        network.close();
        connections.close();
        log.add("stopped", "registration", process.registration());
        log.close();
        metrics.close();
        if (ownStore != null) {
            ownStore.close();
        }
        data.close();
    }

    /** {@return where peers reach this node, as {@code HOST:PORT}} */
    public String peerAddress() {
        return advertised();
    }

    /** {@return where the admin interface listens, as {@code HOST:PORT}} */
    public String adminAddress() {
        return new ServerConfig.Address(config.admin().listen().host(), admin.port()).toString();
    }

    // ---- what the admin interface sees -----------------------------------------------------------------------------

    @Override
    public NodeId self() {
        return data.id();
    }

    @Override
    public long rosterVersion() {
        return directory.version();
    }

    @Override
    public SortedMap<NodeId, Member> members() {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        directory
                .roster()
                .members()
                .forEach((id, attributes) -> members.put(id, new Member(attributes.address(), attributes.labels())));
        return members;
    }

    @Override
    public Optional<Protocol> protocol() {
        return process.protocol().map(ProtocolAnswers::of);
    }

    @Override
    public CompletableFuture<Optional<Protocol>> finalizeProtocol() {
        return process.finalizeProtocol().thenApply(ProtocolAnswers::of);
    }

    @Override
    public Optional<StoreSilence> storeSilence() {
        return process.storeSilence()
                .map(silence -> new StoreSilence(silence.since(), silence.lasting(), silence.describe()));
    }

    @Override
    public Optional<NodeId> leader() {
        return process.leader();
    }

    @Override
    public long leaderEpoch() {
        return process.leaderEpoch();
    }

    @Override
    public CoordinatorControl coordinator() {
        return coordinator;
    }

    @Override
    public CompletableFuture<List<MaintainerView>> maintainers() {
        return node.views();
    }

    @Override
    public MaintainerAdmin adminOf(ChangefeedId changefeed) {
        return new LocalMaintainerAdmin(
                maintainers, schedulers, connections.tables(changefeed), connections, AdminPatience.SHORT);
    }

    @Override
    public OptionalLong wallMillis(ChangefeedId changefeed, long ts) {
        return connections.wallMillis(changefeed, ts);
    }

    @Override
    public PeerCalls calls() {
        return network.callsOf(self());
    }

    @Override
    public Optional<String> notReady() {
        if (stopping) {
            return Optional.of("this node is stopping");
        }
        return process.notReady()
                .or(() -> leader().isPresent() ? Optional.empty() : Optional.of("no member leads at this moment"));
    }

    @Override
    public Optional<String> notAlive() {
        return running && !node.isLost()
                ? HungThreads.find(process.idleNanos(), node.statistics(), coordinator.idleNanos())
                : Optional.empty();
    }

    @Override
    public Metrics metrics() {
        return metrics;
    }

    @Override
    public SortedMap<String, String> settings() {
        return settings.present().inEffect();
    }

    @Override
    public SortedMap<String, String> settingsAfterRestart() {
        return settings.present().afterRestart();
    }

    @Override
    public SortedSet<String> schedulers() {
        return schedulers.catalog().names();
    }

    @Override
    public long validate(ChangefeedId changefeed, ChangefeedConfiguration configuration, StartPosition start) {
        return connections.validate(changefeed, configuration, start);
    }

    @Override
    public SortedSet<String> places(ChangefeedConfiguration configuration) {
        return connections.places(configuration);
    }
}
