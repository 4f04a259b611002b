package dev.maintainer.transport.grpc;

import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Network;
import dev.maintainer.api.port.Transport.SendResult;
import dev.maintainer.runtime.peer.NetworkStatistics.PeerStatistics;
import dev.maintainer.runtime.peer.Peer;
import dev.maintainer.runtime.peer.ProtocolRange;
import dev.maintainer.transport.grpc.proto.Transport;
import dev.maintainer.transport.grpc.session.GenerationGate;
import dev.maintainer.transport.grpc.session.HandshakeRefusal;
import dev.maintainer.transport.grpc.session.Lane;
import dev.maintainer.transport.grpc.session.Reconnect;
import dev.maintainer.transport.grpc.session.SendQueue;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A node of this process and a peer: their sessions, one after the other, and what waits to be sent. Frames are handed over
 * under the lock under which sessions change, so nothing of an old session follows something of a newer one. Thread-safe.
 */
final class PeerLink {
    private final Wiring wiring;
    private final NodeId self;
    private final NodeId remote;
    private final Network.Receiver receiver;
    private final Map<Lane, LaneSender> senders = new EnumMap<>(Lane.class);

    private final Object lock = new Object();
    private final GenerationGate gate = new GenerationGate();
    private final Reconnect reconnect;
    private @Nullable PeerSession session;
    private @Nullable Dial dial;
    private boolean closed;
    private OptionalLong skewMillis = OptionalLong.empty();

    PeerLink(Wiring wiring, NodeId self, NodeId remote, Network.Receiver receiver) {
        this.wiring = wiring;
        this.self = self;
        this.remote = remote;
        this.receiver = receiver;
        this.reconnect = new Reconnect(numbers(), ThreadLocalRandom.current());
        for (Lane lane : Lane.values()) {
            senders.put(lane, new LaneSender(wiring, lane));
        }
    }

    NodeId self() {
        return self;
    }

    NodeId remote() {
        return remote;
    }

    /** Whether this side numbers the sessions. */
    private boolean numbers() {
        return self.compareTo(remote) < 0;
    }

    /** What the peer has said of its clock and its roster, when a session began. */
    void heard(long wallMillis, long rosterVersion) {
        wiring.heardOfRoster(rosterVersion);
        synchronized (lock) {
            skewMillis = OptionalLong.of(wallMillis - System.currentTimeMillis());
        }
    }

    PeerStatistics statistics(long nowMillis) {
        Optional<PeerSession> open = session();
        int queued = 0;
        long bytes = 0;
        long oldest = 0;
        for (LaneSender sender : senders.values()) {
            queued += sender.waiting();
            bytes += sender.waitingBytes();
            oldest = Math.max(oldest, sender.oldestMillis(nowMillis));
        }
        OptionalLong skew;
        synchronized (lock) {
            skew = skewMillis;
        }
        return new PeerStatistics(
                remote,
                open.map(PeerSession::generation).orElse(0L),
                queued,
                bytes,
                oldest,
                open.stream()
                        .mapToLong(PeerSession::roundTripNanos)
                        .filter(nanos -> nanos >= 0)
                        .findFirst(),
                skew);
    }

    LaneSender sender(Lane lane) {
        LaneSender sender = senders.get(lane);
        if (sender == null) {
            throw new IllegalStateException("no sender for lane " + lane);
        }
        return sender;
    }

    SendResult send(Message message) {
        SendQueue.Outcome outcome = sender(Lane.of(message)).offer(message, Wiring.nowMillis());
        return outcome == SendQueue.Outcome.CONGESTED ? SendResult.CONGESTED : SendResult.ENQUEUED;
    }

    boolean deliver(long generation, Envelope envelope) {
        synchronized (lock) {
            if (!gate.isOpen(generation)) {
                wiring.counters().count("stale", Lane.of(envelope.message()), envelope.message());
                return true;
            }
            return receiver.deliver(envelope);
        }
    }

    /** A caller that was let in, and is told so; null if a newer session is there. */
    @Nullable
    PeerSession accept(
            long proposed,
            int protocol,
            Outbound<Transport.SessionFrame> out,
            LongFunction<Transport.SessionFrame> welcome) {
        PeerSession accepted;
        synchronized (lock) {
            long generation = numbers() ? gate.next() : proposed;
            accepted = new PeerSession(wiring, this, generation, protocol, out, null);
        }
        // Nothing may come before the welcome, and no lane may be opened before the gate is.
        return install(accepted, () -> out.send(welcome.apply(accepted.generation()))) ? accepted : null;
    }

    /** The answer to a call of ours; null if a newer session is there, or the number or the protocol is wrong. */
    @Nullable
    PeerSession welcomed(Dial by, Transport.Welcome welcome) {
        if (welcome.getGeneration() < 1 || (numbers() && welcome.getGeneration() != by.generation())) {
            return null;
        }
        int protocol = welcome.getProtocol();
        ProtocolRange spoken = wiring.settings().protocols();
        if (protocol < spoken.min() || protocol > spoken.max()) {
            return null;
        }
        PeerSession accepted = new PeerSession(wiring, this, welcome.getGeneration(), protocol, by.out(), by);
        heard(welcome.getWallMillis(), welcome.getRosterVersion());
        return install(accepted, () -> {}) ? accepted : null;
    }

    private boolean install(PeerSession next, Runnable welcome) {
        PeerSession former;
        synchronized (lock) {
            if (closed || !gate.open(next.generation())) {
                return false;
            }
            welcome.run();
            former = session;
            session = next;
            reconnect.connected();
            if (next.hasDialled()) {
                dial = null;
            }
        }
        wiring.info("node {} has session {} with node {}", self, next.generation(), remote);
        if (former != null) {
            former.shutDown(false);
        }
        return true;
    }

    /** The open session, if it is this one. */
    Optional<PeerSession> session(long generation) {
        synchronized (lock) {
            return Optional.ofNullable(session).filter(open -> open.generation() == generation);
        }
    }

    Optional<PeerSession> session() {
        synchronized (lock) {
            return Optional.ofNullable(session);
        }
    }

    void end(PeerSession over, String reason, boolean rest) {
        boolean current;
        synchronized (lock) {
            current = session == over;
            if (current) {
                gate.close(over.generation());
                session = null;
                if (rest) {
                    reconnect.rested();
                } else {
                    reconnect.lost(Wiring.nowMillis());
                }
            }
        }
        if (current) {
            wiring.info("session {} of node {} with node {} is over: {}", over.generation(), self, remote, reason);
        }
        over.shutDown(rest);
    }

    void dialFailed(Dial by) {
        synchronized (lock) {
            if (dial == by) {
                dial = null;
                reconnect.failed(Wiring.nowMillis());
            }
        }
        by.disconnect();
    }

    void refused(Dial by, HandshakeRefusal reason, String text, long rosterVersion) {
        synchronized (lock) {
            if (dial == by) {
                dial = null;
                reconnect.refused(Wiring.nowMillis(), reason);
            }
        }
        by.disconnect();
        wiring.warnOnce(
                "refused by " + remote + reason, "node {} is refused by node {}: {}: {}", self, remote, reason, text);
        wiring.refusedBy(remote, self, reason, rosterVersion);
    }

    /** False if the peer is no member any more. */
    boolean tick(long nowMillis) {
        Optional<Peer> peer = wiring.directory().find(remote);
        if (peer.isEmpty()) {
            return false;
        }
        PeerSession open;
        Dial pending;
        synchronized (lock) {
            open = session;
            pending = dial;
        }
        if (open != null) {
            open.tick(nowMillis);
        } else {
            senders.values().forEach(sender -> sender.expire(nowMillis));
        }
        if (pending != null && pending.isLate(nowMillis)) {
            dialFailed(pending);
        }
        // Before it is a member itself, every peer would have to refuse it.
        if (wiring.directory().find(self).isPresent()) {
            dialIfDue(peer.get(), nowMillis);
        }
        return true;
    }

    private void dialIfDue(Peer peer, long nowMillis) {
        boolean wanted = senders.values().stream().anyMatch(sender -> sender.waiting() > 0);
        Dial begun;
        synchronized (lock) {
            boolean due = reconnect.isDue(nowMillis, wanted, wiring.directory().version());
            if (closed || session != null || dial != null || !due) {
                return;
            }
            reconnect.dialled();
            begun = new Dial(wiring, this, numbers() ? gate.next() : 0, nowMillis);
            dial = begun;
        }
        begun.start(peer);
    }

    /** Authenticates the peer anew: what is open ends, and is opened again. */
    void renew() {
        session().ifPresent(open -> end(open, "certificates have changed", true));
    }

    /** The node or its peer is gone. */
    void close() {
        PeerSession open;
        Dial pending;
        synchronized (lock) {
            closed = true;
            open = session;
            pending = dial;
            session = null;
            dial = null;
            gate.close(gate.current());
        }
        if (pending != null) {
            pending.disconnect();
        }
        if (open != null) {
            open.shutDown(true);
        }
        senders.values().forEach(LaneSender::close);
    }
}
