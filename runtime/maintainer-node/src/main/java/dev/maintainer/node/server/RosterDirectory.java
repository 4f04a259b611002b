package dev.maintainer.node.server;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import java.util.Optional;

/** The roster, as the network asks for it. Its owner gives it each new one. */
final class RosterDirectory implements PeerDirectory {
    private volatile Roster roster = Roster.EMPTY;

    /** A newer roster. */
    void take(Roster next) {
        roster = next;
    }

    Roster roster() {
        return roster;
    }

    @Override
    public long version() {
        return roster.version();
    }

    @Override
    public Optional<Peer> find(NodeId node) {
        NodeAttributes attributes = roster.members().get(node);
        if (attributes == null) {
            return Optional.empty();
        }
        String address = attributes.address();
        int colon = address.lastIndexOf(':');
        try {
            String host = address.substring(0, Math.max(0, colon)).replaceAll("^\\[|]$", "");
            return Optional.of(new Peer(node, host, Integer.parseInt(address.substring(colon + 1)), 1));
        } catch (IllegalArgumentException e) {
            // A member whose address nobody can use is not reachable.
            return Optional.empty();
        }
    }
}
