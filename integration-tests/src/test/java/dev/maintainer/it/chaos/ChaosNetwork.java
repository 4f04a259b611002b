package dev.maintainer.it.chaos;

import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** Carries messages late, out of order between pairs, or not at all; in order from one sender to one receiver. */
final class ChaosNetwork {
    /** Takes a message that has arrived. */
    interface Receiver {
        void receive(NodeId from, Message message);
    }

    private record Pair(NodeId from, NodeId to) {}

    private final Timeline timeline;
    private final Faults faults;
    private final Map<NodeId, Receiver> receivers = new TreeMap<>();
    private final Map<Pair, Long> arrivals = new HashMap<>();
    private final Map<Pair, Long> cutUntil = new HashMap<>();
    private long sent;

    ChaosNetwork(Timeline timeline, Faults faults) {
        this.timeline = timeline;
        this.faults = faults;
    }

    void attach(NodeId id, Receiver receiver) {
        receivers.put(id, receiver);
    }

    void detach(NodeId id) {
        receivers.remove(id);
    }

    /** From now on nothing gets from one to the other. */
    void cut(NodeId from, NodeId to, long millis) {
        timeline.tell(() -> "network: nothing gets from " + from + " to " + to + " for " + millis + " ms");
        cutUntil.put(new Pair(from, to), timeline.now() + millis);
    }

    void heal() {
        cutUntil.clear();
    }

    Transport.SendResult send(NodeId from, NodeId to, Message message) {
        sent++;
        if (!receivers.containsKey(to)) {
            return Transport.SendResult.UNKNOWN_TARGET;
        }
        Pair pair = new Pair(from, to);
        boolean cut = cutUntil.getOrDefault(pair, 0L) > timeline.now();
        if (cut || faults.loses()) {
            timeline.tell(() -> "lost: " + message.kind() + " from " + from + " to " + to);
            return timeline.chance(0.2) ? Transport.SendResult.CONGESTED : Transport.SendResult.ENQUEUED;
        }
        long arrival = Math.max(timeline.now() + faults.travel(), arrivals.getOrDefault(pair, 0L));
        arrivals.put(pair, arrival);
        timeline.at(arrival, () -> {
            Receiver receiver = receivers.get(to);
            if (receiver != null) {
                receiver.receive(from, message);
            }
        });
        return Transport.SendResult.ENQUEUED;
    }

    /** All messages since the last call. */
    long takeSent() {
        long taken = sent;
        sent = 0;
        return taken;
    }
}
