package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.NodeView;

/** A node while a plan is being made: as in the snapshot, and with what the plan already sends there. */
final class Slot {
    private final NodeId id;
    private final boolean eligible;
    private final String zone;
    private final int weight;
    private int load;
    private int inFlight;

    Slot(NodeView node) {
        this.id = node.id();
        this.eligible = node.eligible();
        this.zone = node.zone();
        this.weight = node.weight();
        this.load = node.load();
        this.inFlight = node.inFlight();
    }

    NodeId id() {
        return id;
    }

    boolean eligible() {
        return eligible;
    }

    /** What fails together; empty if nobody has said so. */
    String zone() {
        return zone;
    }

    /** How much it can take compared with others, 1 or more. */
    int weight() {
        return weight;
    }

    int load() {
        return load;
    }

    int inFlight() {
        return inFlight;
    }

    void arrive() {
        load++;
        inFlight++;
    }

    /** Takes an arrival back. */
    void leaveAgain() {
        load--;
        inFlight--;
    }

    void leave() {
        load--;
    }
}
