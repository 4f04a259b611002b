package dev.maintainer.transport.grpc;

import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.transport.grpc.proto.PeerServiceGrpc;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Handshake;
import dev.maintainer.transport.grpc.session.Lane;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import org.jspecify.annotations.Nullable;

/** One try to connect, with a connection of its own, and the session that comes of it. */
final class Dial implements ClientResponseObserver<Transport.SessionFrame, Transport.SessionFrame> {
    private static final long LINGER_MILLIS = 1_000;

    private final Wiring wiring;
    private final PeerLink link;
    private final long generation;
    private final long startedMillis;
    private volatile @Nullable ManagedChannel channel;
    private volatile @Nullable Outbound<Transport.SessionFrame> out;
    private volatile @Nullable PeerSession session;
    private volatile boolean disconnected;

    Dial(Wiring wiring, PeerLink link, long generation, long nowMillis) {
        this.wiring = wiring;
        this.link = link;
        this.generation = generation;
        this.startedMillis = nowMillis;
    }

    /** The number that this side gives to the session; 0 if the other one numbers. */
    long generation() {
        return generation;
    }

    Outbound<Transport.SessionFrame> out() {
        Outbound<Transport.SessionFrame> present = out;
        if (present == null) {
            throw new IllegalStateException("the call has not begun");
        }
        return present;
    }

    boolean isLate(long nowMillis) {
        return session == null && nowMillis - startedMillis >= Handshake.TIMEOUT_MILLIS;
    }

    void start(Peer peer) {
        ManagedChannel connection = wiring.channels().open(peer);
        channel = connection;
        if (disconnected) {
            connection.shutdownNow();
            return;
        }
        PeerServiceGrpc.newStub(connection).session(this);
        out().send(TransportFrames.hello(wiring.hello(link.self(), link.remote(), generation)));
    }

    /** Closes the connection when what was sent has arrived, or after a while. */
    void hangUp() {
        ManagedChannel connection = channel;
        if (connection != null) {
            connection.shutdown();
            wiring.later(this::disconnect, LINGER_MILLIS);
        }
    }

    /** Closes the connection at once. */
    void disconnect() {
        disconnected = true;
        ManagedChannel connection = channel;
        if (connection != null) {
            connection.shutdownNow();
        }
    }

    @Override
    public void beforeStart(ClientCallStreamObserver<Transport.SessionFrame> call) {
        out = new Outbound<>(call);
    }

    @Override
    public void onNext(Transport.SessionFrame frame) {
        PeerSession open = session;
        if (open != null) {
            open.received(frame);
            return;
        }
        switch (frame.getFrameCase()) {
            case WELCOME -> begin(frame.getWelcome());
            case REFUSAL -> {
                Transport.Refusal refusal = frame.getRefusal();
                link.refused(
                        this,
                        TransportFrames.reason(refusal),
                        TransportFrames.shown(refusal.getText()),
                        refusal.getRosterVersion());
            }
            case HELLO, PING, PONG, END, FRAME_NOT_SET -> link.dialFailed(this);
        }
    }

    private void begin(Transport.Welcome welcome) {
        PeerSession begun = link.welcomed(this, welcome);
        if (begun == null) {
            link.dialFailed(this);
            return;
        }
        session = begun;
        ManagedChannel connection = channel;
        if (connection == null) {
            throw new IllegalStateException("a welcome without a connection");
        }
        for (Lane lane : Lane.values()) {
            LaneCall call = new LaneCall(begun, lane);
            PeerServiceGrpc.newStub(connection).lane(call);
            call.open();
        }
    }

    @Override
    public void onError(Throwable cause) {
        over(String.valueOf(cause.getMessage()));
    }

    @Override
    public void onCompleted() {
        over("the other side has closed it");
    }

    private void over(String reason) {
        PeerSession open = session;
        if (open != null) {
            open.end(TransportFrames.shown(reason));
        } else {
            link.dialFailed(this);
        }
    }

    /** A lane of a session that this side has dialled. */
    private final class LaneCall implements ClientResponseObserver<Transport.LaneFrame, Transport.LaneFrame> {
        private final PeerSession of;
        private final Lane lane;
        private volatile @Nullable LaneStream stream;

        LaneCall(PeerSession of, Lane lane) {
            this.of = of;
            this.lane = lane;
        }

        @Override
        public void beforeStart(ClientCallStreamObserver<Transport.LaneFrame> call) {
            call.disableAutoRequestWithInitial(1);
            call.setOnReadyHandler(() -> link.sender(lane).wake());
            stream = new LaneStream(wiring, of, lane, new Outbound<>(call));
        }

        void open() {
            LaneStream begun = stream;
            if (begun == null) {
                throw new IllegalStateException("the call has not begun");
            }
            begun.out().send(TransportFrames.open(link.self(), link.remote(), of.generation(), lane));
            of.add(begun);
        }

        @Override
        public void onNext(Transport.LaneFrame frame) {
            LaneStream begun = stream;
            if (begun != null) {
                begun.received(frame);
            }
        }

        @Override
        public void onError(Throwable cause) {
            of.end("lane " + lane + ": " + TransportFrames.shown(String.valueOf(cause.getMessage())));
        }

        @Override
        public void onCompleted() {
            of.end("lane " + lane + " was closed");
        }
    }
}
