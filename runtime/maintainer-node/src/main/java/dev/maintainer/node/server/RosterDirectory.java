package dev.maintainer.node.server;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The roster, as the network asks for it: often, so addresses are read once for each roster. Its owner gives it each new one; any
 * thread asks.
 */
final class RosterDirectory implements PeerDirectory {
    private record Known(Roster roster, int protocol, Map<NodeId, Peer> peers) {}

    private final LongSupplier leaderEpoch;
    private volatile Known known = new Known(Roster.EMPTY, 1, Map.of());

    /** @param leaderEpoch of the latest leader that this process knows; asked by any thread */
    RosterDirectory(LongSupplier leaderEpoch) {
        this.leaderEpoch = leaderEpoch;
    }

    /** A newer roster, or a newer active protocol. */
    void take(Roster next, int protocol) {
        Map<NodeId, Peer> peers = new HashMap<>();
        next.members()
                .forEach((node, attributes) ->
                        peer(node, attributes.address()).ifPresent(peer -> peers.put(node, peer)));
        known = new Known(next, protocol, peers);
    }

    /** Empty for an address that nobody can use: such a member is not reachable. */
    private static Optional<Peer> peer(NodeId node, String address) {
        int colon = address.lastIndexOf(':');
        String host = address.substring(0, Math.max(0, colon));
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        try {
            return Optional.of(new Peer(
                    node,
                    bracketed ? host.substring(1, host.length() - 1) : host,
                    Integer.parseInt(address.substring(colon + 1)),
                    1));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    Roster roster() {
        return known.roster();
    }

    @Override
    public long version() {
        return known.roster().version();
    }

    @Override
    public int protocol() {
        return known.protocol();
    }

    @Override
    public long leaderEpoch() {
        return leaderEpoch.getAsLong();
    }

    @Override
    public Optional<Peer> find(NodeId node) {
        return Optional.ofNullable(known.peers().get(node));
    }
}
