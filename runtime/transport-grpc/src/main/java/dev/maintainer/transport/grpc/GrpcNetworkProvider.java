package dev.maintainer.transport.grpc;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import dev.maintainer.runtime.node.NetworkProvider;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerCalls;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.transport.grpc.tls.PeerTls;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Offers this transport to whoever runs nodes, under the name {@code grpc}.
 *
 * @since 0.1.0
 */
public final class GrpcNetworkProvider implements NetworkProvider {
    private static final String LOOPBACK = "127.0.0.1";

    /** Called by {@link java.util.ServiceLoader}. */
    public GrpcNetworkProvider() {}

    @Override
    public String name() {
        return "grpc";
    }

    @Override
    public OwnNetwork withinProcess() {
        return new LoopbackNetwork();
    }

    @Override
    public void check(String cluster, PeerSecurity security) {
        PeerTls unused = PeerTls.of(cluster, security);
    }

    @Override
    public OwnNetwork betweenProcesses(NetworkSettings settings, PeerDirectory directory, PeerListener listener) {
        return new GrpcNetwork(settings, directory, listener);
    }

    /** Whoever registers is a member, at the port of this process. */
    private static final class LoopbackNetwork implements OwnNetwork, PeerDirectory {
        private final Map<NodeId, Peer> members = new ConcurrentHashMap<>();
        private final AtomicLong version = new AtomicLong(1);
        private final GrpcNetwork network =
                new GrpcNetwork(NetworkSettings.loopback("within this process"), this, PeerListener.NONE);

        @Override
        public long version() {
            return version.get();
        }

        @Override
        public Optional<Peer> find(NodeId node) {
            return Optional.ofNullable(members.get(node));
        }

        @Override
        public void register(NodeId node, Receiver receiver) {
            network.register(node, receiver);
            members.put(node, new Peer(node, LOOPBACK, network.port(), 1));
            version.incrementAndGet();
        }

        @Override
        public void unregister(NodeId node) {
            members.remove(node);
            version.incrementAndGet();
            network.unregister(node);
        }

        @Override
        public Transport transportOf(NodeId sender) {
            return network.transportOf(sender);
        }

        @Override
        public PeerCalls callsOf(NodeId self) {
            return network.callsOf(self);
        }

        @Override
        public int port() {
            return network.port();
        }

        @Override
        public void close() {
            network.close();
        }
    }
}
