package dev.maintainer.node.whatif;

import dev.maintainer.api.model.NodeId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a scheduler did with a cluster.
 *
 * @param scheduler its name
 * @param settled whether it came to rest
 * @param problem why it did not, or what was wrong with its plans; null if nothing was
 * @param rounds plans with decisions
 * @param places absent spans that were placed
 * @param moves spans that were moved
 * @param movesPerRound in order
 * @param absent spans that no plan placed
 * @param lastReason what the last plan said
 * @param before loads by node, with all events and without any plan
 * @param after loads by node at the end
 * @param micros how long the planner took in each round, in microseconds
 */
public record WhatIfResult(
        String scheduler,
        boolean settled,
        @Nullable String problem,
        int rounds,
        long places,
        long moves,
        List<Integer> movesPerRound,
        int absent,
        String lastReason,
        SortedMap<NodeId, NodeLoad> before,
        SortedMap<NodeId, NodeLoad> after,
        List<Long> micros) {
    /** Copies what can change. */
    public WhatIfResult {
        movesPerRound = List.copyOf(movesPerRound);
        before = Collections.unmodifiableSortedMap(new TreeMap<>(before));
        after = Collections.unmodifiableSortedMap(new TreeMap<>(after));
        micros = List.copyOf(micros);
    }

    /**
     * A node and its spans.
     *
     * @param eligible whether it may get spans
     */
    public record NodeLoad(int spans, boolean eligible) {}

    /** The difference between the highest and the lowest load of an eligible node. */
    public static int spread(SortedMap<NodeId, NodeLoad> loads) {
        int least = Integer.MAX_VALUE;
        int most = Integer.MIN_VALUE;
        for (NodeLoad load : loads.values()) {
            if (load.eligible()) {
                least = Math.min(least, load.spans());
                most = Math.max(most, load.spans());
            }
        }
        return most < least ? 0 : most - least;
    }

    /** The standard deviation of the loads of eligible nodes, as a part of their mean; 0 if there are none. */
    public static double variation(SortedMap<NodeId, NodeLoad> loads) {
        long sum = 0;
        int count = 0;
        for (NodeLoad load : loads.values()) {
            if (load.eligible()) {
                sum += load.spans();
                count++;
            }
        }
        if (sum == 0) {
            return 0;
        }
        double mean = (double) sum / count;
        double squares = 0;
        for (NodeLoad load : loads.values()) {
            if (load.eligible()) {
                squares += (load.spans() - mean) * (load.spans() - mean);
            }
        }
        return Math.sqrt(squares / count) / mean;
    }

    /** Half of the rounds took the planner no longer than this, in microseconds. */
    public long medianMicros() {
        List<Long> sorted = new ArrayList<>(micros);
        Collections.sort(sorted);
        return sorted.isEmpty() ? 0 : sorted.get(sorted.size() / 2);
    }

    /** The longest round, in microseconds. */
    public long worstMicros() {
        return micros.stream().mapToLong(Long::longValue).max().orElse(0);
    }
}
