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
        return NONE.toBuilder()
                .loss(chance(random, 0.3) ? 0 : random.nextInt(12) / 100.0)
                .duplication(chance(random, 0.5) ? 0 : random.nextInt(10) / 100.0)
                .slow(random.nextInt(10) / 100.0)
                .dispatcherFails(chance(random, 0.6) ? 0 : 0.002)
                .storeFails(chance(random, 0.5) ? 0 : 0.1)
                .storeCrashes(chance(random, 0.6) ? 0 : 0.04)
                .refuses(chance(random, 0.6) ? 0 : 0.05)
                .restless(chance(random, 0.3) ? 0 : 0.5)
                .planning(chance(random, 0.6) ? 0 : 0.3)
                .maxLagMillis(chance(random, 0.5) ? 50 : 2_000)
                .slowTimers(chance(random, 0.5))
                .build();
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
        Builder less = toBuilder();
        switch (kind) {
            case 0 -> less.loss(0);
            case 1 -> less.duplication(0);
            case 2 -> less.slow(0);
            case 3 -> less.dispatcherFails(0);
            case 4 -> less.storeFails(0).storeCrashes(0);
            case 5 -> less.refuses(0);
            case 6 -> less.restless(0);
            case 7 -> less.planning(0);
            case 8 -> less.dividing(0);
            case 9 -> less.maxLagMillis(NONE.maxLagMillis);
            case 10 -> less.forgetting(0);
            default -> throw new IllegalArgumentException("no kind " + kind);
        }
        return less.build();
    }

    private static boolean chance(SplittableRandom random, double probability) {
        return random.nextDouble() < probability;
    }

    /** Begins with these faults. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Collects faults. Not thread-safe. */
    public static final class Builder {
        private double loss;
        private double duplication;
        private double slow;
        private double dispatcherFails;
        private double storeFails;
        private double storeCrashes;
        private double refuses;
        private double restless;
        private double planning;
        private double dividing;
        private double forgetting;
        private int maxLagMillis;
        private boolean slowTimers;

        private Builder(FaultMix from) {
            loss = from.loss;
            duplication = from.duplication;
            slow = from.slow;
            dispatcherFails = from.dispatcherFails;
            storeFails = from.storeFails;
            storeCrashes = from.storeCrashes;
            refuses = from.refuses;
            restless = from.restless;
            planning = from.planning;
            dividing = from.dividing;
            forgetting = from.forgetting;
            maxLagMillis = from.maxLagMillis;
            slowTimers = from.slowTimers;
        }

        /** A message is lost. */
        public Builder loss(double probability) {
            loss = probability;
            return this;
        }

        /** A message arrives twice. */
        public Builder duplication(double probability) {
            duplication = probability;
            return this;
        }

        /** A message takes up to 400 ms, and one in ten of those up to four seconds. */
        public Builder slow(double probability) {
            slow = probability;
            return this;
        }

        /** A dispatcher fails at a turn. */
        public Builder dispatcherFails(double probability) {
            dispatcherFails = probability;
            return this;
        }

        /** The metadata store does not answer; the write may or may not have happened. */
        public Builder storeFails(double probability) {
            storeFails = probability;
            return this;
        }

        /** The coordinator dies with a write under way. */
        public Builder storeCrashes(double probability) {
            storeCrashes = probability;
            return this;
        }

        /** A dispatcher cannot be created, or the sink cannot be fenced. */
        public Builder refuses(double probability) {
            refuses = probability;
            return this;
        }

        /** A plan moves spans to and fro. */
        public Builder restless(double probability) {
            restless = probability;
            return this;
        }

        /** A planner throws or returns nonsense; half as often it is late, and a quarter as often it hangs. */
        public Builder planning(double probability) {
            planning = probability;
            return this;
        }

        /** A plan splits spans, merges adjacent ones, and brings others together to be merged. */
        public Builder dividing(double probability) {
            dividing = probability;
            return this;
        }

        /** A planner's session is lost before a request. */
        public Builder forgetting(double probability) {
            forgetting = probability;
            return this;
        }

        /** How far dispatchers may be behind upstream. */
        public Builder maxLagMillis(int value) {
            maxLagMillis = value;
            return this;
        }

        /** Whether workers report full heartbeats rarely and operators repeat rarely. */
        public Builder slowTimers(boolean value) {
            slowTimers = value;
            return this;
        }

        /** {@return what was collected} */
        public FaultMix build() {
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
                    forgetting,
                    maxLagMillis,
                    slowTimers);
        }
    }
}
