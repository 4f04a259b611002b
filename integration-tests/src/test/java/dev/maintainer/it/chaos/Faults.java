package dev.maintainer.it.chaos;

/** How bad the world is right now. */
final class Faults {
    private final Timeline timeline;
    private final double loss;
    private final double slow;
    private final double dispatcherFails;
    private final double storeFails;
    private final double storeCrashes;
    private final double refuses;
    private final int maxLag;
    private boolean on = true;

    Faults(Timeline timeline) {
        this.timeline = timeline;
        this.loss = timeline.chance(0.3) ? 0 : timeline.below(12) / 100.0;
        this.slow = timeline.below(10) / 100.0;
        this.dispatcherFails = timeline.chance(0.6) ? 0 : 0.002;
        this.storeFails = timeline.chance(0.5) ? 0 : 0.1;
        this.storeCrashes = timeline.chance(0.6) ? 0 : 0.04;
        this.refuses = timeline.chance(0.6) ? 0 : 0.05;
        this.maxLag = timeline.chance(0.5) ? 50 : 2_000;
    }

    void end() {
        on = false;
    }

    boolean isOn() {
        return on;
    }

    boolean loses() {
        return on && timeline.chance(loss);
    }

    /** How long a message travels. */
    long travel() {
        if (on && timeline.chance(slow)) {
            return timeline.chance(0.1) ? timeline.below(4_000) : timeline.below(400);
        }
        return 1L + timeline.below(15);
    }

    boolean dispatcherFails() {
        return on && dispatcherFails > 0 && timeline.chance(dispatcherFails);
    }

    boolean storeFails() {
        return on && timeline.chance(storeFails);
    }

    boolean coordinatorDiesWithWrite() {
        return on && timeline.chance(storeCrashes);
    }

    /** A dispatcher cannot be created, or the sink cannot be fenced. */
    boolean refuses() {
        return on && timeline.chance(refuses);
    }

    long lag() {
        return timeline.below(on ? maxLag : 50);
    }
}
