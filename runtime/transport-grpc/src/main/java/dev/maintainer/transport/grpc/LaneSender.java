package dev.maintainer.transport.grpc;

import dev.maintainer.api.message.Message;
import dev.maintainer.transport.grpc.frame.Frame;
import dev.maintainer.transport.grpc.session.Lane;
import dev.maintainer.transport.grpc.session.SendQueue;
import dev.maintainer.transport.grpc.wire.WireCodec;
import dev.maintainer.transport.grpc.wire.WireException;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Sends the messages of one lane to one peer, over one stream after the other. A stream is detached, and nothing is taken for it
 * any more, before the next is attached; what was taken for it is never sent again. Thread-safe; offering waits for no
 * encoding.
 */
final class LaneSender {
    private final Wiring wiring;
    private final Lane lane;
    private final SendQueue queue;
    /** How many times it was woken since the last look; above 0 a thread is looking, or about to. */
    private final AtomicInteger woken = new AtomicInteger();
    /** Whoever sends holds it. */
    private final Object sending = new Object();

    private final Queue<Frame> cut = new ArrayDeque<>();
    /** What is, or was last, in frames. */
    private String cutKind = "";

    private @Nullable LaneStream stream;
    /** Guarded by the queue: what came later would never leave, and keep its part of the budget. */
    private boolean closed;

    LaneSender(Wiring wiring, Lane lane) {
        this.wiring = wiring;
        this.lane = lane;
        this.queue = new SendQueue(lane, wiring.queueBudget());
    }

    SendQueue.Outcome offer(Message message, long nowMillis) {
        SendQueue.Outcome outcome;
        synchronized (queue) {
            outcome = closed ? SendQueue.Outcome.CONGESTED : queue.offer(message, nowMillis);
        }
        switch (outcome) {
            case QUEUED -> {}
            case JOINED -> wiring.counters().count("joined", lane, message);
            case CONGESTED -> wiring.counters().count("congested", lane, message);
        }
        wake();
        return outcome;
    }

    /** Sends what can be sent, on another thread. */
    void wake() {
        if (woken.getAndIncrement() == 0) {
            wiring.execute(this::drain);
        }
    }

    void attach(LaneStream next) {
        synchronized (sending) {
            cut.clear();
            stream = next;
        }
        wake();
    }

    /** After this, nothing is sent on the stream. */
    void detach(LaneStream former) {
        synchronized (sending) {
            if (stream == former) {
                stream = null;
                if (!cut.isEmpty()) {
                    wiring.counters().count("cut off", lane, cutKind);
                }
                cut.clear();
            }
        }
    }

    /** At most one thread at a time, so that a lane that takes long does not take all threads. */
    private void drain() {
        int seen;
        do {
            seen = woken.get();
            sendWhileReady();
        } while (woken.addAndGet(-seen) != 0);
    }

    private void sendWhileReady() {
        synchronized (sending) {
            LaneStream open = stream;
            while (open != null && open.out().isReady()) {
                Frame frame = nextFrame(open);
                if (frame == null || !open.out().send(TransportFrames.fragment(frame))) {
                    return;
                }
                open.used();
                if (frame.isLast()) {
                    wiring.counters().count("sent", lane, cutKind);
                }
            }
        }
    }

    private @Nullable Frame nextFrame(LaneStream open) {
        Frame frame = cut.poll();
        while (frame == null) {
            Message message;
            synchronized (queue) {
                message = queue.poll();
            }
            if (message == null) {
                return null;
            }
            if (wiring.wire().neededBy(message) > open.protocol()) {
                wiring.counters().count("not understood by the peer", lane);
                wiring.warnOnce(
                        "too new " + message.kind(),
                        "a {} is not sent: the session speaks protocol {} only",
                        message.kind(),
                        open.protocol());
                continue;
            }
            cutKind = message.kind();
            try {
                cut.addAll(open.cutter().cut(WireCodec.encode(message)));
            } catch (WireException e) {
                wiring.counters().count("not sent", e.reason(), message);
                wiring.warnOnce(
                        "unsendable " + message.kind(), "a {} cannot be sent: {}", message.kind(), e.getMessage());
            }
            frame = cut.poll();
        }
        return frame;
    }

    /** There is no session: what has waited for too long is dropped. */
    void expire(long nowMillis) {
        int dropped;
        synchronized (queue) {
            dropped = queue.expire(nowMillis);
        }
        wiring.counters().add("expired", lane, dropped);
    }

    /** The peer is gone; nothing is taken any more. */
    void close() {
        int dropped;
        synchronized (queue) {
            closed = true;
            dropped = queue.clear();
        }
        wiring.counters().add("dropped", lane, dropped);
    }

    int waiting() {
        synchronized (queue) {
            return queue.size();
        }
    }

    long waitingBytes() {
        synchronized (queue) {
            return queue.bytes();
        }
    }

    /** For how long the oldest message waits, in milliseconds; 0 if none does. */
    long oldestMillis(long nowMillis) {
        synchronized (queue) {
            return queue.oldestMillis(nowMillis);
        }
    }
}
