package dev.maintainer.transport.grpc;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** The connections that this process makes. Thread-safe. */
final class PeerChannels {
    static final int MAX_INBOUND_BYTES = 4 << 20;
    static final long KEEP_ALIVE_SECONDS = 5;
    static final long KEEP_ALIVE_TIMEOUT_SECONDS = 3;

    /** A connection on which nothing was asked is given up, and made again for the next question. */
    private static final long UNUSED_SECONDS = 30;

    private record Shared(Peer peer, ManagedChannel channel) {}

    private final Executor threads;
    private final Set<ManagedChannel> all = ConcurrentHashMap.newKeySet();
    private final Map<NodeId, Shared> shared = new ConcurrentHashMap<>();

    PeerChannels(Executor threads) {
        this.threads = threads;
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
        return NettyChannelBuilder.forAddress(peer.host(), peer.port())
                .usePlaintext()
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

    /** Ends all connections; waits for that at most so long. */
    void disconnectAll(long millis) throws InterruptedException {
        long end = Wiring.nowMillis() + millis;
        all.forEach(ManagedChannel::shutdownNow);
        for (ManagedChannel channel : all) {
            channel.awaitTermination(Math.max(1, end - Wiring.nowMillis()), TimeUnit.MILLISECONDS);
        }
    }
}
