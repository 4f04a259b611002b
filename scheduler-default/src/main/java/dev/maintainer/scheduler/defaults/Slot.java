package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.NodeView;

/** A node while a plan is being made: as in the snapshot, and with what the plan already sends there. */
final class Slot {
    private final NodeId id;
    private final boolean eligible;
    private int load;
    private int inFlight;

    Slot(NodeView node) {
        this.id = node.id();
        this.eligible = node.eligible();
        this.load = node.load();
        this.inFlight = node.inFlight();
    }

    NodeId id() {
        return id;
    }

    boolean eligible() {
        return eligible;
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

    void leave() {
        load--;
    }
}
