package dev.maintainer.scheduler.defaults;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many spans each node should have: in proportion to the weights, as close as it can be when no node can go below
 * its pinned load (spans that cannot be moved), and with the remainder at the nodes that have most beyond their part,
 * which costs the fewest moves.
 *
 * <p>A step of a plan that is in progress does not change the shares: it takes from a node above its share and gives to
 * one below, and which nodes get the remainder follows from an order that such steps keep.
 */
final class Shares {
    private Shares() {}

    /** The share of each node, all of one weight. */
    static int[] of(List<Integer> loads, List<Integer> pinned, int total) {
        return of(loads, pinned, loads.stream().map(load -> 1).toList(), total);
    }

    /**
     * The share of each node.
     *
     * @param loads the load of each node
     * @param pinned the part of it that cannot leave; not above the load
     * @param weights how much each node can take compared with others; 1 or more
     * @param total what is to be shared; not below the sum of {@code pinned}
     */
    static int[] of(List<Integer> loads, List<Integer> pinned, List<Integer> weights, int total) {
        int nodes = loads.size();
        Integer[] byPinned = IntStream.range(0, nodes).boxed().toArray(Integer[]::new);
        Arrays.sort(
                byPinned,
                (a, b) -> Long.compare((long) pinned.get(a) * weights.get(b), (long) pinned.get(b) * weights.get(a)));
        int covered = nodes;
        long rest = total;
        long weight = weights.stream().mapToLong(Integer::longValue).sum();
        int[] shares = new int[nodes];
        // A node whose pinned load is above its part keeps it and takes no part in the sharing.
        while (part(rest, weights.get(byPinned[covered - 1]), weight) < pinned.get(byPinned[covered - 1])) {
            covered--;
            int node = byPinned[covered];
            shares[node] = pinned.get(node);
            rest -= shares[node];
            weight -= weights.get(node);
        }
        long remainder = rest;
        for (int i = 0; i < covered; i++) {
            int node = byPinned[i];
            shares[node] = part(rest, weights.get(node), weight);
            remainder -= shares[node];
        }
        Integer[] mostBeyondFirst = Arrays.copyOf(byPinned, covered);
        Arrays.sort(
                mostBeyondFirst,
                Comparator.<Integer>comparingInt(node -> shares[node] - loads.get(node))
                        .thenComparing(Comparator.naturalOrder()));
        for (int i = 0; i < remainder; i++) {
            shares[mostBeyondFirst[i]]++;
        }
        return shares;
    }

    private static int part(long rest, int own, long all) {
        return (int) Math.floorDiv(Math.multiplyExact(rest, (long) own), all);
    }
}
