package dev.maintainer.transport.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.PeerCallException;
import dev.maintainer.runtime.peer.PeerCalls;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Handshake;
import dev.maintainer.transport.grpc.session.Handshake.Verdict;
import dev.maintainer.transport.grpc.session.HandshakeRefusal;
import dev.maintainer.transport.grpc.session.Hello;
import io.grpc.Context;
import io.grpc.Deadline;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Answers what peers ask. Each question is judged as a session is, so a refused one is never executed. Thread-safe. */
final class AskServer {
    /** For callers that have said nothing about how long they wait. */
    private static final long LONGEST_MILLIS = 60_000;

    private final Wiring wiring;
    private final Handshake handshake;
    private final Map<NodeId, PeerCalls.Handler> handlers = new ConcurrentHashMap<>();
    private final Semaphore places = new Semaphore(PeerCalls.MOST_AT_A_TIME);
    /** Those whose caller is in no roster that has come here yet. */
    private final Set<Question> waiting = ConcurrentHashMap.newKeySet();

    AskServer(Wiring wiring, Handshake handshake) {
        this.wiring = wiring;
        this.handshake = handshake;
    }

    void serve(NodeId node, PeerCalls.Handler handler) {
        handlers.put(node, handler);
    }

    void unregister(NodeId node) {
        handlers.remove(node);
    }

    void tick(long nowMillis) {
        List.copyOf(waiting).forEach(question -> question.judge(nowMillis));
    }

    /** A node asks itself. */
    CompletableFuture<byte[]> askSelf(NodeId self, byte[] request, Duration timeout) {
        boolean answers = answers(self);
        return (answers ? answer(self, self, request) : CompletableFuture.<byte[]>failedFuture(new TimeoutException()))
                .copy()
                .orTimeout(timeout.toMillis() + 1, TimeUnit.MILLISECONDS)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(new PeerCallException(
                        ErrorCode.NODE_UNAVAILABLE,
                        "node " + self + ", which is this one, does not answer: "
                                + (answers ? TransportFrames.shown(String.valueOf(failure)) : "it is starting"),
                        answers,
                        failure)));
    }

    private CompletableFuture<byte[]> answer(NodeId from, NodeId to, byte[] request) {
        PeerCalls.Handler handler = handlers.get(to);
        if (handler == null) {
            return CompletableFuture.failedFuture(new IllegalStateException("node " + to + " answers nothing"));
        }
        try {
            return Objects.requireNonNull(handler.answer(from, request), "no answer");
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private boolean answers(NodeId node) {
        return handlers.containsKey(node);
    }

    void ask(Transport.AskRequest request, ServerCallStreamObserver<Transport.AskAnswer> out) {
        // Otherwise an answer to a caller that is gone is an error.
        out.setOnCancelHandler(() -> {});
        Optional<Hello> hello = TransportFrames.hello(request.getHello());
        if (hello.isEmpty() || !request.hasPayload() || request.getPayload().size() > PeerCalls.MAX_REQUEST_BYTES) {
            refuse(
                    out,
                    HandshakeRefusal.NOT_A_HANDSHAKE,
                    "a question must have a hello and at most " + PeerCalls.MAX_REQUEST_BYTES + " bytes");
        } else if (!CallerIdentity.current().is(hello.get().from())) {
            refuse(
                    out,
                    HandshakeRefusal.WRONG_IDENTITY,
                    "the certificate is not one of node "
                            + TransportFrames.shown(hello.get().from().value()));
        } else if (!places.tryAcquire()) {
            refuse(out, HandshakeRefusal.BUSY, "too many questions");
        } else {
            new Question(hello.get(), request, out).judge(Wiring.nowMillis());
        }
    }

    private void refuse(ServerCallStreamObserver<Transport.AskAnswer> out, HandshakeRefusal reason, String text) {
        wiring.counters().count("questions refused", reason);
        Transport.Refusal refusal = TransportFrames.refusal(
                        reason, text, wiring.directory().version())
                .getRefusal();
        end(out, Transport.AskAnswer.newBuilder().setRefusal(refusal).build());
    }

    private static void end(ServerCallStreamObserver<Transport.AskAnswer> out, Transport.AskAnswer answer) {
        Outbound<Transport.AskAnswer> ending = new Outbound<>(out);
        ending.send(answer);
        ending.finish();
    }

    /** A question that has one of the places. */
    private final class Question {
        private final Hello hello;
        private final Transport.AskRequest request;
        private final ServerCallStreamObserver<Transport.AskAnswer> out;
        private final long begunMillis = Wiring.nowMillis();
        private final long endMillis;

        Question(Hello hello, Transport.AskRequest request, ServerCallStreamObserver<Transport.AskAnswer> out) {
            this.hello = hello;
            this.request = request;
            this.out = out;
            Deadline deadline = Context.current().getDeadline();
            long left = deadline == null ? LONGEST_MILLIS : deadline.timeRemaining(TimeUnit.MILLISECONDS);
            this.endMillis = begunMillis + Math.min(left, LONGEST_MILLIS);
        }

        /** Called by one thread at a time: that of the call, and then, while it waits, the timer. */
        void judge(long nowMillis) {
            Verdict verdict = handshake.judge(hello, nowMillis - begunMillis);
            if (verdict instanceof Verdict.Waiting && !out.isCancelled()) {
                waiting.add(this);
                return;
            }
            waiting.remove(this);
            if (verdict instanceof Verdict.Refused refused) {
                leave(refused.reason(), refused.text());
            } else if (verdict instanceof Verdict.Waiting) {
                leave(HandshakeRefusal.UNKNOWN_SENDER, "nobody waits for the answer any more");
            } else if (!answers(hello.to())) {
                leave(HandshakeRefusal.BUSY, "node " + hello.to() + " does not answer questions yet");
            } else {
                execute();
            }
        }

        private void leave(HandshakeRefusal reason, String text) {
            places.release();
            refuse(out, reason, text);
        }

        private void execute() {
            long left = Math.max(1, endMillis - Wiring.nowMillis());
            CompletableFuture<?> unused = answer(
                            hello.from(), hello.to(), request.getPayload().toByteArray())
                    .copy()
                    .orTimeout(left, TimeUnit.MILLISECONDS)
                    .whenComplete(this::executed);
        }

        private void executed(byte @Nullable [] answer, @Nullable Throwable failure) {
            places.release();
            if (failure != null || answer == null) {
                wiring.warnOnce(
                        "question " + hello.from(),
                        "a question of node {} has failed: {}",
                        hello.from(),
                        TransportFrames.shown(String.valueOf(failure)));
                if (failure instanceof TimeoutException) {
                    // As the caller says it, whose clock runs out at about the same moment.
                    new Outbound<>(out).abort(Status.DEADLINE_EXCEEDED);
                } else {
                    fail(TransportFrames.shown(String.valueOf(failure)));
                }
            } else if (answer.length > PeerCalls.MAX_ANSWER_BYTES) {
                fail("an answer of " + answer.length + " bytes; at most " + PeerCalls.MAX_ANSWER_BYTES
                        + " can be sent");
            } else {
                end(
                        out,
                        Transport.AskAnswer.newBuilder()
                                .setPayload(UnsafeByteOperations.unsafeWrap(answer))
                                .build());
            }
        }

        private void fail(String why) {
            new Outbound<>(out).abort(Status.INTERNAL.withDescription(why));
        }
    }
}
