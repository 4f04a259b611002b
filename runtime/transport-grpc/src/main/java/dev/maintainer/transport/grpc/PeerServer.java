package dev.maintainer.transport.grpc;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.transport.grpc.proto.PeerServiceGrpc;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Handshake;
import dev.maintainer.transport.grpc.session.Handshake.Verdict;
import dev.maintainer.transport.grpc.session.HandshakeRefusal;
import dev.maintainer.transport.grpc.session.Hello;
import dev.maintainer.transport.grpc.session.Lane;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The side that is called. Whoever has not said yet who it is can do nothing but wait, and not for long. */
final class PeerServer extends PeerServiceGrpc.PeerServiceImplBase {
    /** Calls of which it is not known yet who they are from. */
    private static final int MOST_PENDING = 1_024;

    private final Wiring wiring;
    private final Handshake handshake;
    private final AskServer questions;
    private final Links links;

    private final Set<Pending> pending = ConcurrentHashMap.newKeySet();

    /** The links of this process. */
    interface Links {
        /** Null if the node does not run here (any more). */
        @Nullable
        PeerLink make(NodeId self, NodeId remote);

        /** Null if there is none. */
        @Nullable
        PeerLink find(NodeId self, NodeId remote);
    }

    /** A call of which something is awaited. */
    private interface Pending {
        void tick(long nowMillis);
    }

    PeerServer(Wiring wiring, Handshake handshake, AskServer questions, Links links) {
        this.wiring = wiring;
        this.handshake = handshake;
        this.questions = questions;
        this.links = links;
    }

    void tick(long nowMillis) {
        List.copyOf(pending).forEach(call -> call.tick(nowMillis));
    }

    int waitingCallers() {
        return pending.size();
    }

    @Override
    public StreamObserver<Transport.SessionFrame> session(StreamObserver<Transport.SessionFrame> responses) {
        SessionCall call = new SessionCall((ServerCallStreamObserver<Transport.SessionFrame>) responses);
        if (pending.size() >= MOST_PENDING) {
            call.refuse(HandshakeRefusal.BUSY, "too many callers");
        } else {
            pending.add(call);
        }
        return call;
    }

    @Override
    public StreamObserver<Transport.LaneFrame> lane(StreamObserver<Transport.LaneFrame> responses) {
        LaneCall call = new LaneCall((ServerCallStreamObserver<Transport.LaneFrame>) responses);
        if (pending.size() >= MOST_PENDING) {
            call.fail("too many callers");
        } else {
            pending.add(call);
        }
        return call;
    }

    @Override
    public void ask(Transport.AskRequest request, StreamObserver<Transport.AskAnswer> responses) {
        questions.ask(request, (ServerCallStreamObserver<Transport.AskAnswer>) responses);
    }

    private final class SessionCall implements StreamObserver<Transport.SessionFrame>, Pending {
        private final Outbound<Transport.SessionFrame> out;
        private final CallerIdentity caller;
        private final long startedMillis = Wiring.nowMillis();
        private @Nullable Hello hello;
        private long helloMillis;
        private boolean judged;
        private @Nullable PeerSession session;
        private boolean over;

        SessionCall(ServerCallStreamObserver<Transport.SessionFrame> call) {
            this.out = new Outbound<>(call);
            this.caller = CallerIdentity.current();
            call.setOnCancelHandler(() -> over("the connection is lost"));
        }

        @Override
        public void onNext(Transport.SessionFrame frame) {
            PeerSession open;
            synchronized (this) {
                open = session;
                if (over) {
                    return;
                }
            }
            if (open != null) {
                open.received(frame);
                return;
            }
            Optional<Hello> said = frame.hasHello() ? TransportFrames.hello(frame.getHello()) : Optional.empty();
            if (said.isEmpty() || hello != null) {
                refuse(HandshakeRefusal.NOT_A_HANDSHAKE, "the first frame of a session must be a complete hello");
                return;
            }
            NodeId from = said.get().from();
            if (!caller.is(from)) {
                refuse(
                        HandshakeRefusal.WRONG_IDENTITY,
                        "the certificate is not one of node " + TransportFrames.shown(from.value()));
                return;
            }
            synchronized (this) {
                hello = said.get();
                helloMillis = Wiring.nowMillis();
            }
            judge(said.get(), 0);
        }

        private void judge(Hello from, long waitedMillis) {
            Verdict verdict = handshake.judge(from, waitedMillis);
            if (verdict instanceof Verdict.Accepted accepted && isFirst()) {
                accept(from, accepted);
            } else if (verdict instanceof Verdict.Refused refused && isFirst()) {
                refuse(refused.reason(), refused.text());
            }
        }

        /** The timer may have judged meanwhile; a caller that is told twice ends what the first has begun. */
        private synchronized boolean isFirst() {
            boolean first = !judged;
            judged = true;
            return first;
        }

        private void accept(Hello said, Verdict.Accepted accepted) {
            boolean callerNumbers = said.from().compareTo(said.to()) < 0;
            if (callerNumbers != (said.generation() > 0)) {
                refuse(HandshakeRefusal.NOT_A_HANDSHAKE, "the node with the smaller id numbers the sessions");
                return;
            }
            PeerLink link = links.make(said.to(), said.from());
            if (link == null) {
                refuse(HandshakeRefusal.WRONG_TARGET, "node " + said.to() + " does not run here");
                return;
            }
            link.heard(said.wallMillis(), said.rosterVersion());
            Hello own = wiring.hello(said.to(), said.from(), 0);
            PeerSession accepting;
            boolean gone;
            // The answer to the welcome waits for the lock, so it finds the session.
            synchronized (this) {
                accepting = link.accept(
                        said.generation(),
                        accepted.protocol(),
                        out,
                        generation ->
                                TransportFrames.welcome(own, generation, accepted.protocol(), accepted.features()));
                session = accepting;
                gone = over;
            }
            if (accepting == null) {
                refuse(HandshakeRefusal.SUPERSEDED, "there is a newer session");
                return;
            }
            pending.remove(this);
            if (gone) {
                accepting.end("the connection is lost");
            }
        }

        void refuse(HandshakeRefusal reason, String text) {
            synchronized (this) {
                over = true;
            }
            pending.remove(this);
            wiring.counters().count("callers refused", reason);
            wiring.warnOnce("caller " + reason, "a caller is refused: {}: {}", reason, text);
            out.send(TransportFrames.refusal(reason, text, wiring.directory().version()));
            out.finish();
        }

        @Override
        public void tick(long nowMillis) {
            Hello waiting;
            boolean known;
            synchronized (this) {
                known = over || judged;
                waiting = known ? null : hello;
            }
            if (known) {
                return;
            }
            if (waiting != null) {
                judge(waiting, nowMillis - helloMillis);
            } else if (nowMillis - startedMillis >= Handshake.TIMEOUT_MILLIS) {
                refuse(HandshakeRefusal.NOT_A_HANDSHAKE, "no hello came in " + Handshake.TIMEOUT_MILLIS + " ms");
            }
        }

        private void over(String reason) {
            PeerSession open;
            synchronized (this) {
                over = true;
                open = session;
            }
            pending.remove(this);
            if (open != null) {
                open.end(reason);
            }
        }

        @Override
        public void onError(Throwable cause) {
            over(TransportFrames.shown(String.valueOf(cause.getMessage())));
        }

        @Override
        public void onCompleted() {
            over("the other side has closed it");
            out.finish();
        }
    }

    private final class LaneCall implements StreamObserver<Transport.LaneFrame>, Pending {
        private final Outbound<Transport.LaneFrame> out;
        private final CallerIdentity caller = CallerIdentity.current();
        private final long startedMillis = Wiring.nowMillis();
        private volatile @Nullable PeerSession session;
        private volatile @Nullable LaneStream stream;
        private volatile @Nullable LaneSender sender;

        LaneCall(ServerCallStreamObserver<Transport.LaneFrame> call) {
            this.out = new Outbound<>(call);
            call.disableAutoRequest();
            call.setOnReadyHandler(() -> {
                LaneSender waiting = sender;
                if (waiting != null) {
                    waiting.wake();
                }
            });
            call.setOnCancelHandler(() -> over("the connection is lost"));
            call.request(1);
        }

        @Override
        public void onNext(Transport.LaneFrame frame) {
            LaneStream open = stream;
            if (open != null) {
                open.received(frame);
            } else if (frame.hasOpen()) {
                open(frame.getOpen());
            } else {
                fail("the first frame of a lane must name it");
            }
        }

        private void open(Transport.LaneOpen named) {
            NodeId from = TransportFrames.from(named);
            NodeId to = TransportFrames.to(named);
            Optional<Lane> lane = TransportFrames.lane(named);
            PeerLink link = from == null || to == null ? null : links.find(to, from);
            PeerSession open =
                    link == null ? null : link.session(named.getGeneration()).orElse(null);
            if (link == null
                    || from == null
                    || !caller.is(from)
                    || open == null
                    || open.hasDialled()
                    || lane.isEmpty()) {
                fail("no such session, or no such lane");
                return;
            }
            LaneStream begun = new LaneStream(wiring, open, lane.get(), out);
            stream = begun;
            session = open;
            sender = link.sender(lane.get());
            if (!open.add(begun)) {
                session = null;
                fail("the session is over, or has this lane already");
                return;
            }
            pending.remove(this);
            out.request();
        }

        void fail(String reason) {
            pending.remove(this);
            out.abort(Status.FAILED_PRECONDITION.withDescription(reason));
        }

        @Override
        public void tick(long nowMillis) {
            if (nowMillis - startedMillis >= Handshake.TIMEOUT_MILLIS) {
                fail("no name came in " + Handshake.TIMEOUT_MILLIS + " ms");
            }
        }

        private void over(String reason) {
            pending.remove(this);
            PeerSession open = session;
            if (open != null) {
                open.end("a lane: " + reason);
            }
        }

        @Override
        public void onError(Throwable cause) {
            over(TransportFrames.shown(String.valueOf(cause.getMessage())));
        }

        @Override
        public void onCompleted() {
            over("the other side has closed it");
        }
    }
}
