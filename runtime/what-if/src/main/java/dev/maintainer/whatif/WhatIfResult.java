package dev.maintainer.whatif;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Violation;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What a scheduler did with a cluster. Immutable.
 *
 * @param scheduler its name
 * @param problem why it did not settle; null if it did
 * @param rounds plans with decisions
 * @param places absent spans that were placed
 * @param moves spans that were moved, each as often as it was
 * @param movedByCore how many of those moves the core made itself, off a node that was emptied, as the scheduler did not
 * @param cut decisions that were not carried out because they were beyond the budget; of each plan one is read beyond it
 * @param movesPerRound of the rounds, in order
 * @param absent spans that no plan placed
 * @param lastReason what the last plan said; empty if there was none
 * @param left spans that the last plan says it looked at and left, in words; at most a few
 * @param snapshot loads as in the snapshot
 * @param before loads with all events and without any plan
 * @param after loads at the end
 * @param groups how even each group is, by id; empty if there is no more than one
 * @param micros how long the planner took in each round that it was asked in, in microseconds: more than rounds,
 *     as it is asked once more when nothing is left to do, and when a time of calm is over
 */
public record WhatIfResult(
        String scheduler,
        @Nullable Problem problem,
        int rounds,
        long places,
        long moves,
        long movedByCore,
        long cut,
        List<Integer> movesPerRound,
        int absent,
        String lastReason,
        List<String> left,
        Loads snapshot,
        Loads before,
        Loads after,
        List<GroupLoads> groups,
        List<Long> micros) {
    /** Copies the lists. */
    public WhatIfResult {
        movesPerRound = List.copyOf(movesPerRound);
        left = List.copyOf(left);
        groups = List.copyOf(groups);
        micros = List.copyOf(micros);
    }

    /**
     * Why a scheduler did not settle.
     *
     * @param message what happened
     * @param advice what to do
     * @param cycle where states repeated; null if they did not
     * @param violations of the plan that was refused; empty if none was
     */
    public record Problem(
            String message, String advice, @Nullable Cycle cycle, List<Violation> violations) {
        /** Copies the list. */
        public Problem {
            violations = List.copyOf(violations);
        }
    }

    /**
     * After round {@code to} every span is where it was after round {@code from}.
     *
     * @param from 0 is before the first round
     * @param moves from the one to the other
     * @param example decisions of the last round, in words; at most a few
     */
    public record Cycle(int from, int to, long moves, List<String> example) {
        /** Copies the list. */
        public Cycle {
            example = List.copyOf(example);
        }
    }

    /**
     * How even a group is.
     *
     * @param spans how many it has
     * @param before with all events and without any plan
     * @param after at the end
     */
    public record GroupLoads(GroupId group, int spans, Loads before, Loads after) {}

    /** Whether it came to rest. */
    public boolean settled() {
        return problem == null;
    }

    /** All nodes of the snapshot, and those that joined. */
    public List<NodeId> nodes() {
        TreeSet<NodeId> nodes = new TreeSet<>(snapshot.byNode().keySet());
        nodes.addAll(before.byNode().keySet());
        return List.copyOf(nodes);
    }

    /** The nodes whose loads change most from the snapshot to the end come first; of equals, those with lower ids. */
    public List<NodeId> nodesByChange() {
        List<NodeId> nodes = new ArrayList<>(nodes());
        // The sort is stable, and they are in the order of their ids.
        nodes.sort((a, b) -> Integer.compare(change(b), change(a)));
        return nodes;
    }

    private int change(NodeId node) {
        return Math.abs(after.of(node) - snapshot.of(node));
    }

    /** Half of the rounds took the planner no longer than this, in microseconds; 0 if it was never asked. */
    public long medianMicros() {
        List<Long> sorted = new ArrayList<>(micros);
        Collections.sort(sorted);
        return sorted.isEmpty() ? 0 : sorted.get((sorted.size() - 1) / 2);
    }

    /** The longest round, in microseconds; 0 if there was none. */
    public long worstMicros() {
        return micros.stream().mapToLong(Long::longValue).max().orElse(0);
    }
}
