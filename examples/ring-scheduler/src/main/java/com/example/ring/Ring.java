package com.example.ring;

import dev.maintainer.api.model.TableSpan;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/**
 * Nodes on a circle of numbers, each at as many points as its weight says (Karger et al., "Consistent Hashing and
 * Random Trees", 1997). A span belongs to the first node behind its own number. The same in every process, as the
 * numbers depend on names only; and when a node comes or goes, all others keep their points.
 */
final class Ring {
    private static final int POINTS_PER_WEIGHT = 40;
    /** The lowest bits of a point are the number of its node. */
    private static final int NODE_BITS = 20;

    private static final long NODE_MASK = (1L << NODE_BITS) - 1;

    /** About as many there may be in all. If weights ask for more, each node keeps its part, first points first. */
    private static final long MOST_POINTS = 100_000;

    private final List<Home> homes;
    private final long[] points;

    Ring(List<Home> homes) {
        if (homes.size() > NODE_MASK) {
            throw new IllegalArgumentException(homes.size() + " nodes; at most " + NODE_MASK + " fit on a ring");
        }
        this.homes = homes;
        long weights = homes.stream().mapToLong(home -> home.window().weight()).sum();
        int[] counts = new int[homes.size()];
        int size = 0;
        for (int i = 0; i < counts.length; i++) {
            long weight = homes.get(i).window().weight();
            counts[i] = (int) Math.max(1, Math.min(POINTS_PER_WEIGHT * weight, MOST_POINTS * weight / weights));
            size += counts[i];
        }
        points = new long[size];
        int next = 0;
        for (int i = 0; i < counts.length; i++) {
            long name = hash(homes.get(i).id().value());
            for (int n = 0; n < counts[i]; n++) {
                points[next++] = (mix(name + n * 0x9E3779B97F4A7C15L) & ~NODE_MASK) | i;
            }
        }
        Arrays.sort(points);
    }

    /** The first node behind a span of those that are asked for; there must be one. */
    Home first(TableSpan span, Predicate<Home> among) {
        int start = Arrays.binarySearch(points, mix(span.table().value() * 31 + hash(span.start().toString())));
        if (start < 0) {
            start = -start - 1;
        }
        for (int i = 0; i < points.length; i++) {
            Home home = homes.get((int) (points[(start + i) % points.length] & NODE_MASK));
            if (among.test(home)) {
                return home;
            }
        }
        throw new IllegalStateException("no node of " + homes.size() + " is asked for");
    }

    private static long hash(String text) {
        long hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = mix(hash + text.charAt(i));
        }
        return hash;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
