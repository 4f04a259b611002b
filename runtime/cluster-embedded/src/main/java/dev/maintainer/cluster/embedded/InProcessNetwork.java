package dev.maintainer.cluster.embedded;

import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Network;
import dev.maintainer.api.port.Transport;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries messages between the nodes of one process: at most once, in order per sender, receiver and stream, into the
 * bounded queues of the receiver. Thread-safe.
 */
public final class InProcessNetwork implements Network {
    private final Map<NodeId, Receiver> receivers = new ConcurrentHashMap<>();
    private final AtomicLong lost = new AtomicLong();

    /** A network without nodes. */
    public InProcessNetwork() {}

    @Override
    public void register(NodeId node, Receiver receiver) {
        if (receivers.putIfAbsent(node, receiver) != null) {
            throw new IllegalStateException("node id " + node + " never comes back");
        }
    }

    @Override
    public void unregister(NodeId node) {
        receivers.remove(node);
    }

    @Override
    public Transport transportOf(NodeId self) {
        return (to, message) -> {
            Receiver receiver = receivers.containsKey(self) ? receivers.get(to) : null;
            if (receiver == null) {
                lost.incrementAndGet();
                return Transport.SendResult.UNKNOWN_TARGET;
            }
            if (!receiver.deliver(new Envelope(self, to, message))) {
                lost.incrementAndGet();
                return Transport.SendResult.CONGESTED;
            }
            return Transport.SendResult.ENQUEUED;
        };
    }

    /** How many messages could not be delivered. */
    public long lost() {
        return lost.get();
    }
}
