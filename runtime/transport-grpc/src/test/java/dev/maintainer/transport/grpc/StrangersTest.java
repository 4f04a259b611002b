package dev.maintainer.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.threads.testing.Until;
import dev.maintainer.transport.grpc.proto.PeerServiceGrpc;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Hello;
import dev.maintainer.transport.grpc.session.Lane;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whatever connects to the port: the process goes on, and so do the sessions of others. */
class StrangersTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId STRANGER = new NodeId("s");

    /** Keeps what comes, and how it ends. */
    private static final class Answers<T> implements StreamObserver<T> {
        private final Queue<T> frames = new ConcurrentLinkedQueue<>();
        private volatile String end = "";

        @Override
        public void onNext(T frame) {
            frames.add(frame);
        }

        @Override
        public void onError(Throwable cause) {
            end = String.valueOf(cause.getMessage());
        }

        @Override
        public void onCompleted() {
            end = "completed";
        }

        void awaitEnd(String what) {
            Until.holds(what, () -> !end.isEmpty(), () -> frames);
        }
    }

    private final Roster roster = new Roster();
    private final GrpcNetwork one = new GrpcNetwork(NetworkSettings.loopback("c"), roster, PeerListener.NONE);
    private final GrpcNetwork two = new GrpcNetwork(NetworkSettings.loopback("c"), roster, PeerListener.NONE);
    private final Inbox atA = new Inbox();
    private final Inbox atB = new Inbox();
    private final ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", one.port())
            .usePlaintext()
            .build();

    @BeforeEach
    void join() {
        one.register(A, atA);
        two.register(B, atB);
        roster.join(A, one.port());
        roster.join(B, two.port());
        roster.join(STRANGER, 1);
    }

    @AfterEach
    void close() {
        channel.shutdownNow();
        one.close();
        two.close();
    }

    private void othersAreWell() {
        int had = atA.size();
        two.transportOf(B).send(A, new CoordinatorRequest.CoordinatorBootstrap(had + 1));
        atA.await(had + 1, "messages from b");
    }

    private StreamObserver<Transport.SessionFrame> session(Answers<Transport.SessionFrame> answers) {
        return PeerServiceGrpc.newStub(channel).session(answers);
    }

    private static Transport.SessionFrame hello(long generation) {
        return TransportFrames.hello(new Hello("c", STRANGER, A, 1, generation, 1, 1, 0, "test", 0, 0));
    }

    private static void refused(Answers<Transport.SessionFrame> answers, Transport.HandshakeRefusal reason) {
        answers.awaitEnd("the end of a session that was refused");
        assertThat(answers.frames)
                .singleElement()
                .extracting(frame -> frame.getRefusal().getReason())
                .isEqualTo(reason);
    }

    @Test
    @DisplayName("whoever begins with anything but a complete hello is refused")
    void wrongFirstFrame() {
        othersAreWell();
        for (Transport.SessionFrame first : new Transport.SessionFrame[] {
            TransportFrames.ping(1, 1, 0),
            Transport.SessionFrame.getDefaultInstance(),
            Transport.SessionFrame.newBuilder()
                    .setHello(Transport.Hello.newBuilder().setCluster("c"))
                    .build(),
            // The one with the smaller id numbers the sessions, and that is not the caller.
            hello(5)
        }) {
            Answers<Transport.SessionFrame> answers = new Answers<>();
            session(answers).onNext(first);
            refused(answers, Transport.HandshakeRefusal.HANDSHAKE_REFUSAL_NOT_A_HANDSHAKE);
        }
        othersAreWell();
    }

    @Test
    @DisplayName("whoever says nothing is refused after a while")
    void silence() {
        Answers<Transport.SessionFrame> answers = new Answers<>();
        session(answers);
        Answers<Transport.LaneFrame> lane = new Answers<>();
        PeerServiceGrpc.newStub(channel).lane(lane);

        refused(answers, Transport.HandshakeRefusal.HANDSHAKE_REFUSAL_NOT_A_HANDSHAKE);
        lane.awaitEnd("the end of a lane without a name");
        othersAreWell();
    }

    @Test
    @DisplayName("a lane without a session, of another session, or without a name is closed")
    void laneWithoutSession() {
        othersAreWell();
        for (Transport.LaneFrame first : new Transport.LaneFrame[] {
            TransportFrames.open(STRANGER, A, 1, Lane.REPORT),
            // A session that somebody else has.
            TransportFrames.open(B, A, 99, Lane.REPORT),
            TransportFrames.open(new NodeId("x"), new NodeId("y"), 1, Lane.REPORT),
            Transport.LaneFrame.getDefaultInstance()
        }) {
            Answers<Transport.LaneFrame> answers = new Answers<>();
            PeerServiceGrpc.newStub(channel).lane(answers).onNext(first);
            answers.awaitEnd("the end of a lane without a session");
            assertThat(answers.end).contains("FAILED_PRECONDITION");
        }
        othersAreWell();
    }

    @Test
    @DisplayName(
            "a peer that sends nonsense as messages loses them; one that breaks the order of frames loses its session")
    void nonsense() {
        Answers<Transport.SessionFrame> answers = new Answers<>();
        StreamObserver<Transport.SessionFrame> session = session(answers);
        session.onNext(hello(0));
        Until.holds("a welcome", () -> !answers.frames.isEmpty(), () -> answers.end);
        long generation = answers.frames.element().getWelcome().getGeneration();
        assertThat(generation).isPositive();
        Answers<Transport.LaneFrame> lane = new Answers<>();
        StreamObserver<Transport.LaneFrame> out =
                PeerServiceGrpc.newStub(channel).lane(lane);
        out.onNext(TransportFrames.open(STRANGER, A, generation, Lane.REPORT));

        SplittableRandom random = new SplittableRandom(1);
        for (int i = 1; i <= 50; i++) {
            byte[] bytes = new byte[random.nextInt(200)];
            random.nextBytes(bytes);
            out.onNext(fragment(i, 0, bytes));
        }
        Until.holds(
                "damaged messages are counted",
                () -> one.counters().getOrDefault("refused damaged", 0L) == 50,
                one::counters);
        assertThat(one.generation(A, STRANGER)).isEqualTo(generation);
        out.onNext(fragment(51, 1, new byte[3]));
        Until.holds("the session is over", () -> one.generation(A, STRANGER) == 0, one::counters);
        answers.awaitEnd("the end of the session");
        othersAreWell();
    }

    private static Transport.LaneFrame fragment(long message, int index, byte[] bytes) {
        return Transport.LaneFrame.newBuilder()
                .setFragment(Transport.Fragment.newBuilder()
                        .setMessage(message)
                        .setIndex(index)
                        .setTotal(1)
                        .setChecksum(7)
                        .setPayload(ByteString.copyFrom(bytes)))
                .build();
    }

    @Test
    @DisplayName("a hello within a session ends it")
    void twoHellos() {
        Answers<Transport.SessionFrame> answers = new Answers<>();
        StreamObserver<Transport.SessionFrame> session = session(answers);
        session.onNext(hello(0));
        Until.holds("a welcome", () -> !answers.frames.isEmpty(), () -> answers.end);

        session.onNext(hello(0));

        answers.awaitEnd("the end of the session");
        othersAreWell();
    }

    @Test
    @DisplayName("bytes that are no HTTP/2, and HTTP/2 that is no gRPC, disturb nobody")
    void garbage() throws IOException {
        othersAreWell();
        SplittableRandom random = new SplittableRandom(2);
        byte[] preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 40; i++) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), one.port())) {
                OutputStream out = socket.getOutputStream();
                if (i % 2 == 1) {
                    out.write(preface);
                }
                byte[] bytes = new byte[random.nextInt(5_000)];
                random.nextBytes(bytes);
                out.write(bytes);
                out.flush();
            } catch (IOException e) {
                // The other side has had enough.
            }
        }
        othersAreWell();
    }
}
