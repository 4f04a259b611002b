package dev.maintainer.scheduler.defaults;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * How many spans each node should have: as even as it can be when no node can go below its pinned load (spans that
 * cannot be moved), and with the remainder at the nodes that have most, which costs the fewest moves.
 *
 * <p>A step of a plan that is under way does not change the shares: it takes from a node above its share and gives to
 * one below, and which nodes get the remainder follows from an order that such steps keep.
 */
final class Shares {
    private Shares() {}

    /**
     * The share of each node.
     *
     * @param loads the load of each node
     * @param pinned the part of it that cannot leave; not above the load
     * @param total what is to be shared; not below the sum of {@code pinned}
     */
    static int[] of(List<Integer> loads, List<Integer> pinned, int total) {
        int nodes = loads.size();
        Integer[] byPinned = IntStream.range(0, nodes).boxed().toArray(Integer[]::new);
        Arrays.sort(byPinned, Comparator.comparing(pinned::get));
        int covered = nodes;
        int rest = total;
        // A node whose pinned load is above the level keeps it and takes no part in the sharing.
        while (Math.floorDiv(rest, covered) < pinned.get(byPinned[covered - 1])) {
            rest -= pinned.get(byPinned[covered - 1]);
            covered--;
        }
        int level = Math.floorDiv(rest, covered);
        int remainder = Math.floorMod(rest, covered);
        int[] shares = new int[nodes];
        for (int i = covered; i < nodes; i++) {
            shares[byPinned[i]] = pinned.get(byPinned[i]);
        }
        Integer[] mostLoadedFirst = Arrays.copyOf(byPinned, covered);
        Arrays.sort(
                mostLoadedFirst,
                Comparator.<Integer, Integer>comparing(loads::get).reversed().thenComparing(Comparator.naturalOrder()));
        for (int i = 0; i < covered; i++) {
            shares[mostLoadedFirst[i]] = i < remainder ? level + 1 : level;
        }
        return shares;
    }
}
