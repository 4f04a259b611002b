package com.example.ring;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.scheduler.spi.NodeView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Nodes on a circle of 64-bit numbers, each at as many points as its weight says (Karger et al. 1997). A span belongs to
 * the first node behind its own number. The same in every process: numbers depend on names only.
 */
final class Ring {
    private static final int POINTS_PER_WEIGHT = 40;
    /** A node with an absurd weight must not fill the memory. */
    private static final int MOST_WEIGHT = 100;

    private record Point(long at, NodeView node) {}

    private final List<Point> points = new ArrayList<>();

    Ring(List<NodeView> nodes) {
        for (NodeView node : nodes) {
            int count = POINTS_PER_WEIGHT * Math.min(MOST_WEIGHT, node.weight());
            long name = hash(node.id().value());
            for (int i = 0; i < count; i++) {
                points.add(new Point(mix(name + i * 0x9E3779B97F4A7C15L), node));
            }
        }
        points.sort(Comparator.comparingLong(Point::at).thenComparing(point -> point.node().id()));
    }

    int size() {
        return points.size();
    }

    /** The point of a span: the first one behind its number. */
    int start(TableSpan span) {
        long at = mix(span.table().value() * 31 + hash(span.start().toString()));
        int low = 0;
        int high = points.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (points.get(middle).at() < at) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low == points.size() ? 0 : low;
    }

    NodeView at(int index) {
        return points.get(index % points.size()).node();
    }

    private static long hash(String text) {
        long hash = 0;
        for (int i = 0; i < text.length(); i++) {
            hash = mix(hash + text.charAt(i));
        }
        return hash;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
