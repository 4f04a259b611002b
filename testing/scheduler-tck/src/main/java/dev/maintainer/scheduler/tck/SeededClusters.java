package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The clusters and budgets that the rules are checked with, from seeds. */
final class SeededClusters {
    static final int COUNT = 100;
    static final Budget AMPLE = new Budget(1_000_000, 1_000_000, 1_000_000);
    /** As a host would give: cuts most plans. */
    static final Budget USUAL = new Budget(20, 10, 5);

    private static final List<String> ZONES = List.of("east", "west", "Süd-1", "");
    private static final List<String> WEIGHTS = List.of("1", "2", "3", "10", "0", "-1", "many", "");

    private SeededClusters() {}

    /** Running whole tables only, with any loads; at least one node, and the first never drains. */
    static Cluster tables(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Cluster cluster = new Cluster(seed);
        nodes(random, 1 + random.nextInt(12)).forEach(id -> {
            cluster.node(id).tables(random.nextInt(4) == 0 ? 0 : random.nextInt(30), id);
            if (cluster.nodes.size() > 1 && random.nextInt(6) == 0) {
                cluster.drain(id);
            }
        });
        return cluster;
    }

    /** Whole and split tables, running and absent; operators that never end drive some. Every second has labels. */
    static Cluster mixed(long seed) {
        Cluster cluster = tables(seed);
        if (seed % 2 != 0) {
            label(cluster, new SplittableRandom(seed * 17));
        }
        SplittableRandom random = new SplittableRandom(~seed);
        List<String> ids = cluster.nodes.keySet().stream().map(id -> id.value()).toList();
        cluster.tables(random.nextInt(40), null);
        for (int table = 1; table <= 1 + random.nextInt(4); table++) {
            cluster.split(100_000 + table, 1 + random.nextInt(7), null)
                    .split(100_000 + table, random.nextInt(8), ids.get(random.nextInt(ids.size())));
        }
        int all = cluster.spans.size();
        for (int i = 0; i < all / 15; i++) {
            cluster.drive(Cluster.dispatcher(1 + random.nextInt(all)));
        }
        return cluster;
    }

    /** As people write them: some are missing, and some are of no use. */
    private static void label(Cluster cluster, SplittableRandom random) {
        cluster.nodes.forEach((id, node) -> {
            if (random.nextInt(5) != 0) {
                node.labels.put(NodeView.ZONE, ZONES.get(random.nextInt(ZONES.size())));
            }
            if (random.nextInt(3) != 0) {
                node.labels.put(NodeView.WEIGHT, WEIGHTS.get(random.nextInt(WEIGHTS.size())));
            }
            // One node must be left that may get spans, and 0 is the weight of one that may not.
            if (id.value().endsWith("-0")) {
                node.labels.remove(NodeView.WEIGHT, "0");
            }
        });
    }

    /** Nodes that all may get spans, and whole tables spread evenly over them. */
    static Cluster even(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Cluster cluster = new Cluster(seed);
        List<String> ids = nodes(random, 3 + random.nextInt(10));
        int tables = random.nextInt(300);
        for (int i = 0; i < ids.size(); i++) {
            cluster.node(ids.get(i)).tables(tables / ids.size() + (i < tables % ids.size() ? 1 : 0), ids.get(i));
        }
        return cluster;
    }

    /** Nodes without spans, and absent whole tables. */
    static Cluster fresh(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Cluster cluster = new Cluster(seed);
        nodes(random, 1 + random.nextInt(12)).forEach(cluster::node);
        return cluster.tables(random.nextInt(200), null);
    }

    /** From nothing at all to more than most clusters need. */
    static Budget budget(SplittableRandom random) {
        return new Budget(random.nextInt(40), random.nextInt(20), random.nextInt(8));
    }

    /** Names whose order is not the order in which they were added. */
    private static List<String> nodes(SplittableRandom random, int count) {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ids.add("n" + random.nextInt(10, 100) + "-" + i);
        }
        return ids;
    }
}
