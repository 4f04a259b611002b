package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.SplittableRandom;

/** Clusters from seeds. */
final class RandomClusters {
    private RandomClusters() {}

    /** Whole tables only; some nodes drain. The first node never does. */
    static FakeCluster wholeTables(long seed, boolean withAbsent) {
        SplittableRandom random = new SplittableRandom(seed);
        FakeCluster cluster = new FakeCluster().seed(seed);
        int nodes = 1 + random.nextInt(12);
        for (int i = 0; i < nodes; i++) {
            String id = "n" + random.nextInt(10, 100) + "-" + i;
            cluster.nodes(id).running(id, random.nextInt(4) == 0 ? 0 : random.nextInt(40));
            if (i > 0 && random.nextInt(6) == 0) {
                cluster.drain(id);
            }
        }
        return withAbsent ? cluster.absent(random.nextInt(60)) : cluster;
    }

    /** Whole tables and split tables, some absent, some driven by operators that never end. */
    static FakeCluster mixed(long seed) {
        FakeCluster cluster = wholeTables(seed, true);
        SplittableRandom random = new SplittableRandom(~seed);
        var nodes = cluster.snapshot().nodes();
        int spans = cluster.snapshot().groups().stream()
                .mapToInt(cluster.snapshot()::size)
                .sum();
        for (int i = 0; i < spans / 10; i++) {
            cluster.drive(FakeCluster.dispatcher(1 + random.nextInt(spans)));
        }
        for (int table = 1; table <= random.nextInt(5); table++) {
            String node = nodes.get(random.nextInt(nodes.size())).id().value();
            cluster.split(100_000 + table, random.nextInt(8), null).split(100_000 + table, random.nextInt(8), node);
        }
        return cluster;
    }

    static Budget budget(long seed) {
        SplittableRandom random = new SplittableRandom(seed * 31);
        return new Budget(random.nextInt(40), random.nextInt(20), random.nextInt(8));
    }
}
