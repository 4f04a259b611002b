package dev.maintainer.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerDirectory;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.runtime.peer.ProtocolRange;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Handshake;
import dev.maintainer.transport.grpc.session.Hello;
import dev.maintainer.transport.grpc.session.WireProtocol;
import io.grpc.stub.StreamObserver;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The side that is called, with calls that are played by the test. */
class PeerServerTest {
    private static final NodeId SELF = new NodeId("a");
    private static final NodeId CALLER = new NodeId("b");

    private final Roster roster = new Roster();
    private Runnable whileJudging = () -> {};
    /** The members, while which are looked up something else can happen. */
    private final PeerDirectory directory = new PeerDirectory() {
        @Override
        public long version() {
            return roster.version();
        }

        @Override
        public Optional<Peer> find(NodeId node) {
            Runnable once = whileJudging;
            whileJudging = () -> {};
            once.run();
            return roster.find(node);
        }

        @Override
        public int protocol() {
            return roster.protocol();
        }

        @Override
        public long leaderEpoch() {
            return roster.leaderEpoch();
        }
    };

    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Wiring wiring = new Wiring(
            NetworkSettings.loopback("c"), null, WireProtocol.CURRENT, directory, PeerListener.NONE, threads, timer);
    private final PeerLink link = new PeerLink(wiring, SELF, CALLER, new Inbox());
    private final Handshake handshake = new Handshake("c", ProtocolRange.OF_RELEASE, directory, SELF::equals);
    private final PeerServer server =
            new PeerServer(wiring, handshake, new AskServer(wiring, handshake), new PeerServer.Links() {
                @Override
                public PeerLink make(NodeId self, NodeId remote) {
                    return link;
                }

                @Override
                public PeerLink find(NodeId self, NodeId remote) {
                    return link;
                }
            });

    @AfterEach
    void stop() {
        threads.shutdownNow();
        timer.shutdownNow();
    }

    @Test
    @DisplayName("A caller is welcomed once, even if the timer looks at it while it is judged for the first time")
    void once() {
        roster.join(SELF, 1);
        roster.join(CALLER, 2);
        FakeCall<Transport.SessionFrame> call = new FakeCall<>();
        StreamObserver<Transport.SessionFrame> caller = server.session(call);
        whileJudging = () -> server.tick(Wiring.nowMillis());

        caller.onNext(TransportFrames.hello(new Hello(
                "c",
                CALLER,
                SELF,
                1,
                0,
                ProtocolRange.OF_RELEASE.min(),
                ProtocolRange.OF_RELEASE.max(),
                0,
                "test",
                roster.version(),
                0)));

        assertThat(call.frames).hasSize(1).allMatch(Transport.SessionFrame::hasWelcome);
    }
}
