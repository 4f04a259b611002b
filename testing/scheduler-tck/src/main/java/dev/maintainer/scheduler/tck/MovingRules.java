package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.Trait;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;

/** How many moves a change may cost, and what they must bring. Whole tables only, unless a rule says otherwise. */
final class MovingRules {
    private static final String JOINING = "n0-joining";
    private static final int MANY_ROUNDS = 5_000;

    private MovingRules() {}

    static void even(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            even(contract, SeededClusters.tables(seed).tables((int) (seed % 3) * 10, null));
            Cluster almost = SeededClusters.even(seed);
            even(
                    contract,
                    almost.tables(1 + (int) (seed % 3), almost.nodes.lastKey().value()));
        }
    }

    private static void even(SchedulerContract contract, Cluster cluster) {
        settle(contract, cluster);
        assertThat(cluster.skew()).as("most less least load; %s", cluster).isLessThanOrEqualTo(contract.skewBound());
    }

    static void join(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Cluster cluster = SeededClusters.even(seed).node(JOINING);
            int nodes = cluster.nodes.size();
            int share = (cluster.spans.size() + nodes - 1) / nodes;
            List<Decision> done = settle(contract, cluster);
            NodeId joining = new NodeId(JOINING);
            assertThat(Settling.moves(done, move -> true))
                    .as("moves, when a share is %d; %s", share, cluster)
                    .isLessThanOrEqualTo(share + contract.extraMoves());
            assertThat(Settling.moves(done, move -> !move.target().equals(joining)))
                    .as("moves to other nodes than the joining one; %s", cluster)
                    .isLessThanOrEqualTo(contract.extraMoves());
        }
    }

    static void leave(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Cluster cluster = SeededClusters.even(seed);
            cluster.leave(cluster.nodes.firstKey().value());
            assertThat(Settling.moves(settle(contract, cluster), move -> true))
                    .as("moves; %s", cluster)
                    .isLessThanOrEqualTo(contract.extraMoves());
        }
    }

    static void drain(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Cluster cluster = SeededClusters.even(seed);
            NodeId draining = cluster.nodes.firstKey();
            cluster.drain(draining.value());
            List<Decision> done = settle(contract, cluster);
            assertThat(cluster.load(draining.value()))
                    .as("spans left; %s", cluster)
                    .isZero();
            assertThat(Settling.moves(done, move -> !move.origin().equals(draining)))
                    .as("moves off other nodes than the draining one; %s", cluster)
                    .isLessThanOrEqualTo(contract.extraMoves());
            drainSplitTables(contract, seed);
        }
    }

    static void calm(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Cluster cluster = SeededClusters.tables(seed).calm();
            Scheduler scheduler = Planners.fresh(contract);
            for (int round = 0; round < 3; round++) {
                SortedSet<NodeId> giving = new TreeSet<>();
                cluster.nodes.forEach((id, node) -> {
                    if (!node.isEligible()) {
                        giving.add(id);
                    }
                });
                List<Decision> done = cluster.admit(scheduler.plan(cluster.snapshot(), SeededClusters.AMPLE));
                boolean restores = Planners.traits(contract).contains(Trait.RESTORES_CONSTRAINTS);
                assertThat(Settling.moves(
                                done,
                                move -> !giving.contains(move.origin()) && !(restores && move.restoresConstraint())))
                        .as("moves off eligible nodes while the host wants calm; %s", cluster)
                        .isZero();
                cluster.finishAll();
            }
        }
    }

    static void weights(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Cluster cluster = SeededClusters.even(seed);
            int all = 0;
            for (Cluster.Node node : cluster.nodes.values()) {
                int weight = 1 + (int) ((seed + all) % 4);
                node.labels.put(NodeView.WEIGHT, Integer.toString(weight));
                all += weight;
            }
            settle(contract, cluster);
            int spans = cluster.spans.size();
            for (Map.Entry<NodeId, Cluster.Node> each : cluster.nodes.entrySet()) {
                int weight = each.getValue().view(each.getKey()).weight();
                double part = (double) spans * weight / all;
                assertThat((double) each.getValue().load)
                        .as("load of %s, of weight %d of %d; %s", each.getKey(), weight, all, cluster)
                        .isBetween(part - contract.skewBound(), part + contract.skewBound());
            }
        }
    }

    private static void drainSplitTables(SchedulerContract contract, long seed) {
        Cluster cluster = SeededClusters.even(seed);
        String draining = cluster.nodes.lastKey().value();
        cluster.split(100_000, 5, draining).drain(draining);
        Scheduler scheduler = Planners.fresh(contract);
        for (int round = 0; cluster.load(draining) > 0 && round < contract.settleRounds(); round++) {
            cluster.admit(scheduler.plan(cluster.snapshot(), SeededClusters.AMPLE));
            cluster.finishAll();
        }
        assertThat(cluster.load(draining))
                .as("spans left, of split tables too; %s", cluster)
                .isZero();
    }

    private static List<Decision> settle(SchedulerContract contract, Cluster cluster) {
        return Settling.settle(Planners.fresh(contract), cluster, SeededClusters.AMPLE, contract.settleRounds());
    }

    static void budgetIndependence(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            int whole = Settling.moves(settle(contract, SeededClusters.tables(seed)), move -> true);
            Cluster cluster = SeededClusters.tables(seed);
            List<Decision> done = settleInSmallSteps(contract, cluster);
            Set<DispatcherId> moved = new HashSet<>();
            long again = done.stream()
                    .filter(decision -> !moved.add(decision.dispatcher()))
                    .count();
            assertThat(again)
                    .as("moves of spans that had moved; %s", cluster)
                    .isLessThanOrEqualTo(contract.extraMoves());
            assertThat(done)
                    .as("moves in small steps, where the whole plan needs %d; %s", whole, cluster)
                    .hasSizeLessThanOrEqualTo(whole + contract.extraMoves());
        }
    }

    /** Budgets of one to three moves, while earlier moves are still under way. */
    private static List<Decision> settleInSmallSteps(SchedulerContract contract, Cluster cluster) {
        SplittableRandom random = new SplittableRandom(cluster.seed);
        Scheduler scheduler = Planners.fresh(contract);
        List<Decision> done = new ArrayList<>();
        int quiet = 0;
        for (int round = 0; quiet < 2; round++) {
            assertThat(round).as("rounds in small steps; %s", cluster).isLessThan(MANY_ROUNDS);
            Budget budget = new Budget(1 + random.nextInt(5), 1 + random.nextInt(3), 1 + random.nextInt(2));
            Plan plan = scheduler.plan(cluster.snapshot(), budget);
            quiet = plan.decisions().isEmpty() && cluster.underWay.isEmpty() ? quiet + 1 : 0;
            done.addAll(cluster.admit(plan));
            if (random.nextInt(3) == 0) {
                cluster.finishAll();
            }
        }
        return done;
    }
}
