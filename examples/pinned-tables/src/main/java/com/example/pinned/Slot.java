package com.example.pinned;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.NodeObstacle;
import dev.maintainer.scheduler.spi.NodeView;
import java.util.Comparator;
import java.util.Set;

/** A node while a plan is made: as in the snapshot, and with what the plan already sends there. */
final class Slot {
    static final Comparator<Slot> LEAST_LOADED_FIRST =
            Comparator.<Slot>comparingInt(slot -> slot.load).thenComparing(Slot::id);

    private final NodeView node;
    private final int maxInFlight;
    private int load;
    private int inFlight;
    /** Pinned spans that are here and are moved by their pins alone. */
    private int held;
    /** Spans of whole tables and, on a node that is emptied, of all tables that may leave. */
    private int movable;

    private int share;

    Slot(NodeView node, int maxInFlight) {
        this.node = node;
        this.maxInFlight = maxInFlight;
        this.load = node.load();
        this.inFlight = node.inFlight();
    }

    NodeId id() {
        return node.id();
    }

    boolean eligible() {
        return node.eligible();
    }

    /** Whether what runs here shall leave. Of a node that is silent, or takes no commands yet, nothing could. */
    boolean isEmptied() {
        Set<NodeObstacle> obstacles = node.obstacles();
        boolean wanted = obstacles.contains(NodeObstacle.DRAINING) || obstacles.contains(NodeObstacle.EXCLUDED);
        return wanted
                && !obstacles.contains(NodeObstacle.SUSPECT)
                && !obstacles.contains(NodeObstacle.NOT_READY)
                && !obstacles.contains(NodeObstacle.GONE);
    }

    boolean isOpen() {
        return eligible() && inFlight < maxInFlight;
    }

    int load() {
        return load;
    }

    int share() {
        return share;
    }

    int surplus() {
        return load - share;
    }

    void share(int spans) {
        share = spans;
    }

    void hold() {
        held++;
    }

    void movable(int spans) {
        movable = Math.max(0, Math.min(load, spans - held));
    }

    int movable() {
        return movable;
    }

    int immovable() {
        return load - movable;
    }

    void arrive() {
        load++;
        inFlight++;
    }

    void leave() {
        load--;
    }
}
