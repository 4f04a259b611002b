package dev.maintainer.transport.grpc.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.runtime.peer.ProtocolRange;
import dev.maintainer.transport.grpc.session.Handshake.Verdict;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HandshakeTest {
    private static final NodeId HERE = new NodeId("here");
    private static final NodeId CALLER = new NodeId("caller");

    private static final class Roster implements PeerDirectory {
        private final Map<NodeId, Peer> peers = new TreeMap<>();
        private long version = 5;

        @Override
        public long version() {
            return version;
        }

        @Override
        public Optional<Peer> find(NodeId node) {
            return Optional.ofNullable(peers.get(node));
        }
    }

    private final Roster roster = new Roster();
    private final Handshake handshake = new Handshake("c1", new ProtocolRange(1, 1), roster, HERE::equals);

    private static Hello hello(String cluster, NodeId to, long incarnation, int min, int max, long rosterVersion) {
        return new Hello(cluster, CALLER, to, incarnation, 0, min, max, 0b101, "0.1.0", rosterVersion, 0);
    }

    private void refuses(HandshakeRefusal reason, Hello hello, long waited) {
        assertThat(handshake.judge(hello, waited))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(reason));
    }

    private void joins(long incarnation) {
        roster.peers.put(CALLER, new Peer(CALLER, "host", 1, incarnation));
    }

    @Test
    @DisplayName("a member is let in, with the highest protocol and the features that both have")
    void accepted() {
        joins(9);

        assertThat(handshake.judge(hello("c1", HERE, 9, 1, 4, 5), 0)).isEqualTo(new Verdict.Accepted(1, 0));
    }

    @Test
    @DisplayName("another cluster, another node at this address, no common protocol: refused until the roster changes")
    void wrong() {
        joins(9);

        refuses(HandshakeRefusal.WRONG_CLUSTER, hello("c2\u001b[2J" + "x".repeat(9_999), HERE, 9, 1, 1, 5), 0);
        refuses(HandshakeRefusal.WRONG_TARGET, hello("c1", new NodeId("gone"), 9, 1, 1, 5), 0);
        refuses(HandshakeRefusal.INCOMPATIBLE, hello("c1", HERE, 9, 2, 4, 5), 0);
        refuses(HandshakeRefusal.INCOMPATIBLE, hello("c1", HERE, 9, 0, 0, 5), 0);
        assertThat(HandshakeRefusal.WRONG_TARGET.retry()).isEqualTo(HandshakeRefusal.Retry.AFTER_ROSTER_CHANGE);
        assertThat(handshake.judge(hello("c2\u001b[2J" + "x".repeat(9_999), HERE, 9, 1, 1, 5), 0))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        refused -> assertThat(refused.text())
                                .contains("c2\\u001b[2J")
                                .hasSizeLessThan(250));
    }

    @Test
    @DisplayName("a release with two protocols talks to one with the first in that, and to one with both in the second")
    void twoReleases() {
        joins(9);
        Handshake newer = new Handshake("c1", new ProtocolRange(1, 2), roster, HERE::equals);

        assertThat(newer.judge(hello("c1", HERE, 9, 1, 1, 5), 0)).isEqualTo(new Verdict.Accepted(1, 0));
        assertThat(newer.judge(hello("c1", HERE, 9, 1, 2, 5), 0)).isEqualTo(new Verdict.Accepted(2, 0));
        assertThat(newer.judge(hello("c1", HERE, 9, 2, 3, 5), 0)).isEqualTo(new Verdict.Accepted(2, 0));
    }

    @Test
    @DisplayName("a caller that knows a newer roster waits for it to arrive here, at most two seconds")
    void waiting() {
        Hello early = hello("c1", HERE, 9, 1, 1, 6);

        assertThat(handshake.judge(early, 0)).isEqualTo(new Verdict.Waiting());
        assertThat(handshake.judge(early, 1_999)).isEqualTo(new Verdict.Waiting());
        refuses(HandshakeRefusal.UNKNOWN_SENDER, early, 2_000);
        joins(9);
        roster.version = 6;
        assertThat(handshake.judge(early, 1_999)).isInstanceOf(Verdict.Accepted.class);
    }

    @Test
    @DisplayName("a caller that is not in the roster that it knows itself is not a member; nobody waits for that")
    void notAMember() {
        refuses(HandshakeRefusal.NOT_A_MEMBER, hello("c1", HERE, 9, 1, 1, 5), 0);
        refuses(HandshakeRefusal.NOT_A_MEMBER, hello("c1", HERE, 9, 1, 1, 3), 0);
    }

    @Test
    @DisplayName("an incarnation before the registered one is superseded; one after it waits for the roster")
    void incarnations() {
        joins(9);

        refuses(HandshakeRefusal.SUPERSEDED, hello("c1", HERE, 8, 1, 1, 6), 0);
        assertThat(handshake.judge(hello("c1", HERE, 10, 1, 1, 6), 0)).isEqualTo(new Verdict.Waiting());
        refuses(HandshakeRefusal.NOT_A_MEMBER, hello("c1", HERE, 10, 1, 1, 5), 0);
    }
}
