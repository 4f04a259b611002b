package dev.maintainer.scheduler.defaults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole tables, even in number, of which few have most of the work. */
class LoadBalancerTest {
    private static final Budget AMPLE = new Budget(1_000, 1_000, 1_000);
    private final Scheduler planner =
            new BalanceSplitsSchedulerProvider().create(new TreeMap<>(Map.of(SplitSettings.EVEN_BYTES, "20")));

    private Plan plan(FakeCluster cluster, Budget budget) {
        Plan plan = planner.plan(cluster.snapshot(), budget);
        assertThat(PlanCheck.check(cluster.snapshot(), budget, plan)).isEmpty();
        return plan;
    }

    /** Plans and carries out until nothing is planned any more. Returns the number of moves. */
    private int settle(FakeCluster cluster) {
        int moves = 0;
        for (int round = 0; round < 60; round++) {
            List<Decision> decisions = plan(cluster, AMPLE).decisions();
            if (decisions.isEmpty()) {
                return moves;
            }
            assertThat(decisions).allMatch(Decision.Move.class::isInstance);
            moves += decisions.size();
            cluster.admit(plan(cluster, AMPLE)).finishAll();
        }
        throw new AssertionError("not settled: " + plan(cluster, AMPLE).decisions());
    }

    /** Nine tables on three nodes, as many on each; tables 1, 2 and 3 are hot, and all on n1. */
    private static FakeCluster threeHotOnOne() {
        FakeCluster cluster = new FakeCluster()
                .nodes("n1", "n2", "n3")
                .running("n1", 3)
                .running("n2", 3)
                .running("n3", 3);
        for (int table = 1; table <= 9; table++) {
            cluster.traffic(table, table <= 3 ? 100 : 1);
        }
        return cluster;
    }

    @Test
    @DisplayName(
            "UP-67: three hot tables of nine leave the node that has all of them, by four moves, two of them exchanges")
    void hotTables() {
        FakeCluster cluster = threeHotOnOne();

        assertThat(settle(cluster)).isEqualTo(4);

        List<Double> works = List.of(cluster.work("n1"), cluster.work("n2"), cluster.work("n3"));
        double mean = works.stream().mapToDouble(each -> each).average().orElseThrow();
        assertThat(works).allSatisfy(each -> assertThat(each / mean).isLessThanOrEqualTo(1.2));
        assertThat(List.of(cluster.load("n1"), cluster.load("n2"), cluster.load("n3")))
                .containsOnly(3);
    }

    @Test
    @DisplayName("UP-66: the same moves come of it when a plan may have two, and none when it may have one")
    void budget() {
        FakeCluster cluster = threeHotOnOne();
        Budget two = new Budget(1_000, 2, 1_000);
        int moves = 0;
        for (Plan plan = plan(cluster, two); !plan.decisions().isEmpty(); plan = plan(cluster, two)) {
            moves += plan.decisions().size();
            cluster.admit(plan).finishAll();
        }
        assertThat(moves).isEqualTo(4);

        assertThat(plan(threeHotOnOne(), new Budget(1_000, 1, 1_000)).decisions())
                .as("half an exchange would be undone")
                .isEmpty();
    }

    @Test
    @DisplayName("what comes back for a hot table is the table with least work, not the one that is there longest")
    void exchange() {
        FakeCluster cluster =
                new FakeCluster().nodes("n1", "n2").running("n1", 3).running("n2", 3);
        cluster.traffic(1, 100).traffic(2, 100).traffic(3, 100);
        cluster.traffic(4, 50).traffic(5, 2).traffic(6, 1);

        assertThat(plan(cluster, AMPLE).decisions().stream().map(Decision::dispatchers))
                .hasSize(2)
                .contains(List.of(FakeCluster.dispatcher(6)));
    }

    @Test
    @DisplayName("a node that has fewer spans anyway takes a hot table and gives nothing back")
    void room() {
        FakeCluster cluster =
                new FakeCluster().nodes("n1", "n2").running("n1", 3).running("n2", 2);
        cluster.traffic(1, 100).traffic(2, 100).traffic(3, 1).traffic(4, 1).traffic(5, 1);

        assertThat(settle(cluster)).isEqualTo(1);
        assertThat(cluster.work("n2")).isEqualTo(102);
    }

    @Test
    @DisplayName("UP-68: one running span of which nobody knows, or one number that is none, moves nothing")
    void unknown() {
        FakeCluster cluster = threeHotOnOne().running("n1", 1).running("n2", 1).running("n3", 1);
        cluster.traffic(10, 1).traffic(11, 1);
        assertThat(plan(cluster, AMPLE).decisions()).isEmpty();
        cluster.traffic(12, Double.NaN);
        assertThat(plan(cluster, AMPLE).decisions()).isEmpty();
        cluster.traffic(12, Double.POSITIVE_INFINITY);
        assertThat(plan(cluster, AMPLE).decisions()).isEmpty();
        cluster.traffic(12, 1);
        assertThat(plan(cluster, AMPLE).decisions()).isNotEmpty();
    }

    @Test
    @DisplayName("UP-65: what is under way to a node is not measured there yet, so the node gets nothing more")
    void underWay() {
        FakeCluster cluster =
                new FakeCluster().nodes("n1", "n2").running("n1", 6).running("n2", 6);
        for (int table = 1; table <= 12; table++) {
            cluster.traffic(table, table <= 6 ? 100 : 1);
        }
        Plan first = plan(cluster, AMPLE);
        assertThat(first.decisions()).hasSize(4);
        cluster.admit(first);
        assertThat(plan(cluster, AMPLE).decisions()).isEmpty();

        cluster.finishAll();
        assertThat(plan(cluster, AMPLE).decisions()).as("one exchange is left").hasSize(2);
    }

    @Test
    @DisplayName("in calm nothing is evened out, and a difference that does not matter never")
    void leftAlone() {
        assertThat(plan(threeHotOnOne().calm(), AMPLE).decisions()).isEmpty();

        FakeCluster quiet = new FakeCluster().nodes("n1", "n2").running("n1", 2).running("n2", 2);
        quiet.traffic(1, 9).traffic(2, 9).traffic(3, 0).traffic(4, 0);
        assertThat(plan(quiet, AMPLE).decisions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    @DisplayName(
            "UP-65: with constant work every cluster settles, as even in number as before, and no busier than before")
    void settles(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int nodes = 2 + random.nextInt(6);
        FakeCluster cluster = new FakeCluster();
        for (int node = 0; node < nodes; node++) {
            cluster.nodes("n" + node);
        }
        int tables = nodes * (1 + random.nextInt(10)) + random.nextInt(nodes);
        for (int table = 0; table < tables; table++) {
            cluster.running("n" + table % nodes, 1);
            cluster.traffic(table + 1, random.nextInt(4) == 0 ? random.nextInt(500) : random.nextInt(10));
        }
        double before = IntStream.range(0, nodes)
                .mapToDouble(node -> cluster.work("n" + node))
                .max()
                .orElseThrow();

        settle(cluster);

        double after = IntStream.range(0, nodes)
                .mapToDouble(node -> cluster.work("n" + node))
                .max()
                .orElseThrow();
        assertThat(after).isLessThanOrEqualTo(before);
        int most = IntStream.range(0, nodes)
                .map(node -> cluster.load("n" + node))
                .max()
                .orElseThrow();
        int least = IntStream.range(0, nodes)
                .map(node -> cluster.load("n" + node))
                .min()
                .orElseThrow();
        assertThat(most - least).isLessThanOrEqualTo(1);
    }
}
