package dev.maintainer.scheduler.defaults;

import static dev.maintainer.scheduler.testing.FakeCluster.dispatcher;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BalanceSchedulerTest {
    private static final Budget AMPLE = new Budget(100_000, 100_000, 100_000);

    private final Scheduler balance = new BalanceSchedulerProvider().create(new TreeMap<>());

    @Test
    void placesOnTheLeastLoadedNode() {
        FakeCluster cluster =
                new FakeCluster().nodes("a", "b", "c").running("a", 4).running("b", 1);

        cluster.admit(balance.plan(cluster.absent(4).snapshot(), AMPLE));

        assertThat(loads(cluster)).containsExactly(4, 3, 2);
    }

    @Test
    void waitsWithEveningOutWhileASpanIsAbsent() {
        FakeCluster cluster = new FakeCluster().nodes("a", "b").running("a", 9).absent(2);

        Plan plan = balance.plan(cluster.snapshot(), AMPLE);

        assertThat(plan.decisions()).hasSize(2).allMatch(Decision.Place.class::isInstance);
        assertThat(plan.reason().code()).isEqualTo("PLACING");
    }

    @Test
    void leavesABalancedClusterAlone() {
        FakeCluster cluster = new FakeCluster()
                .nodes("a", "b", "c")
                .running("a", 3)
                .running("b", 4)
                .running("c", 3);

        Plan plan = balance.plan(cluster.snapshot(), AMPLE);

        assertThat(plan.decisions()).isEmpty();
        assertThat(plan.reason().code()).isEqualTo("BALANCED");
        assertThat(cluster.reads()).isZero();
    }

    @Test
    void theRemainderStaysWhereItIs() {
        FakeCluster cluster =
                new FakeCluster().nodes("a", "b", "c").running("b", 5).running("c", 5);

        Plan plan = balance.plan(cluster.snapshot(), AMPLE);

        assertThat(plan.decisions()).hasSize(3);
        cluster.admit(plan);
        assertThat(loads(cluster)).containsExactly(3, 4, 3);
    }

    @Test
    void emptiesADrainingNodeOfWholeAndSplitTables() {
        FakeCluster cluster = new FakeCluster()
                .nodes("a", "b", "c")
                .running("a", 3)
                .split(9, 4, "a")
                .running("b", 2)
                .drain("a");

        Plan plan = balance.plan(cluster.snapshot(), AMPLE);
        cluster.admit(plan).finishAll();

        assertThat(loads(cluster)).containsExactly(0, 5, 4);
        assertThat(plan.decisions()).hasSize(7);
        assertThat(plan.reason().code()).isEqualTo("EVACUATING");
    }

    @Test
    void splitTablesStayAndWholeTablesMakeRoomForThem() {
        FakeCluster cluster = new FakeCluster()
                .nodes("a", "b", "c")
                .split(9, 10, "a")
                .running("b", 5)
                .running("c", 1);

        cluster.admit(balance.plan(cluster.snapshot(), AMPLE)).finishAll();

        assertThat(loads(cluster)).containsExactly(10, 3, 3);
        assertThat(balance.plan(cluster.snapshot(), AMPLE).reason().code()).isEqualTo("BALANCED");
    }

    @Test
    void saysWhyItCannotMove() {
        FakeCluster uneven = new FakeCluster().nodes("a", "b").running("a", 2);
        FakeCluster full = new FakeCluster().nodes("a", "b").running("a", 2).stuckTowards("b", 1);
        FakeCluster driven = new FakeCluster().nodes("a", "b").running("a", 2);
        driven.drive(dispatcher(1)).drive(dispatcher(2));

        assertThat(code(uneven, new Budget(5, 0, 5))).isEqualTo("NO_BUDGET");
        assertThat(code(full, new Budget(5, 5, 1))).isEqualTo("NO_SLOT");
        assertThat(code(driven, AMPLE)).isEqualTo("SPANS_IN_FLIGHT");
        assertThat(code(new FakeCluster().nodes("a").drain("a").absent(1), AMPLE))
                .isEqualTo("NO_ELIGIBLE_NODE");
    }

    @Test
    @DisplayName(
            "I-102: with every move refused, a round ends with at most one attempt per span and does not repeat it")
    void refusedMovesDoNotSpin() {
        FakeCluster cluster =
                new FakeCluster().nodes("n1", "n2", "n3").running("n1", 16).running("n2", 16);
        int attempts = 0;
        for (int round = 0; round < 10; round++) {
            int before = cluster.reads();
            Plan plan = balance.plan(cluster.snapshot(), AMPLE);
            assertThat(plan.decisions().size()).isLessThanOrEqualTo(32);
            assertThat(cluster.reads() - before).isLessThanOrEqualTo(32);
            attempts += plan.decisions().size();
            cluster.admit(plan, decision -> false, RefusalReason.DUPLICATE);
        }
        assertThat(attempts).isLessThanOrEqualTo(10 * 10);
    }

    @Test
    @DisplayName("I-102: after a terminal refusal nothing is proposed any more")
    void stopsAfterATerminalRefusal() {
        FakeCluster cluster = new FakeCluster().nodes("n1", "n2").running("n1", 16);
        cluster.admit(balance.plan(cluster.snapshot(), AMPLE), decision -> false, RefusalReason.QUIESCING);

        Plan plan = balance.plan(cluster.snapshot(), AMPLE);

        assertThat(plan.decisions()).isEmpty();
        assertThat(plan.reason().code()).isEqualTo("TERMINALLY_REFUSED");
    }

    @Test
    @DisplayName("I-104: a node that may not get spans is never a target, however few spans it has")
    void deadNodesAreNoTargets() {
        FakeCluster cluster = new FakeCluster()
                .nodes("dead", "n1", "n2")
                .running("dead", 1)
                .running("n1", 10)
                .drain("dead");

        Plan plan = balance.plan(cluster.snapshot(), AMPLE);

        assertThat(plan.decisions()).isNotEmpty().extracting(Decision::target).doesNotContain(new NodeId("dead"));
    }

    @Test
    @DisplayName("I-96: an operator that never ends does not stop balancing")
    void stuckOperatorsDoNotStopBalancing() {
        FakeCluster cluster = new FakeCluster().nodes("a", "b").running("a", 10).drive(dispatcher(1));

        settle(cluster, AMPLE, 3);

        assertThat(loads(cluster)).containsExactly(5, 5);
    }

    @Test
    void everyPlanPassesTheCheckAndIsTheSameTwice() {
        for (long seed = 0; seed < 1_000; seed++) {
            FakeCluster cluster = RandomClusters.mixed(seed);
            Budget budget = RandomClusters.budget(seed);
            for (int round = 0; round < 4; round++) {
                Plan plan = balance.plan(cluster.snapshot(), budget);
                assertThat(PlanCheck.check(cluster.snapshot(), budget, plan))
                        .as("seed %d", seed)
                        .isEmpty();
                assertThat(balance.plan(cluster.snapshot(), budget)).isEqualTo(plan);
                cluster.admit(plan, decision -> decision.dispatcher().low() % 3 != 0);
            }
        }
    }

    @Test
    @DisplayName("UP-65: after one full plan the next one is empty, while it is under way and when it has ended")
    void aPlanIsAFixpoint() {
        for (long seed = 0; seed < 500; seed++) {
            FakeCluster cluster = RandomClusters.wholeTables(seed, false);
            int expected = leastMoves(cluster);
            Plan plan = balance.plan(cluster.snapshot(), AMPLE);
            assertThat(plan.decisions()).as("seed %d", seed).hasSize(expected);
            cluster.admit(plan);
            assertThat(balance.plan(cluster.snapshot(), AMPLE).decisions()).isEmpty();
            cluster.finishAll();
            assertThat(balance.plan(cluster.snapshot(), AMPLE).decisions()).isEmpty();
            assertThat(spread(cluster)).as("seed %d", seed).isLessThanOrEqualTo(1);
        }
    }

    @Test
    @DisplayName("UP-66: the number of moves is the least possible and does not depend on the budget")
    void movesDoNotDependOnTheBudget() {
        for (long seed = 0; seed < 500; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            FakeCluster cluster = RandomClusters.wholeTables(seed, false);
            int least = leastMoves(cluster);
            Set<Decision> seen = new HashSet<>();
            int moves = 0;
            int quiet = 0;
            while (quiet < 2) {
                Budget budget = new Budget(1 + random.nextInt(5), 1 + random.nextInt(3), 1 + random.nextInt(2));
                Plan plan = balance.plan(cluster.snapshot(), budget);
                moves += plan.decisions().size();
                plan.decisions()
                        .forEach(decision -> assertThat(seen.add(keyOf(decision)))
                                .as("a span moves twice")
                                .isTrue());
                cluster.admit(plan);
                quiet = plan.decisions().isEmpty() && cluster.snapshot().inFlightCount() == 0 ? quiet + 1 : 0;
                finishSome(cluster, random);
            }
            assertThat(moves).as("seed %d", seed).isEqualTo(least);
            assertThat(spread(cluster)).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void settlesFromAnyStartWithPlacementAndSplitTables() {
        for (long seed = 0; seed < 300; seed++) {
            FakeCluster cluster = RandomClusters.mixed(seed);
            settle(cluster, new Budget(20, 10, 5), 200);
            assertThat(balance.plan(cluster.snapshot(), AMPLE).decisions())
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    @Test
    @DisplayName("Invariant 62: a plan of a hundred thousand spans reads no more spans than it moves")
    void costFollowsTheMoves() {
        FakeCluster cluster =
                new FakeCluster().nodes("a", "b", "c").running("a", 50_000).running("b", 50_000);

        Plan plan = balance.plan(cluster.snapshot(), new Budget(10, 10, 10));

        assertThat(plan.decisions()).hasSize(10);
        assertThat(cluster.reads()).isLessThanOrEqualTo(12);
    }

    private void settle(FakeCluster cluster, Budget budget, int rounds) {
        for (int round = 0; round < rounds; round++) {
            cluster.admit(balance.plan(cluster.snapshot(), budget)).finishAll();
        }
    }

    private static void finishSome(FakeCluster cluster, SplittableRandom random) {
        cluster.snapshot().groups().forEach(group -> {
            for (long id = 1; id <= cluster.snapshot().size(group); id++) {
                if (random.nextBoolean()) {
                    cluster.finish(dispatcher(id));
                }
            }
        });
    }

    /** What must move: everything on nodes that may not keep them, and what is above the shares. */
    private static int leastMoves(FakeCluster cluster) {
        List<NodeView> nodes = cluster.snapshot().nodes();
        int total = nodes.stream().mapToInt(NodeView::load).sum();
        List<Integer> eligible = nodes.stream()
                .filter(NodeView::eligible)
                .map(NodeView::load)
                .sorted(Comparator.reverseOrder())
                .toList();
        int least = nodes.stream()
                .filter(node -> !node.eligible())
                .mapToInt(NodeView::load)
                .sum();
        for (int i = 0; i < eligible.size(); i++) {
            int share = total / eligible.size() + (i < total % eligible.size() ? 1 : 0);
            least += Math.max(0, eligible.get(i) - share);
        }
        return least;
    }

    private static Decision keyOf(Decision decision) {
        return new Decision.Place(decision.dispatcher(), new NodeId("any"), ReasonCode.BALANCED.because(""));
    }

    private static int spread(FakeCluster cluster) {
        IntSummaryStatistics loads = cluster.snapshot().nodes().stream()
                .filter(NodeView::eligible)
                .mapToInt(NodeView::load)
                .summaryStatistics();
        return loads.getMax() - loads.getMin();
    }

    private static List<Integer> loads(FakeCluster cluster) {
        return cluster.snapshot().nodes().stream().map(NodeView::load).toList();
    }

    private String code(FakeCluster cluster, Budget budget) {
        return balance.plan(cluster.snapshot(), budget).reason().code();
    }
}
