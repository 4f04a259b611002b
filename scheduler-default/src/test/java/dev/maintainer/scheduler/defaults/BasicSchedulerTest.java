package dev.maintainer.scheduler.defaults;

import static dev.maintainer.scheduler.testing.FakeCluster.dispatcher;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BasicSchedulerTest {
    private static final Budget AMPLE = new Budget(1_000, 1_000, 1_000);

    private final Scheduler basic = new BasicSchedulerProvider().create(new TreeMap<>());

    @Test
    void choosesTheNodeWithFewestOfTheGroupThenLeastLoadThenFirstId() {
        FakeCluster cluster = new FakeCluster()
                .nodes("a", "b", "c")
                .running("a", 5)
                .running("b", 2)
                .running("c", 2);
        cluster.absent(1).admit(basic.plan(cluster.snapshot(), AMPLE));
        assertThat(cluster.load("b")).isEqualTo(3);

        Plan plan = basic.plan(cluster.absent(3).snapshot(), AMPLE);

        assertThat(plan.decisions())
                .extracting(Decision::target)
                .map(NodeId::value)
                .containsExactly("c", "a", "b");
        assertThat(plan.decisions()).extracting(d -> d.reason().code()).containsOnly("PLACE_ABSENT");
    }

    @Test
    void placesSplitTablesBeforeWholeTables() {
        FakeCluster cluster = new FakeCluster().nodes("a", "b").absent(5).split(77, 3, null);

        Plan plan = basic.plan(cluster.snapshot(), new Budget(4, 0, 10));

        assertThat(plan.decisions())
                .extracting(Decision::dispatcher)
                .containsExactly(dispatcher(6), dispatcher(7), dispatcher(8), dispatcher(1));
    }

    @Test
    void keepsTheLimitOfEachNodeAndNotOnlyTheSum() {
        FakeCluster cluster =
                new FakeCluster().nodes("a", "b").stuckTowards("a", 3).absent(20);

        Plan plan = basic.plan(cluster.snapshot(), new Budget(100, 0, 4));

        assertThat(targets(plan)).isEqualTo(Map.of("a", 1L, "b", 4L));
        assertThat(PlanCheck.check(cluster.snapshot(), new Budget(100, 0, 4), plan))
                .isEmpty();
    }

    @Test
    void movesNothingAndSaysSo() {
        FakeCluster cluster = new FakeCluster().nodes("a", "b").running("a", 9);

        Plan plan = basic.plan(cluster.snapshot(), AMPLE);

        assertThat(plan.decisions()).isEmpty();
        assertThat(plan.reason().code()).isEqualTo("NOTHING_ABSENT");
    }

    @Test
    void saysWhyItCannotPlace() {
        FakeCluster drained = new FakeCluster().nodes("a").drain("a").absent(1);
        FakeCluster full = new FakeCluster().nodes("a").stuckTowards("a", 1).absent(1);
        FakeCluster driven = new FakeCluster().nodes("a").absent(1).drive(dispatcher(1));

        assertThat(code(drained, AMPLE)).isEqualTo("NO_ELIGIBLE_NODE");
        assertThat(code(full, new Budget(1, 0, 1))).isEqualTo("NO_SLOT");
        assertThat(code(driven, AMPLE)).isEqualTo("SPANS_IN_FLIGHT");
        assertThat(code(new FakeCluster().nodes("a").absent(1), new Budget(0, 0, 1)))
                .isEqualTo("NO_BUDGET");
    }

    @Test
    void keepsItsBatchSize() {
        Scheduler small = new BasicSchedulerProvider().create(new TreeMap<>(Map.of("batch-size", "3")));

        assertThat(small.plan(new FakeCluster().nodes("a").absent(9).snapshot(), AMPLE)
                        .decisions())
                .hasSize(3);
    }

    @Test
    @DisplayName("5.1: of one split table at most so many are under way to a node, and that holds up no other table")
    void keepsItsGroupLimit() {
        Scheduler limited = new BasicSchedulerProvider().create(new TreeMap<>(Map.of("group-limit", "2")));
        FakeCluster cluster =
                new FakeCluster().nodes("a", "b").split(500, 9, null).absent(3);

        Plan first = limited.plan(cluster.snapshot(), AMPLE);

        assertThat(first.decisions()).hasSize(2 * 2 + 3);
        cluster.admit(first);
        assertThat(limited.plan(cluster.snapshot(), AMPLE).decisions()).isEmpty();
        cluster.finishAll();
        assertThat(limited.plan(cluster.snapshot(), AMPLE).decisions()).hasSize(4);
    }

    @Test
    @DisplayName("Invariant 62: a round reads one span per decision, however many are absent")
    void readsNoMoreThanItDecides() {
        FakeCluster cluster = new FakeCluster().nodes("a", "b").absent(50_000);

        Plan plan = basic.plan(cluster.snapshot(), new Budget(20, 0, 1_000));

        assertThat(plan.decisions()).hasSize(20);
        assertThat(cluster.reads()).isLessThanOrEqualTo(21);
    }

    @Test
    @DisplayName("Invariant 63: an absent span is placed as long as one node is eligible")
    void placesEverythingInTheEnd() {
        for (long seed = 0; seed < 300; seed++) {
            FakeCluster cluster = RandomClusters.wholeTables(seed, true).split(9_000, 7, null);
            Budget budget = new Budget(5, 0, 2);
            int rounds = 0;
            while (cluster.absentCount() > 0) {
                assertThat(++rounds).as("seed %d", seed).isLessThan(100);
                cluster.admit(basic.plan(cluster.snapshot(), budget)).finishAll();
            }
        }
    }

    @Test
    @DisplayName("Invariant 68: spans that are refused again and again do not starve the others")
    void refusedSpansDoNotStarveOthers() {
        FakeCluster cluster = new FakeCluster().nodes("a", "b").absent(30);
        Budget budget = new Budget(10, 0, 100);
        int rounds = 0;
        while (cluster.absentCount() > 10) {
            assertThat(++rounds).isLessThanOrEqualTo(6);
            Plan plan = basic.plan(cluster.snapshot(), budget);
            assertThat(plan.decisions()).isNotEmpty();
            cluster.admit(plan, decision -> decision.dispatcher().low() > 10, RefusalReason.GONE);
        }
    }

    @Test
    @DisplayName("Invariant 62: a refused decision is not repeated in the next round, and the plan says so")
    void refusedDecisionsDoNotSpin() {
        FakeCluster cluster = new FakeCluster().nodes("a").absent(1);
        cluster.admit(basic.plan(cluster.snapshot(), AMPLE), decision -> false);

        Plan next = basic.plan(cluster.snapshot(), AMPLE);

        assertThat(next.decisions()).isEmpty();
        assertThat(next.reason().code()).isEqualTo("REFUSED_LAST_ROUND");
        assertThat(next.rejected())
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.dispatcher()).isEqualTo(dispatcher(1)));
        cluster.admit(next);
        assertThat(basic.plan(cluster.snapshot(), AMPLE).decisions()).hasSize(1);
    }

    @Test
    @DisplayName("I-96: operators that never end do not stop the placement of other spans")
    void stuckOperatorsDoNotBlockForEver() {
        FakeCluster cluster =
                new FakeCluster().nodes("a", "b").stuckTowards("a", 6).absent(20);
        Budget budget = new Budget(10, 0, 6);
        for (int round = 0; round < 5 && cluster.absentCount() > 0; round++) {
            cluster.admit(basic.plan(cluster.snapshot(), budget)).finishAll();
        }
        assertThat(cluster.absentCount()).isZero();
        assertThat(cluster.load("a")).isZero();
    }

    @Test
    @DisplayName("I-97: a split table with a limit of one per node is placed in several rounds, each with progress")
    void limitOfOnePerNode() {
        FakeCluster cluster = new FakeCluster().nodes("a", "b", "c").split(5, 8, null);
        for (int left : List.of(5, 2, 0)) {
            cluster.admit(basic.plan(cluster.snapshot(), new Budget(100, 0, 1))).finishAll();
            assertThat(cluster.absentCount()).isEqualTo(left);
        }
    }

    @Test
    void everyPlanPassesTheCheckAndIsTheSameTwice() {
        for (long seed = 0; seed < 500; seed++) {
            FakeCluster cluster = RandomClusters.mixed(seed);
            Budget budget = RandomClusters.budget(seed);
            Plan plan = basic.plan(cluster.snapshot(), budget);
            assertThat(PlanCheck.check(cluster.snapshot(), budget, plan))
                    .as("seed %d", seed)
                    .isEmpty();
            assertThat(basic.plan(RandomClusters.mixed(seed).snapshot(), budget))
                    .isEqualTo(plan);
        }
    }

    private String code(FakeCluster cluster, Budget budget) {
        return basic.plan(cluster.snapshot(), budget).reason().code();
    }

    static SortedMap<String, Long> targets(Plan plan) {
        SortedMap<String, Long> targets = new TreeMap<>();
        plan.decisions().forEach(decision -> targets.merge(decision.target().value(), 1L, Long::sum));
        return targets;
    }
}
