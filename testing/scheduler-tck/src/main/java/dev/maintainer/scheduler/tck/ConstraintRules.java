package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.Trait;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Moves that restore a constraint. The kit cannot know a planner's constraints, so it has a place for them: three nodes and
 * the tables of one schema, which {@link SchedulerContract#configuration()} can speak of.
 */
final class ConstraintRules {
    static final String SCHEMA = "kit";
    static final List<String> NODES = List.of("kit-a", "kit-b", "kit-c");
    private static final int TABLES = 12;
    private static final int ROUNDS = 5;
    private static final int JOINING = 20;

    private ConstraintRules() {}

    /** The three nodes, with the tables of the schema {@code kit}, {@code t1} to {@code t12}, anywhere on them. */
    private static Cluster cluster(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Cluster cluster = new Cluster(seed);
        NODES.forEach(cluster::node);
        for (int i = 1; i <= TABLES; i++) {
            cluster.tables(1, NODES.get(random.nextInt(NODES.size())));
            cluster.named(cluster.lastTable(), new TableName(SCHEMA, "t" + i));
        }
        return cluster;
    }

    private static List<Decision.Move> declared(List<? extends Decision> decisions) {
        List<Decision.Move> moves = new ArrayList<>();
        for (Decision decision : decisions) {
            if (decision instanceof Decision.Move move && move.restoresConstraint()) {
                moves.add(move);
            }
        }
        return moves;
    }

    static void claims(SchedulerContract contract) {
        if (Planners.traits(contract).contains(Trait.RESTORES_CONSTRAINTS)) {
            return;
        }
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            for (Cluster cluster : List.of(
                    cluster(seed), cluster(seed).calm(), SeededClusters.tables(seed), SeededClusters.mixed(seed))) {
                Scheduler scheduler = Planners.fresh(contract);
                for (int round = 0; round < ROUNDS; round++) {
                    Plan plan = scheduler.plan(cluster.snapshot(), SeededClusters.USUAL);
                    assertThat(declared(plan.decisions()))
                            .as("moves to restore a constraint, without the trait RESTORES_CONSTRAINTS; %s", cluster)
                            .isEmpty();
                    cluster.admit(plan);
                    cluster.finishAll();
                }
            }
        }
    }

    static void restoresInCalm(SchedulerContract contract) {
        int restored = 0;
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Cluster cluster = cluster(seed).calm();
            Scheduler scheduler = Planners.fresh(contract);
            restored += declared(settle(contract, scheduler, cluster)).size();
            assertThat(declared(settle(contract, scheduler, cluster.noCalm())))
                    .as("moves to restore a constraint that waited until the host wanted no calm any more; %s", cluster)
                    .isEmpty();
        }
        assertThat(restored)
                .as(
                        "moves to restore a constraint in %d clusters of the nodes %s with the tables %s.t1 to %s.t%d;"
                                + " let configuration() have a constraint for them",
                        SeededClusters.COUNT, NODES, SCHEMA, SCHEMA, TABLES)
                .isPositive();
    }

    /** So many nodes join that each may keep a span at most, but for those that a constraint holds. */
    static void restoredSpansStay(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Cluster cluster = cluster(seed).calm();
            Scheduler scheduler = Planners.fresh(contract);
            Map<DispatcherId, NodeId> homes = new LinkedHashMap<>();
            declared(settle(contract, scheduler, cluster)).forEach(move -> homes.put(move.dispatcher(), move.target()));
            for (int i = 0; i < JOINING; i++) {
                cluster.node("kit-joining-" + i);
            }
            settle(contract, scheduler, cluster.noCalm());
            homes.forEach((id, home) -> {
                Cluster.Span span = cluster.spans.get(id);
                assertThat(span == null ? null : span.node)
                        .as("the node of %s, which was moved there to restore a constraint; %s", id, cluster)
                        .isEqualTo(home);
            });
        }
    }

    private static List<Decision> settle(SchedulerContract contract, Scheduler scheduler, Cluster cluster) {
        return Settling.settle(scheduler, cluster, SeededClusters.AMPLE, contract.settleRounds());
    }
}
