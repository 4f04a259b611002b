package dev.maintainer.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.node.NetworkProvider;
import dev.maintainer.runtime.node.NetworkProvider.OwnNetwork;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.threads.testing.Until;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Networks as processes make them, each with a roster of its own that arrives when it arrives. */
class BetweenProcessesTest {
    private static final NodeId A = new NodeId("a.1");
    private static final NodeId B = new NodeId("b.1");

    /** What one process knows of the cluster. */
    private static final class Known implements PeerDirectory {
        private volatile long version;
        private volatile Map<NodeId, Peer> peers = Map.of();

        @Override
        public long version() {
            return version;
        }

        @Override
        public Optional<Peer> find(NodeId node) {
            return Optional.ofNullable(peers.get(node));
        }

        void arrives(long rosterVersion, Map<NodeId, Integer> ports) {
            Map<NodeId, Peer> arrived = new TreeMap<>();
            ports.forEach((node, port) -> arrived.put(node, new Peer(node, "127.0.0.1", port, 1)));
            peers = arrived;
            version = rosterVersion;
        }
    }

    private final Known knownToA = new Known();
    private final Known knownToB = new Known();
    private final Queue<String> heard = new ConcurrentLinkedQueue<>();
    private final Deque<OwnNetwork> open = new ArrayDeque<>();

    @AfterEach
    void close() {
        open.forEach(OwnNetwork::close);
    }

    private static NetworkProvider provider() {
        return ServiceLoader.load(NetworkProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(found -> found.name().equals("grpc"))
                .findFirst()
                .orElseThrow();
    }

    private OwnNetwork process(Known known) {
        PeerListener listener =
                (self, peer, version) -> heard.add(self + " is in no roster " + version + " of " + peer);
        OwnNetwork network = provider().betweenProcesses(NetworkSettings.loopback("orders"), known, listener);
        open.push(network);
        return network;
    }

    private static Inbox runs(OwnNetwork process, NodeId node) {
        Inbox inbox = new Inbox();
        process.register(node, inbox);
        return inbox;
    }

    private static Message message(long number) {
        return new CoordinatorRequest.CoordinatorBootstrap(number);
    }

    @Test
    @DisplayName("two processes reach one another at the ports that they tell, when the roster has both")
    void both() {
        OwnNetwork one = process(knownToA);
        OwnNetwork two = process(knownToB);
        Inbox atA = runs(one, A);
        Inbox atB = runs(two, B);
        Map<NodeId, Integer> members = Map.of(A, one.port(), B, two.port());
        knownToA.arrives(1, members);
        knownToB.arrives(1, members);

        one.transportOf(A).send(B, message(1));
        two.transportOf(B).send(A, message(2));

        atB.await(1, "message from a");
        atA.await(1, "message from b");
        assertThat(heard).isEmpty();
    }

    @Test
    @DisplayName("a node whose roster has not arrived at its peer yet is let in when it does")
    void rosterArrivesLate() {
        OwnNetwork one = process(knownToA);
        GrpcNetwork two = (GrpcNetwork) process(knownToB);
        runs(one, A);
        Inbox atB = runs(two, B);
        knownToB.arrives(1, Map.of(B, two.port()));
        Map<NodeId, Integer> members = Map.of(A, one.port(), B, two.port());
        knownToA.arrives(2, members);

        one.transportOf(A).send(B, message(1));
        Until.holds("a waits at b", () -> two.waitingCallers() > 0, two::counters);
        knownToB.arrives(2, members);

        atB.await(1, "message from a");
        assertThat(two.counters()).doesNotContainKey("callers refused unknown_sender");
    }

    @Test
    @DisplayName("a node does not knock before its own roster has it: its peers would say that it was removed")
    void beforeItIsMember() {
        GrpcNetwork one = (GrpcNetwork) process(knownToA);
        GrpcNetwork two = (GrpcNetwork) process(knownToB);
        runs(one, A);
        Inbox atB = runs(two, B);
        knownToA.arrives(1, Map.of(B, two.port()));
        knownToB.arrives(2, Map.of(B, two.port()));

        one.transportOf(A).send(B, message(1));
        Until.holds(
                "the message has waited for long enough",
                () -> one.counters().containsKey("expired coordinator_request"),
                one::counters);
        Map<NodeId, Integer> members = Map.of(A, one.port(), B, two.port());
        knownToB.arrives(3, members);
        knownToA.arrives(3, members);
        Until.holds(
                "b gets a message",
                () -> {
                    one.transportOf(A).send(B, message(2));
                    return atB.size() > 0;
                },
                two::counters);

        assertThat(heard).isEmpty();
        assertThat(two.counters()).doesNotContainKey("callers refused not_a_member");
    }

    @Test
    @DisplayName("a node that a newer roster no longer has is told so by its peers; an older roster proves nothing")
    void removed() {
        GrpcNetwork one = (GrpcNetwork) process(knownToA);
        GrpcNetwork two = (GrpcNetwork) process(knownToB);
        runs(one, A);
        runs(two, B);
        knownToA.arrives(5, Map.of(A, one.port(), B, two.port()));
        knownToB.arrives(5, Map.of(B, two.port()));

        one.transportOf(A).send(B, message(1));
        Until.holds(
                "b refuses a, under the roster that a knows",
                () -> one.counters().containsKey("refused by peers not_a_member"),
                two::counters);
        assertThat(heard).isEmpty();
        knownToB.arrives(7, Map.of(B, two.port()));
        knownToA.arrives(6, Map.of(A, one.port(), B, two.port()));

        Until.holds("a hears that it was removed", () -> !heard.isEmpty(), two::counters);
        assertThat(heard).contains("a.1 is in no roster 7 of b.1");
    }

    @Test
    @DisplayName("without TLS a process listens only where this machine alone can connect, unless somebody has said so")
    void plainText() {
        NetworkSettings everywhere = new NetworkSettings("orders", "x", "0.0.0.0", 0, new PeerSecurity.Loopback());
        NetworkSettings off = new NetworkSettings("orders", "x", "0.0.0.0", 0, new PeerSecurity.Off());
        NetworkSettings nowhere = new NetworkSettings("orders", "x", "no-such-host.invalid", 0, new PeerSecurity.Off());

        assertThatThrownBy(() -> provider().betweenProcesses(everywhere, knownToA, PeerListener.NONE))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining("0.0.0.0")
                .hasMessageContaining("loopback");
        assertThatThrownBy(() -> provider().betweenProcesses(nowhere, knownToA, PeerListener.NONE))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("no-such-host.invalid");
        open.push(provider().betweenProcesses(off, knownToA, PeerListener.NONE));
        assertThat(open.element().port()).isPositive();
    }
}
