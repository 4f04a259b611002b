package dev.maintainer.simulator.incident;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Faults that may happen at any moment until peace comes.
 *
 * @param probabilities of each kind, from 0 to 1; those that are not there do not happen
 * @param maxLagMillis how far dispatchers may be behind upstream
 * @param slowTimers whether workers report full heartbeats rarely and operators repeat rarely
 */
public record FaultMix(Map<FaultKind, Double> probabilities, int maxLagMillis, boolean slowTimers) {
    /** A good day. */
    public static final FaultMix NONE = new FaultMix(Map.of(), 50, true);

    /** Takes a copy. */
    public FaultMix {
        EnumMap<FaultKind, Double> copy = new EnumMap<>(FaultKind.class);
        copy.putAll(probabilities);
        copy.values().removeIf(probability -> probability == 0);
        probabilities = Collections.unmodifiableMap(copy);
    }

    /** Some of everything, and often nothing of one thing: bugs hide behind faults as well as in them. */
    public static FaultMix draw(SplittableRandom random) {
        FaultMix mix = NONE.with(FaultKind.LOSS, chance(random, 0.3) ? 0 : random.nextInt(12) / 100.0)
                .with(FaultKind.DUPLICATION, chance(random, 0.5) ? 0 : random.nextInt(10) / 100.0)
                .with(FaultKind.SLOWNESS, random.nextInt(10) / 100.0)
                .with(FaultKind.DISPATCHER_FAILURE, chance(random, 0.6) ? 0 : 0.002)
                .with(FaultKind.STORE_FAILURE, chance(random, 0.5) ? 0 : 0.1)
                .with(FaultKind.STORE_CRASH, chance(random, 0.6) ? 0 : 0.04)
                .with(FaultKind.REFUSAL, chance(random, 0.6) ? 0 : 0.05)
                .with(FaultKind.RESTLESSNESS, chance(random, 0.3) ? 0 : 0.5)
                .with(FaultKind.PLANNER_FAULT, chance(random, 0.6) ? 0 : 0.3)
                .withMaxLagMillis(chance(random, 0.5) ? 50 : 2_000)
                .withSlowTimers(chance(random, 0.5));
        return mix.with(FaultKind.DDL_REFUSAL, mix.probability(FaultKind.REFUSAL) > 0 ? 0.1 : 0);
    }

    /** How probable faults of a kind are; from 0 to 1. */
    public double probability(FaultKind kind) {
        return probabilities.getOrDefault(kind, 0.0);
    }

    /** The same, with another probability of a kind. */
    public FaultMix with(FaultKind kind, double probability) {
        Map<FaultKind, Double> others = new EnumMap<>(FaultKind.class);
        others.putAll(probabilities);
        others.put(kind, probability);
        return new FaultMix(others, maxLagMillis, slowTimers);
    }

    /** The same, with dispatchers that may be so far behind. */
    public FaultMix withMaxLagMillis(int other) {
        return new FaultMix(probabilities, other, slowTimers);
    }

    /** The same, with slow timers or without them. */
    public FaultMix withSlowTimers(boolean other) {
        return new FaultMix(probabilities, maxLagMillis, other);
    }

    /** No faults, and this mix with one kind of fault less, once per kind that it has. */
    public List<FaultMix> simpler() {
        List<FaultMix> simpler = new ArrayList<>();
        simpler.add(NONE);
        probabilities.keySet().forEach(kind -> simpler.add(with(kind, 0)));
        simpler.add(withMaxLagMillis(NONE.maxLagMillis));
        return simpler.stream().distinct().filter(each -> !each.equals(this)).toList();
    }

    private static boolean chance(SplittableRandom random, double probability) {
        return random.nextDouble() < probability;
    }
}
