package dev.maintainer.simulator.world;

import dev.maintainer.simulator.incident.FaultMix;
import java.util.SplittableRandom;

/** How bad the world is right now. */
final class Faults {
    private final Timeline timeline;
    private final FaultMix mix;
    private final SplittableRandom memory;
    private boolean on = true;
    private long forgotten;

    Faults(Timeline timeline, FaultMix mix) {
        this.timeline = timeline;
        this.mix = mix;
        this.memory = timeline.chanceOf("memory");
    }

    void end() {
        on = false;
    }

    /** Whether they have not ended. */
    boolean areOn() {
        return on;
    }

    boolean loses() {
        return on && happens(mix.loss());
    }

    boolean duplicates() {
        return on && happens(mix.duplication());
    }

    /** How long a message travels. */
    long travel() {
        if (on && happens(mix.slow())) {
            return timeline.chance(0.1) ? timeline.below(4_000) : timeline.below(400);
        }
        return 1L + timeline.below(15);
    }

    boolean dispatcherFails() {
        return on && happens(mix.dispatcherFails());
    }

    boolean storeFails() {
        return on && happens(mix.storeFails());
    }

    boolean coordinatorDiesWithWrite() {
        return on && happens(mix.storeCrashes());
    }

    /** A dispatcher cannot be created, or the sink cannot be fenced. */
    boolean refuses() {
        return on && happens(mix.refuses());
    }

    /** A plan moves spans for no reason. */
    boolean isRestless() {
        return on && happens(mix.restless());
    }

    /** A plan splits and merges spans for no reason. */
    boolean divides() {
        return on && happens(mix.dividing());
    }

    /** A planner throws, or returns what is not a plan. */
    boolean plannerFails() {
        return on && happens(mix.planning());
    }

    /** A planner never answers. */
    boolean plannerHangs() {
        return on && happens(mix.planning() / 4);
    }

    /** A planner may answer after its deadline. */
    boolean plannerIsLate() {
        return on && happens(mix.planning() / 2);
    }

    /** How many sessions of planners were lost. */
    long forgotten() {
        return forgotten;
    }

    /** Whoever runs planners has lost a session. */
    boolean plannerIsForgotten() {
        boolean lost = on && mix.forgetting() > 0 && memory.nextDouble() < mix.forgetting();
        forgotten += lost ? 1 : 0;
        return lost;
    }

    long lag() {
        return timeline.below(on ? mix.maxLagMillis() : 50);
    }

    private boolean happens(double probability) {
        return probability > 0 && timeline.chance(probability);
    }
}
