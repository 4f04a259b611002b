package dev.maintainer.transport.grpc;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.runtime.peer.ProtocolRange;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A directory that tests write. */
final class Roster implements PeerDirectory {
    private final Map<NodeId, Peer> peers = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();
    private volatile int protocol = ProtocolRange.OF_RELEASE.max();
    private volatile long leaderEpoch;

    @Override
    public long version() {
        return version.get();
    }

    @Override
    public Optional<Peer> find(NodeId node) {
        return Optional.ofNullable(peers.get(node));
    }

    @Override
    public int protocol() {
        return protocol;
    }

    @Override
    public long leaderEpoch() {
        return leaderEpoch;
    }

    void protocol(int active) {
        protocol = active;
    }

    void leaderEpoch(long epoch) {
        leaderEpoch = epoch;
    }

    void join(NodeId node, int port) {
        peers.put(node, new Peer(node, "127.0.0.1", port, 1));
        version.incrementAndGet();
    }

    void leave(NodeId node) {
        peers.remove(node);
        version.incrementAndGet();
    }
}
