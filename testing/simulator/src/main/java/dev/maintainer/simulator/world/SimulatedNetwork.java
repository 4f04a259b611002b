package dev.maintainer.simulator.world;

import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Transport;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Carries copies of messages late, twice, out of order between pairs, or not at all; in order from one sender to one
 * receiver.
 */
final class SimulatedNetwork {
    /** Takes a message that has arrived. */
    interface Receiver {
        void receive(NodeId from, Message message);
    }

    private record Pair(NodeId from, NodeId to) {}

    private static final int SLOW_LINK_MILLIS = 2_000;

    private final Timeline timeline;
    private final Faults faults;
    private final Wire wire;
    private final Map<NodeId, Receiver> receivers = new TreeMap<>();
    private final Map<Pair, Long> arrivals = new HashMap<>();
    private final Map<Pair, Long> cutUntil = new HashMap<>();
    private final Map<Pair, Long> slowUntil = new HashMap<>();
    private final Map<NodeId, Long> deafUntil = new HashMap<>();
    private final Map<NodeId, Long> muteUntil = new HashMap<>();
    private long sent;
    private long sentBefore;

    SimulatedNetwork(Timeline timeline, Faults faults) {
        this.timeline = timeline;
        this.faults = faults;
        this.wire = new Wire(timeline.codec());
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

    /** From now on messages from one to the other take their time. */
    void slow(NodeId from, NodeId to, long millis) {
        timeline.tell(() -> "network: slow from " + from + " to " + to + " for " + millis + " ms");
        slowUntil.put(new Pair(from, to), timeline.now() + millis);
    }

    /** From now on nothing gets to a node, or nothing from it, coordinators included. */
    void isolate(NodeId node, boolean outgoing, long millis) {
        timeline.tell(() -> "network: nothing gets " + (outgoing ? "from " : "to ") + node + " for " + millis + " ms");
        (outgoing ? muteUntil : deafUntil).put(node, timeline.now() + millis);
    }

    void heal() {
        cutUntil.clear();
        slowUntil.clear();
        deafUntil.clear();
        muteUntil.clear();
    }

    Transport.SendResult send(NodeId from, NodeId to, Message message) {
        sent++;
        timeline.trace(from);
        timeline.trace(to);
        timeline.trace(message);
        if (!receivers.containsKey(to)) {
            return Transport.SendResult.UNKNOWN_TARGET;
        }
        Pair pair = new Pair(from, to);
        if (isCut(pair) || faults.loses()) {
            timeline.tell(() -> "lost: " + message.kind() + " from " + from + " to " + to);
            return timeline.chance(0.2) ? Transport.SendResult.CONGESTED : Transport.SendResult.ENQUEUED;
        }
        deliver(pair, message);
        if (faults.duplicates()) {
            deliver(pair, message);
        }
        return Transport.SendResult.ENQUEUED;
    }

    private boolean isCut(Pair pair) {
        return isStill(cutUntil, pair) || isStill(muteUntil, pair.from()) || isStill(deafUntil, pair.to());
    }

    private <K> boolean isStill(Map<K, Long> until, K key) {
        return !until.isEmpty() && until.getOrDefault(key, 0L) > timeline.now();
    }

    private void deliver(Pair pair, Message original) {
        Message message = wire.copy(original);
        long travel = faults.travel() + (isStill(slowUntil, pair) ? timeline.below(SLOW_LINK_MILLIS) : 0);
        long arrival = Math.max(timeline.now() + travel, arrivals.getOrDefault(pair, 0L));
        arrivals.put(pair, arrival);
        timeline.at(arrival, () -> {
            Receiver receiver = receivers.get(pair.to());
            if (receiver != null) {
                if (message instanceof CoordinatorRequest) {
                    timeline.tell(() -> pair.from() + " tells " + pair.to() + ": " + message);
                }
                receiver.receive(pair.from(), message);
            }
        });
    }

    /** All messages since the last call. */
    long takeSent() {
        long taken = sent - sentBefore;
        sentBefore = sent;
        return taken;
    }

    /** All messages so far. */
    long sent() {
        return sent;
    }
}
