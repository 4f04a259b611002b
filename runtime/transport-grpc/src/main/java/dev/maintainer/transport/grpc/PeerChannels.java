package dev.maintainer.transport.grpc;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.transport.grpc.tls.PeerTls;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The connections that this process makes. Thread-safe. */
final class PeerChannels {
    static final int MAX_INBOUND_BYTES = 4 << 20;
    static final long KEEP_ALIVE_SECONDS = 5;
    static final long KEEP_ALIVE_TIMEOUT_SECONDS = 3;

    /** A connection on which nothing was asked is given up, and made again for the next question. */
    private static final long UNUSED_SECONDS = 30;

    private record Shared(Peer peer, ManagedChannel channel) {}

    private final Executor threads;
    private final @Nullable PeerTls tls;
    private final Consumer<String> refused;
    private volatile boolean closed;
    private final Set<ManagedChannel> all = ConcurrentHashMap.newKeySet();
    private final Map<NodeId, Shared> shared = new ConcurrentHashMap<>();

    /**
     * No connections yet.
     *
     * @param threads for what comes
     * @param tls null for plain text
     * @param refused is told why a peer's certificate was refused
     */
    PeerChannels(Executor threads, @Nullable PeerTls tls, Consumer<String> refused) {
        this.threads = threads;
        this.tls = tls;
        this.refused = refused;
    }

    /** A connection of the caller's own, whose loss is a loss: it is not made again. */
    ManagedChannel open(Peer peer) {
        return made(builder(peer));
    }

    /** The connection for single questions, which comes and goes by itself. */
    ManagedChannel shared(Peer peer) {
        Shared found = shared.compute(peer.node(), (node, former) -> {
            if (former != null && former.peer().equals(peer)) {
                return former;
            }
            if (former != null) {
                former.channel().shutdown();
            }
            return new Shared(peer, made(builder(peer).idleTimeout(UNUSED_SECONDS, TimeUnit.SECONDS)));
        });
        return found.channel();
    }

    private NettyChannelBuilder builder(Peer peer) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(peer.host(), peer.port());
        PeerTls secured = tls;
        return (secured == null ? builder.usePlaintext() : builder.sslContext(secured.client(peer.node(), refused)))
                .executor(threads)
                .maxInboundMessageSize(MAX_INBOUND_BYTES)
                .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                .disableRetry();
    }

    private ManagedChannel made(NettyChannelBuilder builder) {
        ManagedChannel channel = builder.build();
        all.removeIf(ManagedChannel::isTerminated);
        all.add(channel);
        if (closed) {
            channel.shutdownNow();
        }
        return channel;
    }

    /** Lets go of connections to whoever is no member any more, or somewhere else. */
    void retain(PeerDirectory directory) {
        shared.values().removeIf(each -> {
            boolean gone = directory
                    .find(each.peer().node())
                    .filter(each.peer()::equals)
                    .isEmpty();
            if (gone) {
                each.channel().shutdown();
            }
            return gone;
        });
    }

    /** The next questions are asked over new connections. */
    void renew() {
        shared.values().removeIf(each -> {
            each.channel().shutdown();
            return true;
        });
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends all connections, and makes none any more; waits for that at most so long. */
    void close(long millis) throws InterruptedException {
        closed = true;
        long end = Wiring.nowMillis() + millis;
        all.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : all) {
            channel.awaitTermination(Math.max(1, end - Wiring.nowMillis()), TimeUnit.MILLISECONDS);
        }
    }
}
