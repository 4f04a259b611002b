package dev.maintainer.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.PeerCallException;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.runtime.peer.PeerSecurity;
import dev.maintainer.runtime.peer.PeerSecurity.MutualTls;
import dev.maintainer.runtime.testing.TestAuthority;
import dev.maintainer.runtime.testing.TestAuthority.Issued;
import dev.maintainer.runtime.tls.TlsFiles;
import dev.maintainer.threads.testing.Until;
import dev.maintainer.transport.grpc.proto.PeerServiceGrpc;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Lane;
import dev.maintainer.transport.grpc.tls.PeerTls;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.StreamObserver;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes that show certificates. */
class TlsNetworkTest {
    private static final NodeId A = new NodeId("a.1111");
    private static final NodeId B = new NodeId("b.2222");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path temporary;

    @SuppressWarnings("NullAway.Init")
    private static TestAuthority authority;

    @SuppressWarnings("NullAway.Init")
    private static MutualTls ofA;

    @SuppressWarnings("NullAway.Init")
    private static MutualTls ofB;

    private final Roster roster = new Roster();
    private final Deque<GrpcNetwork> open = new ArrayDeque<>();

    @BeforeAll
    static void certificates() {
        authority = new TestAuthority(temporary.resolve("ours"));
        ofA = issued(authority, "a", "shop");
        ofB = issued(authority, "b", "shop");
    }

    private static MutualTls issued(TestAuthority by, String node, String cluster) {
        return new MutualTls(files(by.issue(node, "uri:maintainer://" + cluster + "/" + node)));
    }

    private static TlsFiles files(Issued issued) {
        return new TlsFiles(issued.key(), issued.certificate(), issued.authority());
    }

    @AfterEach
    void close() {
        open.forEach(GrpcNetwork::close);
    }

    private GrpcNetwork process(PeerSecurity security) {
        GrpcNetwork network =
                new GrpcNetwork(new NetworkSettings("shop", "x", "127.0.0.1", 0, security), roster, PeerListener.NONE);
        open.push(network);
        return network;
    }

    private Inbox runs(GrpcNetwork process, NodeId node) {
        Inbox inbox = new Inbox();
        process.register(node, inbox);
        roster.join(node, process.port());
        process.callsOf(node)
                .serve((from, request) ->
                        CompletableFuture.completedFuture(from.value().getBytes(StandardCharsets.UTF_8)));
        return inbox;
    }

    private static Message message(long number) {
        return new CoordinatorRequest.CoordinatorBootstrap(number);
    }

    /** Whether {@code to} answers what {@code from} asks. */
    private static boolean isAnswered(GrpcNetwork process, NodeId from, NodeId to) {
        return process.callsOf(from)
                .call(to, new byte[0], Duration.ofSeconds(10))
                .handle((answer, failure) -> failure == null)
                .join();
    }

    private static long count(GrpcNetwork process, String what) {
        return process.counters().getOrDefault(what, 0L);
    }

    @Test
    @DisplayName("nodes with certificates of their names talk, and ask one another")
    void talk() {
        GrpcNetwork one = process(ofA);
        GrpcNetwork two = process(ofB);
        Inbox atA = runs(one, A);
        Inbox atB = runs(two, B);

        one.transportOf(A).send(B, message(1));
        atB.await(1, "message from a");
        two.transportOf(B).send(A, message(2));
        atA.await(1, "message from b");

        assertThat(isAnswered(one, A, B)).isTrue();
        assertThat(isAnswered(two, B, A)).isTrue();
    }

    @Test
    @DisplayName(
            "a caller that says it is another member than its certificate is refused, with the reason, at both ends")
    void anotherMember() {
        GrpcNetwork one = process(ofA);
        GrpcNetwork two = process(ofB);
        NodeId c = new NodeId("c.3333");
        Inbox atA = runs(one, A);
        runs(two, B);
        runs(two, c);

        two.transportOf(c).send(A, message(1));
        Until.holds(
                "a refuses c",
                () -> count(one, "callers refused wrong_identity") > 0
                        && count(two, "refused by peers wrong_identity") > 0,
                () -> one.counters() + " " + two.counters());

        assertThatThrownBy(() -> two.callsOf(c)
                        .call(A, new byte[0], Duration.ofSeconds(10))
                        .join())
                .cause()
                .isInstanceOfSatisfying(
                        PeerCallException.class,
                        e -> assertThat(e.isPerhapsExecuted()).isFalse())
                .hasMessageContaining("WRONG_IDENTITY");
        assertThat(atA.size()).isZero();
    }

    @Test
    @DisplayName("a member cannot open a lane of the session that another member has")
    void anotherSession() {
        GrpcNetwork one = process(ofA);
        GrpcNetwork two = process(ofB);
        NodeId c = new NodeId("c.3333");
        MutualTls ofC = issued(authority, "c", "shop");
        GrpcNetwork three = process(ofC);
        Inbox atB = runs(two, B);
        runs(one, A);
        runs(three, c);
        one.transportOf(A).send(B, message(1));
        atB.await(1, "message from a");
        ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", two.port())
                .sslContext(Objects.requireNonNull(PeerTls.of("shop", ofC)).client(B, why -> {}))
                .build();
        try {
            CompletableFuture<String> end = new CompletableFuture<>();
            PeerServiceGrpc.newStub(channel)
                    .lane(new StreamObserver<>() {
                        @Override
                        public void onNext(Transport.LaneFrame frame) {
                            end.complete("an answer");
                        }

                        @Override
                        public void onError(Throwable cause) {
                            end.complete(String.valueOf(cause.getMessage()));
                        }

                        @Override
                        public void onCompleted() {
                            end.complete("an end");
                        }
                    })
                    .onNext(TransportFrames.open(A, B, two.generation(B, A), Lane.REPORT));
            Until.holds("the lane is closed", end::isDone, two::counters);

            assertThat(end).isCompletedWithValueMatching(text -> text.contains("no such session"));
        } finally {
            channel.shutdownNow();
        }
    }

    @Test
    @DisplayName("a node whose address another one has taken is not spoken to: the other has no certificate of it")
    void anotherTarget() {
        GrpcNetwork one = process(ofA);
        GrpcNetwork two = process(ofB);
        NodeId c = new NodeId("c.3333");
        runs(one, A);
        Inbox atC = new Inbox();
        two.register(c, atC);
        roster.join(c, two.port());

        one.transportOf(A).send(c, message(1));

        Until.holds("a refuses who is there", () -> count(one, "peers refused wrong_identity") > 0, one::counters);
        assertThat(isAnswered(one, A, c)).isFalse();
        assertThat(atC.size()).isZero();
    }

    @Test
    @DisplayName("a certificate that another authority has signed opens nothing, and neither does plain text")
    void strangers() {
        TestAuthority other = new TestAuthority(temporary.resolve("theirs"));
        GrpcNetwork one = process(ofA);
        GrpcNetwork forged = process(issued(other, "b", "shop"));
        GrpcNetwork plain = process(new PeerSecurity.Loopback());
        NodeId c = new NodeId("c.3333");
        Inbox atA = runs(one, A);
        Inbox atB = runs(forged, B);
        Inbox atC = runs(plain, c);

        forged.transportOf(B).send(A, message(1));
        plain.transportOf(c).send(A, message(1));
        one.transportOf(A).send(B, message(1));
        one.transportOf(A).send(c, message(1));
        Until.holds(
                "a refuses the certificate of b",
                () -> count(one, "peers refused wrong_identity") > 0,
                () -> one.counters() + " " + forged.counters());

        assertThat(isAnswered(one, A, B)).isFalse();
        assertThat(isAnswered(forged, B, A)).isFalse();
        assertThat(isAnswered(one, A, c)).isFalse();
        assertThat(isAnswered(plain, c, A)).isFalse();
        assertThat(atA.size() + atB.size() + atC.size()).isZero();
    }

    @Test
    @DisplayName("files that change are read again: sessions begin anew, and who is not trusted any more stays outside")
    void reload() {
        TestAuthority next = new TestAuthority(temporary.resolve("next"));
        Issued nextOfA = next.issue("a", "uri:maintainer://shop/a");
        Issued files = new Issued(
                temporary.resolve("live.key"), temporary.resolve("live.pem"), temporary.resolve("live.ca.pem"));
        files.takeFrom(new Issued(
                ofA.files().key(), ofA.files().certificate(), ofA.files().authority()));
        GrpcNetwork one = process(new MutualTls(files(files)));
        GrpcNetwork two = process(ofB);
        runs(one, A);
        Inbox atB = runs(two, B);
        one.transportOf(A).send(B, message(1));
        atB.await(1, "message from a");
        long former = one.generation(A, B);

        TestAuthority.replace(files.authority(), "half of a certi");
        one.reloadNow();
        assertThat(isAnswered(one, A, B))
                .as("what is half written changes nothing")
                .isTrue();
        assertThat(one.generation(A, B)).isEqualTo(former);
        TestAuthority.replace(files.authority(), authority.authority() + next.authority());
        one.reloadNow();
        Until.holds(
                "a session under the new files",
                () -> {
                    one.transportOf(A).send(B, message(2));
                    return one.generation(A, B) > former;
                },
                one::counters);

        files.takeFrom(nextOfA);
        one.reloadNow();

        Until.holds(
                "a and b do not trust one another any more",
                () -> {
                    one.transportOf(A).send(B, message(3));
                    return count(one, "peers refused wrong_identity") > 0
                            || count(two, "peers refused wrong_identity") > 0;
                },
                () -> one.counters() + " " + two.counters());
        assertThat(isAnswered(one, A, B)).isFalse();
        assertThat(isAnswered(two, B, A)).isFalse();
    }

    @Test
    @DisplayName("files that cannot be used are refused when the process starts, with their names")
    void badFiles() {
        TlsFiles good = ofA.files();
        TlsFiles missing = new TlsFiles(temporary.resolve("none"), good.certificate(), good.authority());
        TlsFiles mixed = new TlsFiles(ofB.files().key(), good.certificate(), good.authority());
        TlsFiles noKey = new TlsFiles(good.certificate(), good.certificate(), good.authority());
        TlsFiles elsewhere = files(authority.issue("e", "uri:maintainer://elsewhere/a"));

        refused(missing, "none");
        refused(mixed, "the certificate is not that of the key");
        refused(noKey, "the key is not PKCS #8 in PEM");
        refused(elsewhere, "no URI maintainer://shop/NODE_NAME");
    }

    @Test
    @DisplayName("a node with the certificate of another one is refused when it starts, and not by each of its peers")
    void certificateOfAnother() {
        refused(new MutualTls(ofA.files(), "b"), "no URI maintainer://shop/b among its alternative names");
        refused(new MutualTls(ofA.files(), "a.b"), "no URI maintainer://shop/a.b ");
        assertThat(process(new MutualTls(ofA.files(), "a")).port()).isPositive();
    }

    private void refused(TlsFiles files, String why) {
        refused(new MutualTls(files), why);
    }

    private void refused(MutualTls security, String why) {
        assertThatThrownBy(() -> new GrpcNetworkProvider().check("shop", security))
                .hasMessageContaining(why);
        assertThatThrownBy(() -> process(security))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining(why);
    }
}
