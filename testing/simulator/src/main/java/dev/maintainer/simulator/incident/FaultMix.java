package dev.maintainer.simulator.incident;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Faults that may happen at any moment until peace comes. Probabilities are per message, operation or turn.
 *
 * @param loss a message is lost
 * @param duplication a message arrives twice
 * @param slow a message takes up to 400 ms, and one in ten of those up to four seconds
 * @param dispatcherFails a dispatcher fails at a turn
 * @param storeFails the metadata store does not answer; the write may or may not have happened
 * @param storeCrashes the coordinator dies with a write under way
 * @param refuses a dispatcher cannot be created, or the sink cannot be fenced
 * @param restless a plan moves spans to and fro
 * @param planning a planner throws or returns nonsense; half as often it is late, and a quarter as often it hangs
 * @param dividing a plan splits spans, merges adjacent ones, and brings others together to be merged
 * @param forgetting a planner's session is lost before a request
 * @param maxLagMillis how far dispatchers may be behind upstream
 * @param slowTimers whether workers report full heartbeats rarely and operators repeat rarely
 */
public record FaultMix(
        double loss,
        double duplication,
        double slow,
        double dispatcherFails,
        double storeFails,
        double storeCrashes,
        double refuses,
        double restless,
        double planning,
        double dividing,
        double forgetting,
        int maxLagMillis,
        boolean slowTimers) {
    private static final int KINDS = 11;

    /** A good day. */
    public static final FaultMix NONE = new FaultMix(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 50, true);

    /** Some of everything, and often nothing of one thing: bugs hide behind faults as well as in them. */
    public static FaultMix draw(SplittableRandom random) {
        return new FaultMix(
                chance(random, 0.3) ? 0 : random.nextInt(12) / 100.0,
                chance(random, 0.5) ? 0 : random.nextInt(10) / 100.0,
                random.nextInt(10) / 100.0,
                chance(random, 0.6) ? 0 : 0.002,
                chance(random, 0.5) ? 0 : 0.1,
                chance(random, 0.6) ? 0 : 0.04,
                chance(random, 0.6) ? 0 : 0.05,
                chance(random, 0.3) ? 0 : 0.5,
                chance(random, 0.6) ? 0 : 0.3,
                0,
                0,
                chance(random, 0.5) ? 50 : 2_000,
                chance(random, 0.5));
    }

    /** The same, and planners that fail so often. */
    public FaultMix withPlanning(double probability) {
        return new FaultMix(
                loss,
                duplication,
                slow,
                dispatcherFails,
                storeFails,
                storeCrashes,
                refuses,
                restless,
                probability,
                dividing,
                forgetting,
                maxLagMillis,
                slowTimers);
    }

    /** The same, and planners that split and merge so often. */
    public FaultMix withDividing(double probability) {
        return new FaultMix(
                loss,
                duplication,
                slow,
                dispatcherFails,
                storeFails,
                storeCrashes,
                refuses,
                restless,
                planning,
                probability,
                forgetting,
                maxLagMillis,
                slowTimers);
    }

    /** The same, and planners' sessions that are lost so often. */
    public FaultMix withForgetting(double probability) {
        return new FaultMix(
                loss,
                duplication,
                slow,
                dispatcherFails,
                storeFails,
                storeCrashes,
                refuses,
                restless,
                planning,
                dividing,
                probability,
                maxLagMillis,
                slowTimers);
    }

    /** No faults, and this mix with one kind of fault less, once per kind that it has. */
    public List<FaultMix> simpler() {
        List<FaultMix> simpler = new ArrayList<>();
        simpler.add(NONE);
        for (int kind = 0; kind < KINDS; kind++) {
            simpler.add(without(kind));
        }
        return simpler.stream().distinct().filter(each -> !each.equals(this)).toList();
    }

    /** Kinds count in the order of the components; the two of the store are one. */
    private FaultMix without(int kind) {
        return new FaultMix(
                kind == 0 ? 0 : loss,
                kind == 1 ? 0 : duplication,
                kind == 2 ? 0 : slow,
                kind == 3 ? 0 : dispatcherFails,
                kind == 4 ? 0 : storeFails,
                kind == 4 ? 0 : storeCrashes,
                kind == 5 ? 0 : refuses,
                kind == 6 ? 0 : restless,
                kind == 7 ? 0 : planning,
                kind == 8 ? 0 : dividing,
                kind == 10 ? 0 : forgetting,
                kind == 9 ? NONE.maxLagMillis : maxLagMillis,
                slowTimers);
    }

    private static boolean chance(SplittableRandom random, double probability) {
        return random.nextDouble() < probability;
    }
}
