package dev.maintainer.admin.cluster;

import dev.maintainer.admin.MaintainerAdmin;
import dev.maintainer.admin.testing.FakeClusterAdmin;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.ReportedError;
import dev.maintainer.runtime.coordination.CoordinatorControl;
import dev.maintainer.runtime.metrics.Metrics;
import dev.maintainer.runtime.peer.PeerCallException;
import dev.maintainer.runtime.peer.PeerCalls;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A node of a cluster whose nodes call one another without a network. */
final class FakeNode implements ClusterNode, PeerCalls {
    /** Who there is, and who leads. */
    static final class Cluster {
        final SortedMap<NodeId, FakeNode> nodes = new TreeMap<>();
        final SortedMap<NodeId, Member> roster = new TreeMap<>();

        @Nullable
        NodeId leader;

        long epoch;
        int calls;
        Protocol protocol = new Protocol(1, 2, Collections.emptySortedMap());

        FakeNode add(String id) {
            FakeNode node = new FakeNode(new NodeId(id), this);
            nodes.put(node.self, node);
            roster.put(node.self, new Member(id + ":7400", new TreeMap<>(Map.of("zone", "a"))));
            return node;
        }

        void elect(FakeNode node) {
            leader = node.self;
            epoch++;
        }
    }

    private final NodeId self;
    private final Cluster cluster;
    private @Nullable Handler handler;
    final FakeCoordinator coordinator = new FakeCoordinator();
    final FakeClusterAdmin admin = new FakeClusterAdmin();
    Optional<String> notReady = Optional.empty();
    Optional<String> notAlive = Optional.empty();
    CompletableFuture<List<MaintainerView>> maintainers = CompletableFuture.completedFuture(List.of());
    /** Happens while a source is opened. */
    Runnable opening = () -> {};

    /** Until then the store does not answer. */
    CompletableFuture<Void> stored = CompletableFuture.completedFuture(null);

    /** Happens while metrics are made. */
    Runnable scraping = () -> {};

    Optional<StoreSilence> storeSilence = Optional.empty();
    OptionalLong wallMillis = OptionalLong.empty();
    boolean member = true;
    boolean believesToLead = true;
    int stops;

    private FakeNode(NodeId self, Cluster cluster) {
        this.self = self;
        this.cluster = cluster;
    }

    static MaintainerView maintainer(String changefeed, long checkpointTs) {
        return new MaintainerView(
                new ChangefeedId(changefeed),
                new MaintainerEpoch(3),
                LifecyclePhase.RUNNING,
                checkpointTs,
                checkpointTs + 10,
                5,
                1,
                2,
                new TreeMap<>(Map.of(new NodeId("n2.b"), 4)),
                Map.of(),
                "span 7 on n2.b",
                new FakeClusterAdmin().scheduling(new ChangefeedId(changefeed)),
                "DROP TABLE t",
                9,
                List.of(new ReportedError(
                        new NodeId("n2.b"), ErrorCode.SINK_UNAVAILABLE, "table 7: disk\nfull", 4_000)),
                Collections.emptySortedMap());
    }

    @Override
    public NodeId self() {
        return self;
    }

    @Override
    public long rosterVersion() {
        return member ? 7 : 0;
    }

    @Override
    public SortedMap<NodeId, Member> members() {
        return cluster.roster;
    }

    @Override
    public Optional<Protocol> protocol() {
        return Optional.of(cluster.protocol);
    }

    @Override
    public CompletableFuture<Optional<Protocol>> finalizeProtocol() {
        Protocol before = cluster.protocol;
        if (before.common() > before.active()) {
            cluster.protocol = new Protocol(before.common(), before.common(), before.behind());
        }
        return stored.thenApply(nothing -> leaderEpoch() > 0 ? Optional.of(cluster.protocol) : Optional.empty());
    }

    @Override
    public Optional<StoreSilence> storeSilence() {
        return storeSilence;
    }

    @Override
    public Optional<NodeId> leader() {
        return Optional.ofNullable(cluster.leader);
    }

    @Override
    public long leaderEpoch() {
        return believesToLead && self.equals(cluster.leader) ? cluster.epoch : 0;
    }

    @Override
    public CoordinatorControl coordinator() {
        return coordinator;
    }

    @Override
    public CompletableFuture<List<MaintainerView>> maintainers() {
        return maintainers;
    }

    @Override
    public MaintainerAdmin adminOf(ChangefeedId changefeed) {
        return admin;
    }

    @Override
    public OptionalLong wallMillis(ChangefeedId changefeed, long ts) {
        return wallMillis;
    }

    @Override
    public PeerCalls calls() {
        return this;
    }

    @Override
    public Optional<String> notReady() {
        return notReady;
    }

    @Override
    public Optional<String> notAlive() {
        return notAlive;
    }

    @Override
    public Metrics metrics() {
        return new FakeMetrics(scraping);
    }

    @Override
    public SortedMap<String, String> settings() {
        return new TreeMap<>(Map.of("node.name", self.value()));
    }

    @Override
    public SortedMap<String, String> settingsAfterRestart() {
        return new TreeMap<>(Map.of("peer.listen", "127.0.0.1:7500"));
    }

    @Override
    public SortedSet<String> schedulers() {
        return new TreeSet<>(List.of("basic", "spread"));
    }

    @Override
    public long validate(ChangefeedId changefeed, ChangefeedConfiguration configuration, StartPosition start) {
        opening.run();
        if (configuration.settings().getOrDefault("source", "").startsWith("missing:")) {
            throw new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "there is no source 'missing:'");
        }
        return start.choose(100, OptionalLong.of(900));
    }

    @Override
    public SortedSet<String> places(ChangefeedConfiguration configuration) {
        SortedSet<String> places = new TreeSet<>();
        for (String key : List.of("sink", "redo")) {
            String place = configuration.settings().get(key);
            if (place != null && !place.equals("true")) {
                places.add(place);
            }
        }
        return places;
    }

    @Override
    public void stop() {
        stops++;
    }

    @Override
    public CompletableFuture<byte[]> call(NodeId to, byte[] request, Duration timeout) {
        cluster.calls++;
        FakeNode target = cluster.nodes.get(to);
        Handler answering = target == null ? null : target.handler;
        return answering == null
                ? CompletableFuture.failedFuture(new PeerCallException(
                        ErrorCode.NODE_UNAVAILABLE, "node " + to + " does not answer", false, null))
                : answering.answer(self, request);
    }

    @Override
    public void serve(Handler serving) {
        handler = serving;
    }
}
