package dev.maintainer.node.cluster;

import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries messages between the nodes of one process: at most once, in order per sender, receiver and stream, into the
 * bounded lanes of the receiver. Thread-safe.
 */
public final class InProcessTransport {
    /** Where messages for a node arrive. */
    @FunctionalInterface
    public interface Endpoint {
        /** Enqueues; false if there is no room. Must not block. */
        boolean deliver(Envelope envelope);
    }

    private final Map<NodeId, Endpoint> endpoints = new ConcurrentHashMap<>();
    private final AtomicLong lost = new AtomicLong();

    /** A transport without nodes. */
    public InProcessTransport() {}

    /** Makes a node reachable. */
    public void register(NodeId node, Endpoint endpoint) {
        if (endpoints.putIfAbsent(node, endpoint) != null) {
            throw new IllegalStateException("node id " + node + " never comes back");
        }
    }

    /** Makes a node unreachable. */
    public void unregister(NodeId node) {
        endpoints.remove(node);
    }

    /** The transport as one node sees it. A node that was unregistered sends nothing any more. */
    public Transport of(NodeId self) {
        return (to, message) -> {
            Endpoint endpoint = endpoints.containsKey(self) ? endpoints.get(to) : null;
            if (endpoint == null) {
                lost.incrementAndGet();
                return Transport.SendResult.UNKNOWN_TARGET;
            }
            if (!endpoint.deliver(new Envelope(self, to, message))) {
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
