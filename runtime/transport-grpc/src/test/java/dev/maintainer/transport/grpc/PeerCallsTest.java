package dev.maintainer.transport.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.NetworkSettings;
import dev.maintainer.runtime.peer.PeerCallException;
import dev.maintainer.runtime.peer.PeerCalls;
import dev.maintainer.runtime.peer.PeerListener;
import dev.maintainer.threads.testing.Until;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Nodes ask one another, over sockets. */
class PeerCallsTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final Roster roster = new Roster();
    private final Deque<GrpcNetwork> open = new ArrayDeque<>();
    private final Queue<String> executed = new ConcurrentLinkedQueue<>();
    private final GrpcNetwork one = process("c", roster);
    private final GrpcNetwork two = process("c", roster);
    private final PeerCalls ofA = one.callsOf(A);
    private final PeerCalls ofB = two.callsOf(B);

    @BeforeEach
    void join() {
        one.register(A, new Inbox());
        two.register(B, new Inbox());
        roster.join(A, one.port());
        roster.join(B, two.port());
    }

    @AfterEach
    void close() {
        open.forEach(GrpcNetwork::close);
    }

    private GrpcNetwork process(String cluster, Roster known) {
        GrpcNetwork network = new GrpcNetwork(NetworkSettings.loopback(cluster), known, PeerListener.NONE);
        open.push(network);
        return network;
    }

    private CompletableFuture<byte[]> greeting(NodeId from, byte[] request) {
        String text = from + " says " + new String(request, StandardCharsets.UTF_8);
        executed.add(text);
        return CompletableFuture.completedFuture(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] answer(CompletableFuture<byte[]> call) {
        try {
            return call.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | InterruptedException | TimeoutException e) {
            throw new AssertionError("waited in vain for the answer to a call", e);
        }
    }

    private static PeerCallException failure(CompletableFuture<byte[]> call) {
        try {
            byte[] answer = call.get(30, TimeUnit.SECONDS);
            throw new AssertionError("an answer of " + answer.length + " bytes");
        } catch (ExecutionException e) {
            return (PeerCallException) Objects.requireNonNull(e.getCause());
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("waited in vain for the failure of a call", e);
        }
    }

    @Test
    @DisplayName("a node answers what another one asks, and what it asks itself, and knows who it is")
    void asked() {
        ofB.serve(this::greeting);
        ofA.serve(this::greeting);

        assertThat(answer(ofA.call(B, bytes("hello"), LONG))).asString().isEqualTo("a says hello");
        assertThat(answer(ofB.call(A, bytes("hello"), LONG))).asString().isEqualTo("b says hello");
        assertThat(answer(ofA.call(A, new byte[0], LONG))).asString().isEqualTo("a says ");
    }

    @Test
    @DisplayName("the longest request and the longest answer pass; longer ones are refused, each before it is sent")
    void sizes() {
        ofB.serve((from, request) -> CompletableFuture.completedFuture(
                new byte[request.length == 1 ? PeerCalls.MAX_ANSWER_BYTES + 1 : PeerCalls.MAX_ANSWER_BYTES]));

        assertThat(answer(ofA.call(B, new byte[PeerCalls.MAX_REQUEST_BYTES], LONG)))
                .hasSize(PeerCalls.MAX_ANSWER_BYTES);
        PeerCallException request = failure(ofA.call(B, new byte[PeerCalls.MAX_REQUEST_BYTES + 1], LONG));
        PeerCallException answer = failure(ofA.call(B, new byte[1], LONG));

        assertThat(request.code()).isEqualTo(ErrorCode.REQUEST_REFUSED);
        assertThat(request.isPerhapsExecuted()).isFalse();
        assertThat(answer).hasMessageContaining("an answer of 4194305 bytes");
        assertThat(answer.isPerhapsExecuted()).isTrue();
    }

    @Test
    @DisplayName(
            "what was certainly not executed says so: no member, nobody there, nobody who answers yet, another cluster")
    void notExecuted() {
        NodeId away = new NodeId("away");
        NodeId other = new NodeId("other");
        GrpcNetwork elsewhere = process("another cluster", roster);
        elsewhere.register(other, new Inbox());
        elsewhere.callsOf(other).serve(this::greeting);
        roster.join(away, 1);
        roster.join(other, elsewhere.port());

        for (NodeId asked : List.of(new NodeId("nobody"), away, B, other)) {
            PeerCallException failure = failure(ofA.call(asked, bytes("stop"), LONG));
            assertThat(failure.code()).isEqualTo(ErrorCode.NODE_UNAVAILABLE);
            assertThat(failure.isPerhapsExecuted()).as("%s", failure).isFalse();
            assertThat(failure)
                    .hasMessageContaining("node " + asked)
                    .hasMessageEndingWith("the request was not executed");
        }
        assertThat(failure(ofA.call(A, bytes("stop"), LONG)).isPerhapsExecuted())
                .isFalse();
        assertThat(executed).isEmpty();
    }

    @Test
    @DisplayName(
            "what may have been executed says so: no answer in time, a connection that is lost, a handler that fails")
    void perhapsExecuted() {
        ofB.serve((from, request) -> {
            executed.add("stop");
            if (request.length == 0) {
                throw new IllegalStateException("\u001b[2Jbroken");
            }
            return new CompletableFuture<>();
        });

        PeerCallException late = failure(ofA.call(B, bytes("x"), SHORT));
        PeerCallException broken = failure(ofA.call(B, new byte[0], LONG));
        CompletableFuture<byte[]> lost = ofA.call(B, bytes("x"), LONG);
        Until.holds("the third question is there", () -> executed.size() == 3, () -> executed);
        two.close();

        assertThat(late.isPerhapsExecuted()).isTrue();
        assertThat(late)
                .hasMessageContaining("has not answered in time")
                .hasMessageContaining("look before you repeat it");
        assertThat(broken.isPerhapsExecuted()).isTrue();
        assertThat(broken).hasMessageContaining("\\u001b[2Jbroken");
        assertThat(failure(lost).isPerhapsExecuted()).isTrue();
    }

    @Test
    @DisplayName("so many calls at a time, and no more; those that came to nothing give their places back at both ends")
    void places() {
        ofB.serve((from, request) -> new CompletableFuture<>());
        List<CompletableFuture<byte[]>> calls = new ArrayList<>();
        for (int i = 0; i < PeerCalls.MOST_AT_A_TIME; i++) {
            calls.add(ofA.call(B, new byte[0], Duration.ofSeconds(2)));
        }

        assertThat(failure(ofA.call(B, new byte[0], LONG)))
                .hasMessageContaining("waits for 64 answers")
                .hasMessageEndingWith("the request was not executed");
        calls.forEach(PeerCallsTest::failure);
        ofB.serve(this::greeting);
        Until.holds(
                "b has room again",
                () -> {
                    CompletableFuture<byte[]> call = ofA.call(B, bytes("hello"), LONG);
                    return call.handle((answer, failure) -> failure == null).join();
                },
                two::counters);
    }

    @Test
    @DisplayName("a caller that nobody waits for any more is told to the network")
    void cancelled() {
        ofB.serve((from, request) -> new CompletableFuture<>());
        for (int i = 0; i < 2 * PeerCalls.MOST_AT_A_TIME; i++) {
            CompletableFuture<byte[]> call = ofA.call(B, new byte[0], LONG);
            assertThat(call).as("call %s", i).isNotCompletedExceptionally();
            call.cancel(false);
        }
    }

    @Test
    @DisplayName("who is no member executes nothing; who has become one a moment ago waits until the roster says so")
    void membersOnly() {
        ofB.serve(this::greeting);
        NodeId c = new NodeId("c");
        Roster newer = new Roster();
        GrpcNetwork three = process("c", newer);
        three.register(c, new Inbox());
        PeerCalls ofC = three.callsOf(c);
        newer.join(B, two.port());
        assertThat(failure(ofC.call(B, bytes("hello"), LONG))).hasMessageContaining("node c is no member");
        newer.join(c, three.port());
        assertThat(failure(ofC.call(B, bytes("hello"), LONG))).hasMessageContaining("NOT_A_MEMBER");
        assertThat(executed).isEmpty();
        newer.join(c, three.port());

        CompletableFuture<byte[]> early = ofC.call(B, bytes("hello"), LONG);
        assertThat(early).isNotDone();
        roster.join(c, three.port());

        assertThat(answer(early)).asString().isEqualTo("c says hello");
    }

    @Test
    @DisplayName("who has left asks nobody any more, and is told so")
    void closed() {
        ofB.serve(this::greeting);
        one.close();

        assertThat(failure(ofA.call(B, bytes("hello"), LONG))).hasMessageEndingWith("the request was not executed");
        assertThat(executed).isEmpty();
    }

    @Test
    @DisplayName("a timeout that is none is a bug of the caller")
    void noTimeout() {
        assertThatThrownBy(() -> ofA.call(B, new byte[0], Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
    }
}
