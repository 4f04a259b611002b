package dev.maintainer.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.membership.store.NodeAttributes;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.runtime.peer.Peer;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RosterDirectoryTest {
    private static final NodeId A = new NodeId("a.1");
    private static final NodeId B = new NodeId("b.1");

    private final RosterDirectory directory = new RosterDirectory(() -> 0);

    private void roster(long version, String... addresses) {
        SortedMap<NodeId, NodeAttributes> members = new TreeMap<>();
        NodeId[] nodes = {A, B};
        for (int i = 0; i < addresses.length; i++) {
            members.put(nodes[i], new NodeAttributes(addresses[i], 1, 1, Collections.emptySortedMap()));
        }
        directory.take(new Roster(version, members), 1);
    }

    @Test
    @DisplayName("who is in the newest roster is found at its address, and nobody else")
    void newest() {
        assertThat(directory.find(A)).isEmpty();
        roster(1, "host:7400", "[::1]:7401");
        assertThat(directory.find(A)).contains(new Peer(A, "host", 7400, 1));
        assertThat(directory.find(B)).contains(new Peer(B, "::1", 7401, 1));

        roster(2, "host:7400");
        assertThat(directory.version()).isEqualTo(2);
        assertThat(directory.find(B)).isEmpty();
    }

    @Test
    @DisplayName("a member with an address that nobody can use is a member, and not reachable")
    void unusable() {
        roster(1, "nowhere", "host:70000");
        assertThat(directory.roster().members()).containsOnlyKeys(A, B);
        assertThat(directory.find(A)).isEmpty();
        assertThat(directory.find(B)).isEmpty();
    }
}
