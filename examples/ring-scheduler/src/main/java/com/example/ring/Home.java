package com.example.ring;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.NodeView;

/** A node that may get spans, while a plan is being made. */
final class Home {
    private final NodeId id;
    private final String zoneName;
    private final Window window;
    private final Window zone;
    private int room;

    Home(NodeView node, Window window, Window zone, int room) {
        this.id = node.id();
        this.zoneName = node.zone();
        this.window = window;
        this.zone = zone;
        this.room = room;
    }

    NodeId id() {
        return id;
    }

    String zoneName() {
        return zoneName;
    }

    /** That of the node. */
    Window window() {
        return window;
    }

    /** That of the node's zone. */
    Window zone() {
        return zone;
    }

    /** Whether one more operator may head for the node right now. */
    boolean hasRoom() {
        return room > 0;
    }

    void arrive() {
        window.add(1);
        zone.add(1);
        room--;
    }

    void leave() {
        window.add(-1);
        zone.add(-1);
    }
}
