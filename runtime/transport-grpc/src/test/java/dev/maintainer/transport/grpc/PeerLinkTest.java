package dev.maintainer.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.Message;
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
import dev.maintainer.api.port.Transport.SendResult;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.transport.grpc.frame.MessageCutter;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Lane;
import dev.maintainer.transport.grpc.session.WireProtocol;
import dev.maintainer.transport.grpc.wire.WireCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** One end of a pair of nodes, with calls that are played by the test, on its own thread. */
class PeerLinkTest {
    /** The other one has the smaller id, so it numbers the sessions. */
    /** A release in which a drain target needs protocol 2. */
    private static final WireProtocol WIRE = new WireProtocol(Map.of(CoordinatorRequest.SetDrainTarget.class, 2));

    private static final NodeId SELF = new NodeId("b");

    private static final NodeId PEER = new NodeId("a");

    /** Does everything at once. */
    private static final class Now extends AbstractExecutorService {
        @Override
        public void execute(Runnable work) {
            work.run();
        }

        @Override
        public void shutdown() {}

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return false;
        }
    }

    private final Inbox inbox = new Inbox();
    private final Roster roster = new Roster();
    private final List<Long> heard = new ArrayList<>();
    private final PeerListener listener = new PeerListener() {
        @Override
        public void notMember(NodeId self, NodeId peer, long rosterVersion) {}

        @Override
        public void heard(NodeId self, NodeId peer, long rosterVersion, long leaderEpoch) {
            heard.addAll(List.of(rosterVersion, leaderEpoch));
        }
    };
    /** The newest that both ends speak. */
    private int protocol = 2;

    private final ExecutorService now = new Now();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Wiring wiring = new Wiring(NetworkSettings.loopback("c"), null, WIRE, roster, listener, now, timer);
    private final PeerLink link = new PeerLink(wiring, SELF, PEER, inbox);
    private final FakeCall<Transport.SessionFrame> firstCall = new FakeCall<>();
    private final FakeCall<Transport.SessionFrame> secondCall = new FakeCall<>();

    @AfterEach
    void stop() {
        timer.shutdownNow();
    }

    private PeerSession session(long generation, FakeCall<Transport.SessionFrame> call) {
        return Objects.requireNonNull(
                link.accept(
                        generation,
                        protocol,
                        new Outbound<>(call),
                        number -> TransportFrames.welcome(wiring.hello(SELF, PEER, 0), number, 1, 0)),
                "the caller is let in");
    }

    private LaneStream lane(PeerSession session, Lane lane, FakeCall<Transport.LaneFrame> call) {
        LaneStream stream = new LaneStream(wiring, session, lane, new Outbound<>(call));
        assertThat(session.add(stream)).isTrue();
        return stream;
    }

    private static Envelope from(long number) {
        return new Envelope(PEER, SELF, request(number));
    }

    private static CoordinatorRequest request(long number) {
        return new CoordinatorRequest.CoordinatorBootstrap(number);
    }

    private static Transport.LaneFrame frame(MessageCutter cutter, Message message) {
        return TransportFrames.fragment(cutter.cut(WireCodec.encode(message)).get(0));
    }

    @Test
    @DisplayName("nothing of a session follows something of a newer one, and none that is older can come back")
    void gate() {
        PeerSession first = session(1, firstCall);
        assertThat(first.deliver(from(1))).isTrue();

        PeerSession second = session(2, secondCall);
        assertThat(first.deliver(from(2))).as("dropped, not held up").isTrue();
        assertThat(second.deliver(from(3))).isTrue();

        assertThat(inbox.envelopes()).containsExactly(from(1), from(3));
        assertThat(wiring.counters().all()).containsEntry("stale coordinator_request", 1L);
        assertThat(firstCall.ended).isTrue();
        assertThat(secondCall.ended).isFalse();
        assertThat(link.accept(1, 1, new Outbound<>(new FakeCall<>()), number -> TransportFrames.end()))
                .isNull();
        assertThat(link.session()).contains(second);
    }

    @Test
    @DisplayName("the welcome is the first thing that a caller hears")
    void welcomeFirst() {
        PeerSession session = session(7, firstCall);
        session.tick(Wiring.nowMillis());

        assertThat(firstCall.frames).hasSizeGreaterThan(1);
        assertThat(firstCall.frames.get(0).getWelcome().getGeneration()).isEqualTo(7);
        assertThat(firstCall.frames.get(1).hasPing()).isTrue();
    }

    @Test
    @DisplayName("gRPC gets a frame only while it is ready; the rest waits in the queue and goes to the next session")
    void ready() {
        FakeCall<Transport.LaneFrame> slow = new FakeCall<>();
        lane(session(1, firstCall), Lane.COORDINATOR_REQUEST, slow);
        link.send(request(1));
        slow.ready = false;
        for (int i = 2; i <= 5; i++) {
            assertThat(link.send(request(i))).isEqualTo(SendResult.ENQUEUED);
        }
        assertThat(slow.frames).hasSize(1);
        assertThat(link.sender(Lane.COORDINATOR_REQUEST).waiting()).isEqualTo(4);

        FakeCall<Transport.LaneFrame> fast = new FakeCall<>();
        lane(session(2, secondCall), Lane.COORDINATOR_REQUEST, fast);

        assertThat(slow.frames).hasSize(1);
        assertThat(slow.ended).isTrue();
        assertThat(fast.frames).hasSize(4);
        MessageCutter fresh = new MessageCutter();
        assertThat(fast.frames)
                .as("numbered anew, and without what was given to the former stream")
                .containsExactly(
                        frame(fresh, request(2)),
                        frame(fresh, request(3)),
                        frame(fresh, request(4)),
                        frame(fresh, request(5)));
        assertThat(wiring.queueBudget().used()).isZero();
    }

    @Test
    @DisplayName(
            "a message of which a session has sent a part is lost with it; the next session begins with the next message")
    void cutOff() {
        SplittableRandom random = new SplittableRandom(3);
        List<DispatcherSnapshot> dispatchers = new ArrayList<>();
        for (int i = 1; i <= 30_000; i++) {
            dispatchers.add(new DispatcherSnapshot(
                    new DispatcherId(random.nextLong(), random.nextLong()),
                    TableSpan.whole(new TableId(random.nextLong(1L << 60))),
                    new SchemaId(i),
                    ComponentState.WORKING,
                    random.nextLong(1L << 60)));
        }
        ChangefeedId feed = new ChangefeedId("orders");
        MaintainerEpoch epoch = new MaintainerEpoch(1);
        FakeCall<Transport.LaneFrame> oneFrame = new FakeCall<>() {
            @Override
            public void onNext(Transport.LaneFrame frame) {
                super.onNext(frame);
                ready = false;
            }
        };
        lane(session(1, firstCall), Lane.REPORT, oneFrame);
        link.send(new WorkerReport.BootstrapSnapshot(feed, epoch, 1, 0, dispatchers, List.of()));
        WorkerReport next = new WorkerReport.CloseDone(feed, epoch, WorkerReport.CloseOutcome.CLOSED);
        link.send(next);
        assertThat(oneFrame.frames)
                .singleElement()
                .satisfies(frame -> assertThat(frame.getFragment().getTotal()).isGreaterThan(1));

        FakeCall<Transport.LaneFrame> again = new FakeCall<>();
        lane(session(2, secondCall), Lane.REPORT, again);

        assertThat(again.frames).containsExactly(frame(new MessageCutter(), next));
        assertThat(wiring.counters().all()).containsEntry("cut off report", 1L);
    }

    @Test
    @DisplayName(
            "the next frame is asked for when the last one was taken; who has no room for five seconds loses one message")
    void flow() {
        FakeCall<Transport.LaneFrame> call = new FakeCall<>();
        LaneStream stream = lane(session(1, firstCall), Lane.COORDINATOR_REQUEST, call);
        MessageCutter cutter = new MessageCutter();

        stream.received(frame(cutter, request(1)));
        assertThat(call.requested).isEqualTo(1);
        inbox.noRoomFor(message -> true);
        stream.received(frame(cutter, request(2)));
        long then = Wiring.nowMillis();
        stream.tick(then + 1_000);
        assertThat(call.requested).isEqualTo(1);
        inbox.noRoomFor(message -> false);
        stream.tick(then + 2_000);
        assertThat(call.requested).isEqualTo(2);
        inbox.noRoomFor(message -> true);
        stream.received(frame(cutter, request(3)));
        stream.tick(then + 60_000);
        assertThat(call.requested).isEqualTo(3);
        stream.tick(then + 120_000);
        assertThat(call.requested).isEqualTo(3);

        assertThat(inbox.envelopes()).containsExactly(from(1), from(2));
        assertThat(wiring.counters().all()).containsEntry("no room coordinator_request", 1L);
    }

    @Test
    @DisplayName("a report for a coordinator that does not lead holds up nothing")
    void notLeading() {
        FakeCall<Transport.LaneFrame> call = new FakeCall<>();
        LaneStream stream = lane(session(1, firstCall), Lane.COORDINATOR_REPORT, call);
        inbox.noRoomFor(message -> true);

        stream.received(frame(new MessageCutter(), new CoordinatorReport.MaintainerHeartbeat(List.of())));

        assertThat(call.requested).isEqualTo(1);
        assertThat(wiring.counters().all()).containsEntry("no room coordinator_report", 1L);
    }

    @Test
    @DisplayName("a message that needs a newer protocol is not sent to a peer that is too old, and holds up nothing")
    void olderPeer() {
        protocol = 1;
        FakeCall<Transport.LaneFrame> call = new FakeCall<>();
        lane(session(1, firstCall), Lane.COORDINATOR_REQUEST, call);

        link.send(new CoordinatorRequest.SetDrainTarget(DrainTarget.NONE));
        link.send(request(2));

        assertThat(call.frames).containsExactly(frame(new MessageCutter(), request(2)));
        assertThat(wiring.counters().all()).containsEntry("not understood by the peer coordinator_request", 1L);
    }

    @Test
    @DisplayName("whatever both ends speak: nothing goes beyond the active protocol, and from when it rises it does")
    void activeProtocol() {
        roster.protocol(1);
        FakeCall<Transport.LaneFrame> call = new FakeCall<>();
        lane(session(1, firstCall), Lane.COORDINATOR_REQUEST, call);
        CoordinatorRequest newer = new CoordinatorRequest.SetDrainTarget(DrainTarget.NONE);
        link.send(newer);
        assertThat(call.frames).isEmpty();

        roster.protocol(2);
        link.send(newer);

        assertThat(call.frames).containsExactly(frame(new MessageCutter(), newer));
    }

    @Test
    @DisplayName("pings say which leader is known from protocol 2 on")
    void leaderInPings() {
        roster.leaderEpoch(7);
        roster.protocol(1);
        PeerSession session = session(1, firstCall);
        long now = Wiring.nowMillis();
        session.tick(now);
        roster.protocol(2);
        session.tick(now + 1_000);

        assertThat(firstCall.frames.get(1).getPing().hasLeaderEpoch()).isFalse();
        assertThat(firstCall.frames.get(2).getPing().getLeaderEpoch()).isEqualTo(7);
    }

    @Test
    @DisplayName("what a peer says in pings is told; one of the first release says nothing of a leader")
    void pingsAreRead() {
        PeerSession session = session(1, firstCall);

        session.received(TransportFrames.ping(1, 12, 7));
        session.received(TransportFrames.ping(2, 13, 0));

        assertThat(heard).containsExactly(12L, 7L, 13L, 0L);
    }

    @Test
    @DisplayName("a message on the lane of another receiver is refused")
    void wrongLane() {
        FakeCall<Transport.LaneFrame> call = new FakeCall<>();
        LaneStream stream = lane(session(1, firstCall), Lane.REPORT, call);

        stream.received(frame(new MessageCutter(), request(1)));

        assertThat(inbox.envelopes()).isEmpty();
        assertThat(call.requested).isEqualTo(1);
        assertThat(wiring.counters().all()).containsEntry("refused unknown_kind", 1L);
    }

    @Test
    @DisplayName("a link that is closed takes nothing, and keeps no part of the budget")
    void closed() {
        link.send(request(1));
        assertThat(wiring.queueBudget().used()).isPositive();

        link.close();

        assertThat(wiring.queueBudget().used()).isZero();
        assertThat(link.send(request(2))).isEqualTo(SendResult.CONGESTED);
        assertThat(wiring.queueBudget().used()).isZero();
        assertThat(link.accept(1, 1, new Outbound<>(firstCall), number -> TransportFrames.end()))
                .isNull();
    }
}
