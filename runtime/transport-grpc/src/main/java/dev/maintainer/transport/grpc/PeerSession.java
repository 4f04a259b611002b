package dev.maintainer.transport.grpc;

import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Lane;
import dev.maintainer.transport.grpc.session.Liveness;
import dev.maintainer.transport.grpc.session.Renewal;
import dev.maintainer.transport.grpc.session.WireProtocol;
import io.grpc.Status;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** One generation of what two nodes have with one another. Thread-safe. */
final class PeerSession {
    private final Wiring wiring;
    private final PeerLink link;
    private final long generation;
    /** The newest protocol that both sides speak. */
    private final int common;

    private final Outbound<Transport.SessionFrame> out;
    /** What has dialled; null on the other side. */
    private final @Nullable Dial dial;

    private final Map<Lane, LaneStream> lanes = new EnumMap<>(Lane.class);
    private final Liveness liveness;
    /** Null where nobody shows a certificate. */
    private final @Nullable Renewal renewal;

    private volatile long pingNanos;
    private boolean ended;

    PeerSession(
            Wiring wiring,
            PeerLink link,
            long generation,
            int common,
            Outbound<Transport.SessionFrame> out,
            @Nullable Dial dial) {
        this.wiring = wiring;
        this.link = link;
        this.generation = generation;
        this.common = common;
        this.out = out;
        this.dial = dial;
        long now = Wiring.nowMillis();
        this.liveness = new Liveness(now);
        this.renewal = wiring.tls() == null ? null : new Renewal(dial != null, now, ThreadLocalRandom.current());
    }

    NodeId self() {
        return link.self();
    }

    NodeId remote() {
        return link.remote();
    }

    long generation() {
        return generation;
    }

    /** What may be sent now: it rises with the active protocol, which the other side may not have heard of yet. */
    int protocol() {
        return Math.min(common, wiring.directory().protocol());
    }

    boolean hasDialled() {
        return dial != null;
    }

    synchronized void used() {
        liveness.used(Wiring.nowMillis());
    }

    synchronized void heard() {
        liveness.heard(Wiring.nowMillis());
    }

    synchronized long roundTripNanos() {
        return liveness.roundTripNanos();
    }

    /** False if the receiver has no room; what belongs to a session that is over is dropped. */
    boolean deliver(Envelope envelope) {
        return link.deliver(generation, envelope);
    }

    /** False if the session is over, or has the lane already. */
    boolean add(LaneStream lane) {
        synchronized (this) {
            if (ended || lanes.putIfAbsent(lane.lane(), lane) != null) {
                return false;
            }
        }
        link.sender(lane.lane()).attach(lane);
        // It may have ended meanwhile, before there was anything to detach.
        if (isEnded()) {
            link.sender(lane.lane()).detach(lane);
        }
        return true;
    }

    private synchronized boolean isEnded() {
        return ended;
    }

    void received(Transport.SessionFrame frame) {
        heard();
        switch (frame.getFrameCase()) {
            case PING -> {
                wiring.heardOfRoster(frame.getPing().getRosterVersion());
                // Whoever pings and does not read gets no answers, instead of a buffer full of them.
                if (out.isReady()) {
                    out.send(TransportFrames.pong(frame.getPing()));
                }
                wiring.heard(self(), remote(), frame.getPing());
            }
            case PONG -> echoed(frame.getPong().getNumber());
            case END -> link.end(this, "the other side has ended it", true);
            case HELLO, WELCOME, REFUSAL, FRAME_NOT_SET ->
                link.end(this, "a " + frame.getFrameCase() + " within a session", false);
        }
    }

    private synchronized void echoed(long number) {
        if (number == liveness.ping()) {
            liveness.echoed(Wiring.nowMillis(), System.nanoTime() - pingNanos);
        }
    }

    void end(@Nullable String reason) {
        link.end(this, reason == null ? "unknown" : reason, false);
    }

    void tick(long nowMillis) {
        if (renewal != null && renewal.isDue(nowMillis)) {
            link.end(this, "its certificates were looked at long ago", true);
            return;
        }
        List<LaneStream> open;
        long ping = 0;
        boolean silent;
        boolean unused;
        synchronized (this) {
            open = List.copyOf(lanes.values());
            silent = liveness.isSilent(nowMillis);
            unused = hasDialled() && liveness.isUnused(nowMillis);
            if (!silent && liveness.takePing(nowMillis)) {
                ping = liveness.ping();
                pingNanos = System.nanoTime();
            }
        }
        if (silent) {
            end("nothing was heard for " + Liveness.SILENCE_MILLIS + " ms");
            return;
        }
        if (ping > 0 && out.isReady()) {
            long leaderEpoch = protocol() >= WireProtocol.LEADER_EPOCH_IN_PINGS
                    ? wiring.directory().leaderEpoch()
                    : 0;
            out.send(TransportFrames.ping(ping, wiring.directory().version(), leaderEpoch));
        }
        open.forEach(lane -> lane.tick(nowMillis));
        if (unused) {
            link.end(this, "nobody has used it", true);
        }
    }

    /** Ends all streams, once. The link has closed the gate before. */
    void shutDown(boolean orderly) {
        List<LaneStream> open;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            open = List.copyOf(lanes.values());
        }
        for (LaneStream lane : open) {
            link.sender(lane.lane()).detach(lane);
            lane.end();
            lane.out().abort(Status.CANCELLED.withDescription("the session is over"));
        }
        if (orderly) {
            out.send(TransportFrames.end());
        }
        out.finish();
        if (dial != null && orderly) {
            dial.hangUp();
        } else if (dial != null) {
            dial.disconnect();
        }
    }
}
