package dev.maintainer.transport.grpc;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import dev.maintainer.api.text.Printable;
import dev.maintainer.runtime.node.NetworkProvider.OwnNetwork;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.NetworkStatistics;
import dev.maintainer.runtime.peer.NetworkStatistics.PeerStatistics;
import dev.maintainer.runtime.peer.PeerCallException;
import dev.maintainer.runtime.peer.PeerCalls;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.transport.grpc.session.Handshake;
import dev.maintainer.transport.grpc.session.WireProtocol;
import dev.maintainer.transport.grpc.tls.PeerTls;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Connects the nodes of this process with those of others, by gRPC. Each pair of nodes has a connection, made when there is
 * something to send; messages arrive at most once, and in order within a pair and a lane. There is one port for all nodes of the
 * process. Thread-safe; closed once.
 *
 * @since 0.1.0
 */
public final class GrpcNetwork implements OwnNetwork {
    private static final int THREADS = 4;
    private static final long TICK_MILLIS = 50;
    /** How long peers may take to hear that a session ends. */
    private static final long LINGER_MILLIS = 1_000;

    private static final long END_MILLIS = 5_000;
    /** A session, its lanes, and a few that end. */
    private static final int CALLS_PER_CONNECTION = 16;
    /** A connection on which nobody calls is closed. */
    private static final long UNUSED_SECONDS = 30;
    /** How often files with certificates are looked at. */
    private static final long RELOAD_SECONDS = 10;

    private record Pair(NodeId self, NodeId remote) {}

    private final Wiring wiring;
    private final ExecutorService threads;
    private final ScheduledExecutorService timer;
    private final PeerServer service;
    private final AskServer questions;
    private final AskClient asking;
    private final Server server;
    private final Map<NodeId, Receiver> receivers = new ConcurrentHashMap<>();
    private final Map<Pair, PeerLink> links = new ConcurrentHashMap<>();

    /**
     * Begins to listen.
     *
     * @param settings what this end says about itself
     * @param directory the members of the cluster; the nodes of this process among them
     * @param listener is told what peers say
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it cannot listen there, or must not
     */
    public GrpcNetwork(NetworkSettings settings, PeerDirectory directory, PeerListener listener) {
        InetSocketAddress address = listenAddress(settings);
        PeerTls tls = PeerTls.of(settings.cluster(), settings.security());
        this.threads = pool();
        this.timer = Executors.newSingleThreadScheduledExecutor(daemon("transport-timer"));
        this.wiring = new Wiring(settings, tls, WireProtocol.CURRENT, directory, listener, threads, timer);
        Handshake handshake =
                new Handshake(settings.cluster(), settings.protocols(), directory, receivers::containsKey);
        this.questions = new AskServer(wiring, handshake);
        this.asking = new AskClient(wiring);
        this.service = new PeerServer(wiring, handshake, questions, new OwnLinks());
        try {
            NettyServerBuilder listening = NettyServerBuilder.forAddress(address);
            if (tls != null) {
                listening
                        .sslContext(tls.server(wiring::refusedCaller))
                        .intercept(new CallerIdentity.FromCertificates(tls));
            }
            this.server = listening
                    .executor(threads)
                    .addService(service)
                    .maxInboundMessageSize(PeerChannels.MAX_INBOUND_BYTES)
                    .maxConcurrentCallsPerConnection(CALLS_PER_CONNECTION)
                    .handshakeTimeout(Handshake.TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                    .maxConnectionIdle(UNUSED_SECONDS, TimeUnit.SECONDS)
                    .keepAliveTime(PeerChannels.KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                    .keepAliveTimeout(PeerChannels.KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                    .permitKeepAliveTime(2, TimeUnit.SECONDS)
                    .permitKeepAliveWithoutCalls(true)
                    .build()
                    .start();
        } catch (IOException e) {
            timer.shutdownNow();
            threads.shutdownNow();
            throw refused(
                    settings, "cannot listen there: " + e.getMessage() + "; choose a free port of this machine", e);
        }
        Future<?> unused = timer.scheduleWithFixedDelay(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        Future<?> unusedToo =
                timer.scheduleWithFixedDelay(this::reload, RELOAD_SECONDS, RELOAD_SECONDS, TimeUnit.SECONDS);
    }

    private static InetSocketAddress listenAddress(NetworkSettings settings) {
        InetSocketAddress address = new InetSocketAddress(settings.listenHost(), settings.listenPort());
        if (address.isUnresolved()) {
            throw refused(settings, "no such host; choose an address of this machine", null);
        }
        if (settings.security() instanceof PeerSecurity.Loopback
                && !address.getAddress().isLoopbackAddress()) {
            throw refused(
                    settings,
                    "without TLS, nodes may only listen at a loopback address; name certificates, or switch TLS off"
                            + " explicitly if nobody but the members of the cluster can connect",
                    null);
        }
        return address;
    }

    private static MaintainerException refused(NetworkSettings settings, String why, @Nullable IOException cause) {
        String text = "cannot listen at " + Printable.line(settings.listenHost()) + ", port " + settings.listenPort()
                + ": " + why;
        return cause == null
                ? new MaintainerException(ErrorCode.BAD_CONFIGURATION, text)
                : new MaintainerException(ErrorCode.BAD_CONFIGURATION, text, cause);
    }

    /** What gRPC still has to tell when all is closed interests nobody. */
    private static ExecutorService pool() {
        return new ThreadPoolExecutor(
                THREADS,
                THREADS,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                daemon("transport"),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public int port() {
        return server.getPort();
    }

    @Override
    public void register(NodeId node, Receiver receiver) {
        if (receivers.putIfAbsent(node, receiver) != null) {
            throw new IllegalStateException("node id " + node + " never comes back");
        }
    }

    @Override
    public void unregister(NodeId node) {
        receivers.remove(node);
        questions.unregister(node);
        links.keySet().stream().filter(pair -> pair.self().equals(node)).forEach(this::remove);
    }

    private void remove(Pair pair) {
        PeerLink link = links.remove(pair);
        if (link != null) {
            link.close();
        }
    }

    @Override
    public Transport transportOf(NodeId sender) {
        return (to, message) -> send(sender, to, message);
    }

    private Transport.SendResult send(NodeId from, NodeId to, Message message) {
        Receiver own = receivers.get(from);
        if (own == null) {
            return Transport.SendResult.UNKNOWN_TARGET;
        }
        if (from.equals(to)) {
            return own.deliver(new Envelope(from, to, message))
                    ? Transport.SendResult.ENQUEUED
                    : Transport.SendResult.CONGESTED;
        }
        if (wiring.directory().find(to).isEmpty()) {
            return Transport.SendResult.UNKNOWN_TARGET;
        }
        PeerLink link = link(from, to);
        return link == null ? Transport.SendResult.UNKNOWN_TARGET : link.send(message);
    }

    @Override
    public PeerCalls callsOf(NodeId self) {
        return new PeerCalls() {
            @Override
            public CompletableFuture<byte[]> call(NodeId to, byte[] request, Duration timeout) {
                if (timeout.isNegative() || timeout.isZero()) {
                    throw new IllegalArgumentException("a timeout of " + timeout);
                }
                if (request.length > MAX_REQUEST_BYTES) {
                    return CompletableFuture.failedFuture(new PeerCallException(
                            ErrorCode.REQUEST_REFUSED,
                            "a request of " + request.length + " bytes; at most " + MAX_REQUEST_BYTES
                                    + " can be sent to another node",
                            false,
                            null));
                }
                return self.equals(to)
                        ? questions.askSelf(self, request, timeout)
                        : asking.call(self, to, request, timeout);
            }

            @Override
            public void serve(Handler handler) {
                questions.serve(self, handler);
            }
        };
    }

    private final class OwnLinks implements PeerServer.Links {
        @Override
        public @Nullable PeerLink make(NodeId self, NodeId remote) {
            return link(self, remote);
        }

        @Override
        public @Nullable PeerLink find(NodeId self, NodeId remote) {
            return links.get(new Pair(self, remote));
        }
    }

    /** Null if the node does not run here (any more). */
    private @Nullable PeerLink link(NodeId self, NodeId remote) {
        Receiver receiver = receivers.get(self);
        if (receiver == null) {
            return null;
        }
        Pair pair = new Pair(self, remote);
        PeerLink link = links.computeIfAbsent(pair, any -> new PeerLink(wiring, self, remote, receiver));
        if (!receivers.containsKey(self)) {
            remove(pair);
            return null;
        }
        return link;
    }

    private void tick() {
        long now = Wiring.nowMillis();
        attempt("accepting sessions", () -> service.tick(now));
        attempt("answering questions", () -> questions.tick(now));
        attempt("letting go of connections", () -> wiring.channels().retain(wiring.directory()));
        links.forEach((pair, link) -> attempt("a session", () -> {
            if (!link.tick(now)) {
                remove(pair);
            }
        }));
    }

    /** Files are read by a thread that nobody waits for. */
    private void reload() {
        if (wiring.tls() != null) {
            wiring.execute(() -> attempt("reading certificates again", this::reloadNow));
        }
    }

    @Override
    public void limitQueues(long bytes) {
        wiring.queueBudget().limit(bytes);
    }

    @Override
    public void reloadCertificates() {
        reload();
    }

    /** As the timer does, on the caller's thread. */
    void reloadNow() {
        PeerTls tls = wiring.tls();
        if (tls != null) {
            reload(tls);
        }
    }

    private void reload(PeerTls tls) {
        if (tls.reload(problem -> wiring.warnOnce(problem, "{}", problem))) {
            wiring.info("certificates have changed; all sessions are authenticated again");
            wiring.channels().renew();
            links.values().forEach(PeerLink::renew);
        }
    }

    /** What fails for one peer must not end the timer for all. */
    private void attempt(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            wiring.failed(what, e);
        }
    }

    /** {@return what became of messages and callers so far, by name; for people and metrics} */
    public SortedMap<String, Long> counters() {
        return wiring.counters().all();
    }

    @Override
    public NetworkStatistics statistics() {
        long now = Wiring.nowMillis();
        return new NetworkStatistics(
                wiring.counters().events(),
                links.values().stream()
                        .map(link -> link.statistics(now))
                        .sorted(Comparator.comparing(PeerStatistics::peer))
                        .toList(),
                wiring.rosterHeard());
    }

    /** {@return how many calls there are of which it is not known yet who they are from, or that wait for a roster} */
    int waitingCallers() {
        return service.waitingCallers();
    }

    /**
     * The session of two nodes.
     *
     * @param self a node of this process
     * @param remote another node
     * @return its generation; 0 if there is none
     */
    public long generation(NodeId self, NodeId remote) {
        PeerLink link = links.get(new Pair(self, remote));
        return link == null ? 0 : link.session().map(PeerSession::generation).orElse(0L);
    }

    /**
     * What the session of two nodes speaks at this moment.
     *
     * @param self a node of this process
     * @param remote another node
     * @return the protocol; 0 if there is no session
     */
    public int protocol(NodeId self, NodeId remote) {
        PeerLink link = links.get(new Pair(self, remote));
        return link == null ? 0 : link.session().map(PeerSession::protocol).orElse(0);
    }

    /**
     * How long the last ping of a session took.
     *
     * @param self a node of this process
     * @param remote another node
     * @return nanoseconds; empty if there is no session, or no ping has come back yet
     */
    public OptionalLong roundTripNanos(NodeId self, NodeId remote) {
        PeerLink link = links.get(new Pair(self, remote));
        Optional<PeerSession> session = link == null ? Optional.empty() : link.session();
        return session.stream()
                .mapToLong(PeerSession::roundTripNanos)
                .filter(nanos -> nanos >= 0)
                .findFirst();
    }

    /** Ends all sessions and stops listening; waits for that at most a few seconds. */
    @Override
    public void close() {
        receivers.clear();
        links.keySet().forEach(this::remove);
        timer.shutdownNow();
        server.shutdown();
        try {
            if (!server.awaitTermination(LINGER_MILLIS, TimeUnit.MILLISECONDS)) {
                server.shutdownNow().awaitTermination(END_MILLIS, TimeUnit.MILLISECONDS);
            }
            wiring.channels().close(END_MILLIS);
        } catch (InterruptedException e) {
            server.shutdownNow();
            Thread.currentThread().interrupt();
        }
        threads.shutdown();
    }
}
