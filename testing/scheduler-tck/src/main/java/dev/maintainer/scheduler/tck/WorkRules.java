package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** What work that is known leads to: parts, and one table again. Two to six nodes, all of which may get spans. */
final class WorkRules {
    private static final int CLUSTERS = 30;
    private static final int ROUNDS = 25;
    private static final long TABLE = 1;

    private WorkRules() {}

    /** One busy table, whole, and some idle ones. */
    private static Cluster busy(SchedulerContract contract, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Cluster cluster = new Cluster(seed);
        List<String> nodes = nodes(cluster, 2 + random.nextInt(5));
        int tables = 1 + random.nextInt(9);
        for (int table = 1; table <= tables; table++) {
            cluster.tables(1, nodes.get(random.nextInt(nodes.size()))).work(table, 0);
        }
        return cluster.work(TABLE, 4 * contract.hotBytesPerSecond());
    }

    private static List<String> nodes(Cluster cluster, int count) {
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            nodes.add("n" + i);
            cluster.node("n" + i);
        }
        return nodes;
    }

    private static boolean divides(Decision decision) {
        return decision instanceof Decision.Split || decision instanceof Decision.Merge;
    }

    private static void run(SchedulerContract contract, Cluster cluster) {
        Scheduler scheduler = Planners.fresh(contract);
        for (int round = 0; round < ROUNDS; round++) {
            cluster.admit(scheduler.plan(cluster.snapshot(), SeededClusters.AMPLE));
            cluster.finishAll();
        }
    }

    static void claims(SchedulerContract contract) {
        boolean claimed = Planners.traits(contract).contains(Trait.SPLITS);
        for (long seed = 0; seed < CLUSTERS; seed++) {
            Cluster cluster = busy(contract, seed);
            Plan plan = Planners.fresh(contract).plan(cluster.snapshot(), SeededClusters.AMPLE);
            assertThat(claimed || plan.decisions().stream().noneMatch(WorkRules::divides))
                    .as("%s without the trait SPLITS; %s", plan.decisions(), cluster)
                    .isTrue();
        }
    }

    static void splits(SchedulerContract contract) {
        for (long seed = 0; seed < CLUSTERS; seed++) {
            Cluster cluster = busy(contract, seed);
            run(contract, cluster);
            assertThat(cluster.table(TABLE).stream().map(span -> span.node).distinct())
                    .as("nodes of a table with four times the work that is too much; %s", cluster)
                    .hasSizeGreaterThanOrEqualTo(2);
        }
    }

    static void merges(SchedulerContract contract) {
        for (long seed = 0; seed < CLUSTERS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Cluster cluster = new Cluster(seed);
            List<String> nodes = nodes(cluster, 2 + random.nextInt(5));
            int parts = 2 + random.nextInt(6);
            cluster.parts(TABLE, parts, random.nextBoolean() ? nodes : nodes.subList(0, 1))
                    .work(TABLE, contract.hotBytesPerSecond() / 100);
            run(contract, cluster);
            assertThat(cluster.table(TABLE))
                    .as("parts of a table that is a hundredth of the work that is too much; %s", cluster)
                    .hasSize(1);
        }
    }

    static void quiet(SchedulerContract contract) {
        for (long seed = 0; seed < CLUSTERS; seed++) {
            Cluster cluster = busy(contract, seed);
            Settling.settle(Planners.fresh(contract), cluster, SeededClusters.AMPLE, contract.settleRounds());
        }
    }

    /** The busiest table is of unknown work, and so are parts of another. */
    static void unknown(SchedulerContract contract) {
        for (long seed = 0; seed < CLUSTERS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Cluster cluster = new Cluster(seed);
            List<String> nodes = nodes(cluster, 2 + random.nextInt(5));
            cluster.tables(1, nodes.get(0))
                    .work(TABLE, 0)
                    .tables(3, nodes.get(1))
                    .parts(100, 4, nodes.subList(0, 1));
            Scheduler scheduler = Planners.fresh(contract);
            for (int round = 0; round < 3; round++) {
                Plan plan = scheduler.plan(cluster.snapshot(), SeededClusters.AMPLE);
                assertThat(plan.decisions())
                        .as("decisions about work that nobody knows; %s", cluster)
                        .noneMatch(WorkRules::divides);
                cluster.admit(plan);
                cluster.finishAll();
            }
        }
    }

    static void zones(SchedulerContract contract) {
        for (long seed = 0; seed < CLUSTERS; seed++) {
            Cluster cluster = busy(contract, seed);
            cluster.node("z-far").node("z-near");
            cluster.nodes.forEach(
                    (id, node) -> node.labels.put(NodeView.ZONE, id.value().equals("z-far") ? "b" : "a"));
            run(contract, cluster);
            List<Cluster.Span> parts = cluster.table(TABLE);
            assertThat(parts.size() < 2
                            || parts.stream()
                                    .anyMatch(part -> String.valueOf(part.node).equals("z-far")))
                    .as("%d parts of a table, none of them in the smaller of two zones; %s", parts.size(), cluster)
                    .isTrue();
        }
    }
}
