package dev.maintainer.transport.grpc;

import com.google.protobuf.UnsafeByteOperations;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.PeerCallException;
import dev.maintainer.runtime.peer.PeerCalls;
import dev.maintainer.transport.grpc.proto.PeerServiceGrpc;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.HandshakeRefusal;
import io.grpc.Attributes;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ClientStreamTracer;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks peers, one question per call, over a connection of its own for each peer. Thread-safe. */
final class AskClient {
    /** What surrounds an answer. */
    private static final int ENVELOPE_BYTES = 1 << 10;

    private final Wiring wiring;
    private final Semaphore places = new Semaphore(PeerCalls.MOST_AT_A_TIME);

    AskClient(Wiring wiring) {
        this.wiring = wiring;
    }

    CompletableFuture<byte[]> call(NodeId from, NodeId to, byte[] request, Duration timeout) {
        Optional<Peer> peer = wiring.directory().find(to);
        if (peer.isEmpty()) {
            return failed("node " + to + " is no member of the cluster");
        }
        if (wiring.directory().find(from).isEmpty()) {
            return failed("node " + from + " is no member of the cluster itself, so no other node answers it");
        }
        if (wiring.channels().isClosed()) {
            return failed("the network of this process is closed");
        }
        if (!places.tryAcquire()) {
            return failed("this process waits for " + PeerCalls.MOST_AT_A_TIME
                    + " answers of other nodes already; try again later");
        }
        CompletableFuture<byte[]> answer = new CompletableFuture<>();
        try {
            begin(from, peer.get(), request, timeout, answer);
        } catch (RuntimeException e) {
            answer.completeExceptionally(e);
        }
        CompletableFuture<?> unused = answer.whenComplete((bytes, failure) -> places.release());
        return answer;
    }

    private void begin(NodeId from, Peer peer, byte[] request, Duration timeout, CompletableFuture<byte[]> answer) {
        Sent sent = new Sent();
        ClientCall<Transport.AskRequest, Transport.AskAnswer> call = wiring.channels()
                .shared(peer)
                .newCall(
                        PeerServiceGrpc.getAskMethod(),
                        CallOptions.DEFAULT
                                .withDeadlineAfter(timeout.toNanos(), TimeUnit.NANOSECONDS)
                                .withMaxInboundMessageSize(PeerCalls.MAX_ANSWER_BYTES + ENVELOPE_BYTES)
                                .withStreamTracerFactory(sent));
        Transport.AskRequest message = Transport.AskRequest.newBuilder()
                .setHello(TransportFrames.hello(wiring.hello(from, peer.node(), 0))
                        .getHello())
                .setPayload(UnsafeByteOperations.unsafeWrap(request))
                .build();
        ClientCalls.asyncUnaryCall(call, message, new Answer(from, peer, sent, answer));
        CompletableFuture<?> unused = answer.whenComplete((bytes, failure) -> {
            if (answer.isCancelled()) {
                call.cancel("nobody waits for the answer any more", null);
            }
        });
    }

    private static CompletableFuture<byte[]> failed(String why) {
        return CompletableFuture.failedFuture(new PeerCallException(ErrorCode.NODE_UNAVAILABLE, why, false, null));
    }

    /** Whether there was ever a connection over which the request can have left. */
    private static final class Sent extends ClientStreamTracer.Factory {
        private volatile boolean begun;

        @Override
        public ClientStreamTracer newClientStreamTracer(ClientStreamTracer.StreamInfo info, Metadata headers) {
            return new ClientStreamTracer() {
                @Override
                public void streamCreated(Attributes transport, Metadata headers) {
                    begun = true;
                }
            };
        }
    }

    private final class Answer implements StreamObserver<Transport.AskAnswer> {
        private final NodeId from;
        private final Peer peer;
        private final Sent sent;
        private final CompletableFuture<byte[]> answer;
        private Transport.@Nullable AskAnswer received;

        Answer(NodeId from, Peer peer, Sent sent, CompletableFuture<byte[]> answer) {
            this.from = from;
            this.peer = peer;
            this.sent = sent;
            this.answer = answer;
        }

        @Override
        public void onNext(Transport.AskAnswer next) {
            received = next;
        }

        @Override
        public void onCompleted() {
            Transport.AskAnswer complete = received;
            if (complete != null && complete.hasPayload()) {
                answer.complete(complete.getPayload().toByteArray());
            } else if (complete != null && complete.hasRefusal()) {
                refused(complete.getRefusal());
            } else {
                fail("has answered with nothing", true, null);
            }
        }

        private void refused(Transport.Refusal refusal) {
            HandshakeRefusal reason = TransportFrames.reason(refusal);
            wiring.refusedBy(peer.node(), from, reason, refusal.getRosterVersion());
            fail("refuses: " + reason + ": " + TransportFrames.shown(refusal.getText()), false, null);
        }

        @Override
        public void onError(Throwable cause) {
            Status status = Status.fromThrowable(cause);
            boolean perhaps = sent.begun && status.getCode() != Status.Code.UNIMPLEMENTED;
            fail(described(status), perhaps, cause);
        }

        /** What the library says of a deadline is about its own options. */
        private static String described(Status status) {
            String said = status.getDescription() == null ? "" : ": " + TransportFrames.shown(status.getDescription());
            return switch (status.getCode()) {
                case DEADLINE_EXCEEDED -> "has not answered in time";
                case UNAVAILABLE -> "cannot be reached" + said;
                default -> "does not answer: " + status.getCode() + said;
            };
        }

        private void fail(String what, boolean perhapsExecuted, @Nullable Throwable cause) {
            answer.completeExceptionally(new PeerCallException(
                    ErrorCode.NODE_UNAVAILABLE,
                    "node " + peer.node() + " at " + peer.host() + ":" + peer.port() + " " + what,
                    perhapsExecuted,
                    cause));
        }
    }
}
