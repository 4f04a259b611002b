package dev.maintainer.transport.grpc;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;

/** The sending half of a call, which keeps what it is given. It is ready as long as the test says so. */
class FakeCall<T> extends ServerCallStreamObserver<T> {
    final List<T> frames = new ArrayList<>();
    int requested;
    boolean ready = true;
    boolean ended;

    @Override
    public void onNext(T frame) {
        if (ended) {
            throw new IllegalStateException("the call has ended");
        }
        frames.add(frame);
    }

    @Override
    public void onError(Throwable cause) {
        ended = true;
    }

    @Override
    public void onCompleted() {
        ended = true;
    }

    @Override
    public boolean isReady() {
        return ready;
    }

    @Override
    public void request(int count) {
        requested += count;
    }

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public void setOnCancelHandler(Runnable handler) {}

    @Override
    public void setCompression(String compression) {}

    @Override
    public void setOnReadyHandler(Runnable handler) {}

    @Override
    public void setMessageCompression(boolean enable) {}

    @Override
    public void disableAutoInboundFlowControl() {}
}
