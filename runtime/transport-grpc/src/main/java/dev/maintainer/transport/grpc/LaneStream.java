package dev.maintainer.transport.grpc;

import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.Message;
import dev.maintainer.transport.grpc.frame.FrameAssembler;
import dev.maintainer.transport.grpc.frame.FrameException;
import dev.maintainer.transport.grpc.frame.MessageCutter;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.Lane;
import dev.maintainer.transport.grpc.wire.WireCodec;
import dev.maintainer.transport.grpc.wire.WireException;
import org.jspecify.annotations.Nullable;

/**
 * One lane of one session. Asks for the next frame when the receiver has taken what came with the last one; a receiver without
 * room holds up this stream only, and after five seconds loses the message.
 */
final class LaneStream {
    private static final long BLOCKED_MILLIS = 5_000;

    private final Wiring wiring;
    private final PeerSession session;
    private final Lane lane;
    private final Outbound<Transport.LaneFrame> out;
    private final MessageCutter cutter = new MessageCutter();
    private final FrameAssembler assembler;
    private @Nullable Envelope blocked;
    private volatile long blockedSince;
    private boolean ended;

    LaneStream(Wiring wiring, PeerSession session, Lane lane, Outbound<Transport.LaneFrame> out) {
        this.wiring = wiring;
        this.session = session;
        this.lane = lane;
        this.out = out;
        this.assembler = new FrameAssembler(WireCodec.MAX_BYTES, wiring.assemblyBudget());
    }

    Lane lane() {
        return lane;
    }

    Outbound<Transport.LaneFrame> out() {
        return out;
    }

    /** For the sender of the lane only, which is one at a time. */
    MessageCutter cutter() {
        return cutter;
    }

    /** What may be sent now. */
    int protocol() {
        return session.protocol();
    }

    void used() {
        session.used();
    }

    void received(Transport.LaneFrame frame) {
        session.heard();
        session.used();
        if (frame.getFrameCase() != Transport.LaneFrame.FrameCase.FRAGMENT) {
            session.end("a frame on lane " + lane + " that does not belong there");
            return;
        }
        Message message = assemble(frame.getFragment());
        if (message == null) {
            out.request();
            return;
        }
        wiring.counters().count("received", lane, message);
        hand(new Envelope(session.remote(), session.self(), message));
    }

    private @Nullable Message assemble(Transport.Fragment fragment) {
        byte[] whole;
        try {
            synchronized (this) {
                whole = ended ? null : assembler.accept(TransportFrames.frame(fragment));
            }
        } catch (FrameException e) {
            wiring.counters().count("refused", e.reason());
            if (e.reason().endsStream()) {
                session.end(e.getMessage());
            } else {
                refused(e);
            }
            return null;
        }
        return whole == null ? null : decode(whole);
    }

    private @Nullable Message decode(byte[] whole) {
        try {
            Message message = WireCodec.decode(whole);
            if (Lane.of(message) == lane) {
                return message;
            }
            wiring.counters().count("refused", WireException.Reason.UNKNOWN_KIND);
            wiring.warnOnce(
                    "lane " + session.remote(),
                    "node {} sends a {} on lane {}",
                    session.remote(),
                    message.kind(),
                    lane);
        } catch (WireException e) {
            wiring.counters().count("refused", e.reason());
            refused(e);
        }
        return null;
    }

    private void refused(RuntimeException e) {
        wiring.warnOnce(
                "refused " + session.remote(), "a message of node {} is dropped: {}", session.remote(), e.getMessage());
    }

    private void hand(Envelope envelope) {
        boolean taken = session.deliver(envelope);
        if (taken || !lane.waitsForRoom()) {
            if (!taken) {
                wiring.counters().count("no room", lane, envelope.message());
            }
            out.request();
            return;
        }
        synchronized (this) {
            blocked = envelope;
            blockedSince = Wiring.nowMillis();
        }
    }

    /** Tries again to hand over what the receiver had no room for. */
    void tick(long nowMillis) {
        Envelope waiting;
        synchronized (this) {
            waiting = ended ? null : blocked;
        }
        if (waiting == null) {
            return;
        }
        boolean taken = session.deliver(waiting);
        if (!taken && nowMillis - blockedSince < BLOCKED_MILLIS) {
            return;
        }
        if (!taken) {
            wiring.counters().count("no room", lane, waiting.message());
        }
        synchronized (this) {
            blocked = null;
        }
        out.request();
    }

    /** Nothing that comes after this counts. */
    void end() {
        synchronized (this) {
            ended = true;
            blocked = null;
            assembler.discard();
        }
    }
}
