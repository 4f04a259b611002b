package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.NodeView;
import java.util.Comparator;

/** A node while a plan is being made: as in the snapshot, and with what the plan already sends there. */
final class Slot {
    private final NodeId id;
    private final boolean eligible;
    /** By load in proportion to weight, then by id. */
    static final Comparator<Slot> LEAST_LOADED_FIRST = ((Comparator<Slot>)
                    (a, b) -> Long.compare((long) a.load * b.weight, (long) b.load * a.weight))
            .thenComparing(Slot::id);

    /** The same with one span more: who has room for it. */
    static final Comparator<Slot> ROOM_FIRST = ((Comparator<Slot>)
                    (a, b) -> Long.compare((a.load + 1L) * b.weight, (b.load + 1L) * a.weight))
            .thenComparing(Slot::id);

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
