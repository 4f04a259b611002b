package com.acme.planner.clean;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Rejection;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpiLevel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.GregorianCalendar;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Looks like the broken ones and is clean. */
final class CleanPlanner implements Scheduler {
    private static final List<String> ORDER = List.of("a", "b");
    private static final Map<Phase, String> TEXTS = texts();
    private static final Comparator<String> COMPARATOR = Comparator.reverseOrder();
    private static final Limits LIMITS = new Limits(3, ORDER);
    private static final Phase FIRST = Phase.FIRST;
    private static final long MILLIS = TimeUnit.SECONDS.toMillis(3);

    /** An enum keeps its values in an array. */
    enum Phase {
        FIRST,
        SECOND
    }

    /** Immutable. */
    record Limits(int most, List<String> names) {}

    private int calls;

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        calls++;
        return Plan.keep(new Reason("CLEAN", TEXTS.get(FIRST) + calls + LIMITS + MILLIS));
    }

    private static Map<Phase, String> texts() {
        Map<Phase, String> texts = new EnumMap<>(Phase.class);
        texts.put(Phase.FIRST, "first");
        return Collections.unmodifiableMap(texts);
    }

    /** Times that come from numbers. */
    String times(long millis, Clock clock) {
        return Instant.ofEpochMilli(millis) + "" + new GregorianCalendar(2026, 1, 1) + clock.instant();
    }

    /** Chance with a seed. */
    int chance(long seed, List<String> names) {
        Collections.shuffle(names, new Random(seed));
        return new SplittableRandom(seed).nextInt();
    }

    /** Collections with an order. */
    Map<String, List<String>> collections(List<String> names) {
        Map<String, Integer> lengths = new LinkedHashMap<>(
                names.stream().collect(Collectors.toMap(name -> name, String::length, Integer::sum, TreeMap::new)));
        Set<String> seen = new LinkedHashSet<>(new TreeSet<>(lengths.keySet()));
        List<String> copy = new ArrayList<>(seen);
        copy.sort(COMPARATOR);
        return copy.stream().collect(Collectors.groupingBy(name -> name, TreeMap::new, Collectors.toList()));
    }

    /** Names of others' methods. */
    String names(String text) {
        return notify(text) + parallel(text) + now() + switchOver(Phase.SECOND);
    }

    private static int switchOver(Phase phase) {
        return switch (phase) {
            case FIRST -> 1;
            case SECOND -> 2;
        };
    }

    private static String notify(String text) {
        return text.trim();
    }

    private static String parallel(String text) {
        return text.trim();
    }

    private static String now() {
        return "now";
    }

    /** Values without factories have constructors that stay. */
    Plan values(DispatcherId dispatcher, NodeId target) {
        Reason reason = new Reason("CLEAN", "made by " + SpiLevel.of(2));
        return Plan.of(List.of(new Decision.Place(dispatcher, target, reason)), reason)
                .rejecting(List.of(new Rejection(dispatcher, reason)));
    }

    /** An exception about I/O is no I/O. */
    RuntimeException exception(String text) {
        return new UncheckedIOException(new IOException(text));
    }
}
