package dev.maintainer.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.Transport;
import dev.maintainer.api.port.Transport.SendResult;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.NetworkStatistics;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.threads.testing.Until;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GrpcNetworkTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final ChangefeedId FEED = new ChangefeedId("orders");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(3);

    private final Roster roster = new Roster();
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    @AfterEach
    void close() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    private GrpcNetwork process(String cluster, Roster directory) {
        GrpcNetwork network = new GrpcNetwork(NetworkSettings.loopback(cluster), directory, PeerListener.NONE);
        open.push(network);
        return network;
    }

    private Inbox runs(GrpcNetwork process, NodeId node) {
        Inbox inbox = new Inbox();
        process.register(node, inbox);
        roster.join(node, process.port());
        return inbox;
    }

    private static WorkerReport report(long number) {
        return new WorkerReport.BootstrapSnapshot(FEED, EPOCH, number, 0, List.of(), List.of());
    }

    private static CoordinatorRequest request(long number) {
        return new CoordinatorRequest.CoordinatorBootstrap(number);
    }

    private static WorkerCommand command(long number) {
        return new WorkerCommand.AcknowledgeBarrierReport(FEED, EPOCH, number, List.of());
    }

    private static CoordinatorReport coordinatorReport(long number) {
        return new CoordinatorReport.HostSnapshot(number, List.of(), DrainTarget.NONE);
    }

    private static long number(Message message) {
        if (message instanceof WorkerReport.BootstrapSnapshot it) {
            return it.incarnation();
        }
        if (message instanceof CoordinatorRequest.CoordinatorBootstrap it) {
            return it.version();
        }
        if (message instanceof WorkerCommand.AcknowledgeBarrierReport it) {
            return it.sequence();
        }
        return ((CoordinatorReport.HostSnapshot) message).version();
    }

    private static List<Long> numbers(Inbox inbox, Class<? extends Message> family) {
        return inbox.all(family).stream().map(GrpcNetworkTest::number).toList();
    }

    @Test
    @DisplayName("messages of each lane arrive in the order in which they were sent, both ways, over one session")
    void inOrder() {
        GrpcNetwork one = process("c", roster);
        GrpcNetwork two = process("c", roster);
        Inbox atA = runs(one, A);
        Inbox atB = runs(two, B);
        Transport ofA = one.transportOf(A);
        Transport ofB = two.transportOf(B);
        int count = 2_000;
        ofA.send(B, report(0));
        atB.await(1, "message, so there is a session");

        for (long i = 1; i <= count; i++) {
            for (Message message : List.of(report(i), request(i), command(i), coordinatorReport(i))) {
                assertThat(ofA.send(B, message)).isEqualTo(SendResult.ENQUEUED);
                assertThat(ofB.send(A, message)).isEqualTo(SendResult.ENQUEUED);
            }
        }
        atA.await(4 * count, "messages from b");
        atB.await(4 * count + 1, "messages from a");

        List<Long> all = LongStream.rangeClosed(1, count).boxed().toList();
        assertThat(numbers(atA, WorkerReport.class)).isEqualTo(all);
        assertThat(numbers(atB, WorkerReport.class))
                .isEqualTo(LongStream.rangeClosed(0, count).boxed().toList());
        for (Inbox inbox : List.of(atA, atB)) {
            assertThat(numbers(inbox, CoordinatorRequest.class)).isEqualTo(all);
            assertThat(numbers(inbox, WorkerCommand.class)).isEqualTo(all);
            assertThat(numbers(inbox, CoordinatorReport.class)).isEqualTo(all);
        }
        assertThat(atB.envelopes())
                .allMatch(envelope -> envelope.from().equals(A) && envelope.to().equals(B));
        assertThat(one.generation(A, B)).isPositive().isEqualTo(two.generation(B, A));
        Until.holds(
                "pings have come back at both ends",
                () -> one.roundTripNanos(A, B).isPresent()
                        && two.roundTripNanos(B, A).isPresent(),
                one::counters);
        assertThat(one.roundTripNanos(A, new NodeId("c"))).isEmpty();
        assertThat(two.counters()).containsEntry("received report", count + 1L).containsEntry("sent command", (long)
                count);
        NetworkStatistics statistics = two.statistics();
        assertThat(statistics.counts())
                .containsEntry(
                        new NetworkStatistics.Event(
                                "received", "report", report(0).kind()),
                        count + 1L)
                .containsEntry(
                        new NetworkStatistics.Event(
                                "sent", "command", command(1).kind()),
                        (long) count);
        assertThat(statistics.peers()).singleElement().satisfies(peer -> {
            assertThat(peer.peer()).isEqualTo(A);
            assertThat(peer.generation()).isEqualTo(two.generation(B, A));
            assertThat(peer.queued()).isZero();
            assertThat(peer.queuedBytes()).isZero();
            assertThat(peer.roundTripNanos()).isPresent();
            assertThat(peer.skewMillis()).isPresent();
        });
        assertThat(statistics.rosterVersion()).isEqualTo(roster.version());
    }

    @Test
    @DisplayName(
            "nodes of one process reach one another, and themselves; who is no member or not registered is unknown")
    void oneProcess() {
        GrpcNetwork network = process("c", roster);
        Inbox atA = runs(network, A);
        Inbox atB = runs(network, B);

        assertThat(network.transportOf(A).send(A, request(1))).isEqualTo(SendResult.ENQUEUED);
        assertThat(network.transportOf(A).send(B, request(2))).isEqualTo(SendResult.ENQUEUED);
        assertThat(network.transportOf(A).send(new NodeId("c"), request(3))).isEqualTo(SendResult.UNKNOWN_TARGET);
        assertThat(network.transportOf(new NodeId("c")).send(A, request(4))).isEqualTo(SendResult.UNKNOWN_TARGET);
        atB.await(1, "message from a");

        assertThat(atA.envelopes()).containsExactly(new Envelope(A, A, request(1)));
        assertThat(atB.envelopes()).containsExactly(new Envelope(A, B, request(2)));
        atA.noRoomFor(message -> true);
        assertThat(network.transportOf(A).send(A, request(5))).isEqualTo(SendResult.CONGESTED);
        assertThatThrownBy(() -> network.register(A, atA)).isInstanceOf(IllegalStateException.class);
        network.unregister(A);
        assertThat(network.transportOf(A).send(B, request(6))).isEqualTo(SendResult.UNKNOWN_TARGET);
    }

    @Test
    @DisplayName("a snapshot of a hundred thousand dispatchers arrives as it was sent, before what was sent behind it")
    void large() {
        GrpcNetwork one = process("c", roster);
        GrpcNetwork two = process("c", roster);
        runs(one, A);
        Inbox atB = runs(two, B);
        List<DispatcherSnapshot> dispatchers = new ArrayList<>();
        for (int i = 1; i <= 100_000; i++) {
            dispatchers.add(new DispatcherSnapshot(
                    new DispatcherId(i * 0x9E3779B97F4A7C15L, i),
                    TableSpan.whole(new TableId(i)),
                    new SchemaId(i % 100),
                    ComponentState.WORKING,
                    462_000_000_000_000_000L + i * 1_000_003L));
        }
        Message snapshot = new WorkerReport.BootstrapSnapshot(FEED, EPOCH, 1, 0, dispatchers, List.of());

        one.transportOf(A).send(B, snapshot);
        one.transportOf(A).send(B, report(2));
        atB.await(2, "messages from a");

        assertThat(atB.envelopes().get(0).message()).isEqualTo(snapshot);
        assertThat(atB.envelopes().get(1).message()).isEqualTo(report(2));
    }

    @Test
    @DisplayName(
            "a cut connection is made again under a higher generation; messages may be lost, but none comes late or twice")
    void reconnect() throws IOException {
        GrpcNetwork one = process("c", roster);
        GrpcNetwork two = process("c", roster);
        runs(one, A);
        Inbox atB = runs(two, B);
        CuttableWire toA = new CuttableWire(one.port());
        CuttableWire toB = new CuttableWire(two.port());
        open.push(toA);
        open.push(toB);
        roster.join(A, toA.port());
        roster.join(B, toB.port());
        Transport ofA = one.transportOf(A);
        long sent = 0;
        long generation = 0;

        for (int cut = 0; cut < 5; cut++) {
            int had = atB.size();
            for (int i = 0; i < 500; i++) {
                ofA.send(B, command(++sent));
            }
            atB.await(had + 1, "messages after cut " + cut);
            assertThat(two.generation(B, A)).isGreaterThan(generation);
            generation = two.generation(B, A);
            toA.cut();
            toB.cut();
            long former = generation;
            Until.holds(
                    "the session is missed at both ends",
                    () -> one.generation(A, B) != former && two.generation(B, A) != former,
                    one::counters);
        }

        List<Long> numbers = numbers(atB, WorkerCommand.class);
        assertThat(numbers).isSorted().doesNotHaveDuplicates();
    }

    @Test
    @DisplayName(
            "a receiver that takes nothing fills the queue of its lane, and only that; then it gets what has waited")
    void doesNotRead() {
        GrpcNetwork one = process("c", roster);
        GrpcNetwork two = process("c", roster);
        runs(one, A);
        Inbox atB = runs(two, B);
        atB.noRoomFor(WorkerCommand.class::isInstance);
        Transport ofA = one.transportOf(A);
        ofA.send(B, request(1));
        atB.await(1, "request, so there is a session");

        long enqueued = 0;
        while (ofA.send(B, command(enqueued + 1)) == SendResult.ENQUEUED) {
            enqueued++;
            assertThat(enqueued)
                    .as("messages that were taken for a receiver that takes none")
                    .isLessThan(1_000_000);
        }
        ofA.send(B, request(2));
        atB.await(2, "requests, although commands wait");

        assertThat(one.counters()).containsEntry("congested command", 1L);
        assertThat(atB.all(WorkerCommand.class)).isEmpty();
        atB.noRoomFor(message -> false);
        atB.await((int) enqueued + 2, "messages that have waited");
        assertThat(numbers(atB, WorkerCommand.class))
                .isEqualTo(LongStream.rangeClosed(1, enqueued).boxed().toList());
    }

    @Test
    @DisplayName(
            "a process that has started again is another node; what is sent to the former one is not delivered to it")
    void restart() {
        GrpcNetwork one = process("c", roster);
        GrpcNetwork two = process("c", roster);
        runs(one, A);
        Inbox atB = runs(two, B);
        one.transportOf(A).send(B, request(1));
        atB.await(1, "message from a");
        NodeId again = new NodeId("b2");

        two.close();
        roster.leave(B);
        GrpcNetwork three = process("c", roster);
        Inbox atAgain = runs(three, again);

        assertThat(one.transportOf(A).send(B, request(2))).isEqualTo(SendResult.UNKNOWN_TARGET);
        one.transportOf(A).send(again, request(3));
        atAgain.await(1, "message from a");
        assertThat(atAgain.envelopes()).containsExactly(new Envelope(A, again, request(3)));
        Until.holds("the link to b is gone", () -> one.generation(A, B) == 0, one::counters);
    }

    @Test
    @DisplayName(
            "a node that answers at an address that is another's now is refused, and found when the roster says where")
    void wrongTarget() {
        GrpcNetwork one = process("c", roster);
        GrpcNetwork two = process("c", roster);
        GrpcNetwork three = process("c", roster);
        runs(one, A);
        Inbox atB = runs(two, B);
        roster.join(B, three.port());

        one.transportOf(A).send(B, request(1));
        Until.holds(
                "the wrong process refuses",
                () -> one.counters().containsKey("refused by peers wrong_target"),
                one::counters);
        roster.join(B, two.port());
        one.transportOf(A).send(B, request(2));

        Until.holds("b gets a message", () -> atB.size() > 0, one::counters);
    }

    @Test
    @DisplayName("a node of another cluster is refused at both ends, with the reason, and nobody else is disturbed")
    void wrongCluster() {
        GrpcNetwork one = process("c", roster);
        GrpcNetwork other = process("another", roster);
        GrpcNetwork three = process("c", roster);
        NodeId c = new NodeId("c");
        runs(one, A);
        Inbox atB = runs(other, B);
        Inbox atC = runs(three, c);

        one.transportOf(A).send(B, request(1));
        one.transportOf(A).send(c, request(1));
        atC.await(1, "message from a");
        Until.holds(
                "the refusal is known at both ends",
                () -> one.counters().containsKey("refused by peers wrong_cluster")
                        && other.counters().containsKey("callers refused wrong_cluster"),
                () -> one.counters() + " " + other.counters());

        assertThat(atB.size()).isZero();
    }

    @Test
    @DisplayName("a node that was removed from the roster, and does not know it, is told by its peers")
    void notAMember() {
        Roster old = new Roster();
        Queue<String> heard = new ConcurrentLinkedQueue<>();
        GrpcNetwork removed = new GrpcNetwork(
                NetworkSettings.loopback("c"), old, (self, peer, version) -> heard.add(self + " by " + peer));
        open.push(removed);
        GrpcNetwork two = process("c", roster);
        runs(two, B);
        removed.register(A, new Inbox());
        old.join(A, removed.port());
        old.join(B, two.port());
        roster.join(new NodeId("c"), two.port());
        roster.join(new NodeId("d"), two.port());

        removed.transportOf(A).send(B, request(1));

        Until.holds("b says that a is no member", () -> heard.contains("a by b"), removed::counters);
    }

    @Test
    @DisplayName("a node that cannot be reached dials itself, and is answered over its own connection")
    void oneWay() {
        GrpcNetwork one = process("c", roster);
        Roster blind = new Roster();
        GrpcNetwork two = process("c", blind);
        Inbox atA = new Inbox();
        one.register(A, atA);
        Inbox atB = new Inbox();
        two.register(B, atB);
        // Nobody listens there.
        roster.join(A, one.port());
        roster.join(B, 1);
        blind.join(A, one.port());
        blind.join(B, two.port());

        one.transportOf(A).send(B, request(1));
        two.transportOf(B).send(A, request(2));
        atA.await(1, "message from b");
        one.transportOf(A).send(B, request(3));

        Until.holds(
                "an answer of a", () -> numbers(atB, CoordinatorRequest.class).contains(3L), one::counters);
    }

    @Test
    @DisplayName(
            "a session whose connection is open but dead ends; pings keep the sessions of others, that nobody uses")
    void silence() throws IOException {
        GrpcNetwork one = process("c", roster);
        GrpcNetwork two = process("c", roster);
        GrpcNetwork three = process("c", roster);
        NodeId c = new NodeId("c");
        runs(one, A);
        Inbox atB = runs(two, B);
        Inbox atC = runs(three, c);
        CuttableWire toB = new CuttableWire(two.port());
        open.push(toB);
        roster.join(B, toB.port());
        one.transportOf(A).send(B, request(1));
        one.transportOf(A).send(c, request(1));
        atB.await(1, "message from a");
        atC.await(1, "message from a");
        long withC = one.generation(A, c);

        toB.swallow();

        Until.holds(
                "both ends give the session up",
                () -> one.generation(A, B) == 0 && two.generation(B, A) == 0,
                one::counters);
        assertThat(one.generation(A, c)).isEqualTo(withC).isEqualTo(three.generation(c, A));
    }

    @Test
    @DisplayName("a node that leaves says so: its peers do not look for it until they have something for it")
    void leaves() {
        GrpcNetwork one = process("c", roster);
        GrpcNetwork two = process("c", roster);
        runs(one, A);
        Inbox atB = runs(two, B);
        one.transportOf(A).send(B, request(1));
        atB.await(1, "message from a");
        two.unregister(B);
        Until.holds("the session is over", () -> one.generation(A, B) == 0, one::counters);

        one.transportOf(A).send(B, request(2));

        Until.holds(
                "it is refused where it has been",
                () -> one.counters().getOrDefault("refused by peers wrong_target", 0L) == 1,
                one::counters);
    }

    @Test
    @DisplayName("a port that is taken is refused in words")
    void portTaken() {
        GrpcNetwork one = process("c", roster);

        assertThatThrownBy(() -> new GrpcNetwork(
                        new NetworkSettings("c", "x", "127.0.0.1", one.port(), new PeerSecurity.Loopback()),
                        roster,
                        PeerListener.NONE))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("cannot listen at 127.0.0.1, port " + one.port());
    }
}
