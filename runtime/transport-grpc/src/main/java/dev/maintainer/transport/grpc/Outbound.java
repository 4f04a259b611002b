package dev.maintainer.transport.grpc;

import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import io.grpc.stub.ClientCallStreamObserver;

/**
 * The sending half of a stream, for several threads. gRPC buffers whatever it is given, so large frames are sent only while it
 * is ready. Whatever happens after the end is of no effect.
 */
final class Outbound<T> {
    private final CallStreamObserver<T> call;
    private boolean ended;

    Outbound(CallStreamObserver<T> call) {
        this.call = call;
    }

    boolean isReady() {
        return call.isReady();
    }

    /** False if the stream has ended. */
    synchronized boolean send(T frame) {
        if (ended) {
            return false;
        }
        try {
            call.onNext(frame);
            return true;
        } catch (RuntimeException e) {
            // The call was ended by the other side or by the connection; whoever reads from it hears of it.
            ended = true;
            return false;
        }
    }

    /** Asks for another frame of the other side. */
    void request() {
        call.request(1);
    }

    /** Ends the stream in an orderly way: what was sent before arrives. */
    synchronized void finish() {
        if (!ended) {
            ended = true;
            try {
                call.onCompleted();
            } catch (RuntimeException e) {
                // As above.
            }
        }
    }

    /** Ends the stream at once. */
    synchronized void abort(Status status) {
        boolean wasEnded = ended;
        ended = true;
        try {
            if (call instanceof ClientCallStreamObserver<T> client) {
                client.cancel(status.getDescription(), null);
            } else if (!wasEnded) {
                call.onError(status.asRuntimeException());
            }
        } catch (RuntimeException e) {
            // As above.
        }
    }
}
