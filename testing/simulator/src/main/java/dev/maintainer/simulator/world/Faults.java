package dev.maintainer.simulator.world;

import dev.maintainer.simulator.incident.FaultKind;
import dev.maintainer.simulator.incident.FaultMix;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.SplittableRandom;

/** How bad the world is right now. */
final class Faults {
    private static final double GROUP_FAILS = 0.1;

    private final Timeline timeline;
    private final FaultMix mix;
    private final SplittableRandom memory;
    private final SplittableRandom refusals;
    private final SplittableRandom groups;
    private boolean on = true;
    private long calmUntil;
    private long forgotten;

    Faults(Timeline timeline, FaultMix mix) {
        this.timeline = timeline;
        this.mix = mix;
        this.memory = timeline.chanceOf("memory");
        this.refusals = timeline.chanceOf("refusals");
        this.groups = timeline.chanceOf("groups");
    }

    void end() {
        on = false;
    }

    /** For a while nothing goes wrong. */
    void rest(long millis) {
        timeline.tell(() -> "for " + millis + " ms nothing goes wrong in the background");
        calmUntil = timeline.now() + millis;
    }

    /** Whether they rest, and will be back. */
    boolean isCalm() {
        return on && timeline.now() < calmUntil;
    }

    private boolean strike() {
        return on && timeline.now() >= calmUntil;
    }

    /** Whether they have not ended. */
    boolean areOn() {
        return on;
    }

    boolean loses() {
        return happens(FaultKind.LOSS);
    }

    boolean duplicates() {
        return happens(FaultKind.DUPLICATION);
    }

    /** How long a message travels. */
    long travel() {
        if (happens(FaultKind.SLOWNESS)) {
            return timeline.chance(0.1) ? timeline.below(4_000) : timeline.below(400);
        }
        return 1L + timeline.below(15);
    }

    boolean dispatcherFails() {
        return happens(FaultKind.DISPATCHER_FAILURE);
    }

    boolean storeFails() {
        return happens(FaultKind.STORE_FAILURE);
    }

    boolean coordinatorDiesWithWrite() {
        return happens(FaultKind.STORE_CRASH);
    }

    /** A dispatcher cannot be created, or the sink cannot be fenced. */
    boolean refuses() {
        return happens(FaultKind.REFUSAL);
    }

    /** A sink may not write several spans together now. */
    boolean refusesGroup() {
        return strike() && groups.nextDouble() < GROUP_FAILS;
    }

    /** It has written them, and does not say so. */
    boolean losesAnswerToGroup() {
        return strike() && groups.nextDouble() < GROUP_FAILS;
    }

    /** The sink refuses a block event. */
    boolean refusesDdl() {
        double probability = mix.probability(FaultKind.DDL_REFUSAL);
        return strike() && probability > 0 && refusals.nextDouble() < probability;
    }

    /** What a person thinks about: how long, or what of some choices. */
    int deliberation(int below) {
        return refusals.nextInt(below);
    }

    /** A plan moves spans for no reason. */
    boolean isRestless() {
        return happens(FaultKind.RESTLESSNESS);
    }

    /** A plan splits and merges spans for no reason. */
    boolean divides() {
        return happens(FaultKind.DIVISION);
    }

    /** A planner throws, or returns what is not a plan. */
    boolean plannerFails() {
        return happens(FaultKind.PLANNER_FAULT);
    }

    /** A planner never answers. */
    boolean plannerHangs() {
        return happens(mix.probability(FaultKind.PLANNER_FAULT) / 4);
    }

    /** A planner may answer after its deadline. */
    boolean plannerIsLate() {
        return happens(mix.probability(FaultKind.PLANNER_FAULT) / 2);
    }

    /** How many sessions of planners were lost. */
    long forgotten() {
        return forgotten;
    }

    /** Whoever runs planners has lost a session. */
    boolean plannerIsForgotten() {
        double probability = mix.probability(FaultKind.LOST_SESSION);
        boolean lost = strike() && probability > 0 && memory.nextDouble() < probability;
        forgotten += lost ? 1 : 0;
        return lost;
    }

    long lag() {
        return timeline.below(strike() ? mix.maxLagMillis() : 50);
    }

    private boolean happens(FaultKind kind) {
        return happens(mix.probability(kind));
    }

    private boolean happens(double probability) {
        return probability > 0 && strike() && timeline.chance(probability);
    }
}
