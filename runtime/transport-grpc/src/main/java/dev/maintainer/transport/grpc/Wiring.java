package dev.maintainer.transport.grpc;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.transport.grpc.frame.ByteBudget;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Handshake;
import dev.maintainer.transport.grpc.session.HandshakeRefusal;
import dev.maintainer.transport.grpc.session.Hello;
import dev.maintainer.transport.grpc.session.WireProtocol;
import dev.maintainer.transport.grpc.tls.PeerTls;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all sessions of a process share. Thread-safe. */
final class Wiring {
    private static final Logger LOG = LoggerFactory.getLogger(GrpcNetwork.class);
    /** Kept, because the level is forgotten with the logger. */
    private static final java.util.logging.Logger GRPC = java.util.logging.Logger.getLogger("io.grpc");

    static {
        // It has a stack trace for each connection on which a stranger says something else. Ours say once what happens.
        GRPC.setLevel(Level.SEVERE);
    }

    /** What the queues of all peers may hold together. */
    private static final long QUEUE_BYTES = 512L << 20;
    /** What unfinished messages of all peers may hold together. */
    private static final long ASSEMBLY_BYTES = 512L << 20;
    /** Lines that are logged once must not become a list without end. */
    private static final int MOST_TOLD = 1_000;

    private final NetworkSettings settings;
    private final @Nullable PeerTls tls;
    private final WireProtocol wire;
    private final PeerDirectory directory;
    private final PeerListener listener;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final ByteBudget queueBudget = new ByteBudget(QUEUE_BYTES);
    private final ByteBudget assemblyBudget = new ByteBudget(ASSEMBLY_BYTES);
    private final PeerChannels channels;
    private final NetworkCounters counters = new NetworkCounters();
    private final AtomicLong rosterHeard = new AtomicLong();
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    Wiring(
            NetworkSettings settings,
            @Nullable PeerTls tls,
            WireProtocol wire,
            PeerDirectory directory,
            PeerListener listener,
            ExecutorService threads,
            ScheduledExecutorService timer) {
        this.settings = settings;
        this.tls = tls;
        this.wire = wire;
        this.directory = directory;
        this.listener = listener;
        this.threads = threads;
        this.timer = timer;
        this.channels = new PeerChannels(threads, tls, this::refusedPeer);
    }

    NetworkSettings settings() {
        return settings;
    }

    PeerDirectory directory() {
        return directory;
    }

    /** What needs which protocol. */
    WireProtocol wire() {
        return wire;
    }

    /** Null if nothing is encrypted. */
    @Nullable
    PeerTls tls() {
        return tls;
    }

    private void refusedPeer(String why) {
        counters.count("peers refused", HandshakeRefusal.WRONG_IDENTITY);
        warnOnce("peer's certificate", "a peer is refused for its certificate: {}", TransportFrames.shown(why));
    }

    void refusedCaller(String why) {
        counters.count("callers refused", HandshakeRefusal.WRONG_IDENTITY);
        warnOnce("caller's certificate", "a caller is refused for its certificate: {}", TransportFrames.shown(why));
    }

    PeerChannels channels() {
        return channels;
    }

    ByteBudget queueBudget() {
        return queueBudget;
    }

    ByteBudget assemblyBudget() {
        return assemblyBudget;
    }

    NetworkCounters counters() {
        return counters;
    }

    /** A peer knows this roster. */
    void heardOfRoster(long version) {
        rosterHeard.accumulateAndGet(version, Math::max);
    }

    /** The newest roster that a peer has said it knows; 0 for none. */
    long rosterHeard() {
        return rosterHeard.get();
    }

    /** Never, if the network is closed before. */
    void execute(Runnable work) {
        threads.execute(work);
    }

    /** Never, if the network is closed before. */
    void later(Runnable work, long millis) {
        try {
            Future<?> unused = timer.schedule(work, millis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            // Closing ends everything.
        }
    }

    /** A peer has refused a node of this process. */
    void refusedBy(NodeId remote, NodeId self, HandshakeRefusal reason, long rosterVersion) {
        // A peer whose roster is not newer has only not heard of this node yet.
        if (reason == HandshakeRefusal.NOT_A_MEMBER && rosterVersion > directory.version()) {
            listener.notMember(self, remote, rosterVersion);
        }
        counters.count("refused by peers", reason);
    }

    /** What a peer knows may be news here. */
    void heard(NodeId self, NodeId remote, Transport.Ping ping) {
        listener.heard(self, remote, ping.getRosterVersion(), ping.getLeaderEpoch());
    }

    Hello hello(NodeId from, NodeId to, long generation) {
        long incarnation = directory.find(from).map(Peer::incarnation).orElse(0L);
        return new Hello(
                settings.cluster(),
                from,
                to,
                incarnation,
                generation,
                settings.protocols().min(),
                settings.protocols().max(),
                Handshake.FEATURES,
                settings.build(),
                directory.version(),
                System.currentTimeMillis());
    }

    void info(String format, @Nullable Object... arguments) {
        LOG.info(format, arguments);
    }

    void warnOnce(String key, String format, @Nullable Object... arguments) {
        if (told.size() < MOST_TOLD && told.add(key)) {
            LOG.warn(format + "; this is told once", arguments);
        }
    }

    void failed(String what, Throwable cause) {
        LOG.error("{} failed", what, cause);
    }

    static long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
