package dev.maintainer.simulator.world;

import dev.maintainer.simulator.timeline.Timeline;
import java.util.function.Consumer;

/** What one thread of a process hands to another: it arrives in order, a moment later. */
final class Mailbox<T> {
    private static final int MOST_MILLIS = 4;

    private final Timeline timeline;
    private final Consumer<T> receiver;
    private long arrivesAt;

    Mailbox(Timeline timeline, Consumer<T> receiver) {
        this.timeline = timeline;
        this.receiver = receiver;
    }

    void put(T input) {
        arrivesAt = Math.max(arrivesAt, timeline.now() + timeline.below(MOST_MILLIS));
        timeline.at(arrivesAt, () -> receiver.accept(input));
    }
}
