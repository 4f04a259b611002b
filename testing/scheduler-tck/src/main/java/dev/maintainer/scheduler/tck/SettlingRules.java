package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.Trait;

/** Where plans lead to: all is placed, and then there is quiet. */
final class SettlingRules {
    private static final int ROUNDS = 5;
    private static final int ALWAYS_REFUSED = 4;

    private SettlingRules() {}

    static void placesAll(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Scheduler scheduler = Planners.fresh(contract);
            Cluster cluster = SeededClusters.mixed(seed);
            for (int round = 0; cluster.idleAbsent() > 0 && round < contract.settleRounds(); round++) {
                cluster.admit(scheduler.plan(cluster.snapshot(), SeededClusters.USUAL));
                cluster.finishAll();
            }
            assertThat(cluster.idleAbsent())
                    .as("absent spans after %d rounds; %s", contract.settleRounds(), cluster)
                    .isZero();
        }
    }

    static void settles(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Cluster cluster = SeededClusters.mixed(seed);
            Settling.settle(Planners.fresh(contract), cluster, SeededClusters.USUAL, contract.settleRounds());
        }
    }

    static void fixpoint(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            fixpoint(contract, SeededClusters.fresh(seed));
            fixpoint(contract, SeededClusters.tables(seed));
        }
    }

    private static void fixpoint(SchedulerContract contract, Cluster cluster) {
        Scheduler scheduler = Planners.fresh(contract);
        cluster.admit(scheduler.plan(cluster.snapshot(), SeededClusters.AMPLE));
        Plan second = scheduler.plan(cluster.snapshot(), SeededClusters.AMPLE);
        assertThat(second.decisions())
                .as("the plan while a whole plan is under way; %s", cluster)
                .isEmpty();
        cluster.admit(second);
        cluster.finishAll();
        assertThat(scheduler.plan(cluster.snapshot(), SeededClusters.AMPLE).decisions())
                .as("the plan when a whole plan has ended; %s", cluster)
                .isEmpty();
    }

    /** The oldest spans are always refused, and they are as many as one plan may have decisions. */
    static void refusals(SchedulerContract contract) {
        Budget small = new Budget(ALWAYS_REFUSED, ALWAYS_REFUSED, ALWAYS_REFUSED);
        Scheduler scheduler = Planners.fresh(contract);
        Cluster cluster = new Cluster(1).node("a").node("b").node("c").tables(30, null);
        for (int round = 0; cluster.idleAbsent() > ALWAYS_REFUSED && round < contract.settleRounds(); round++) {
            cluster.admit(
                    scheduler.plan(cluster.snapshot(), small),
                    decision -> decision.dispatcher().low() > ALWAYS_REFUSED);
            cluster.finishAll();
        }
        assertThat(cluster.idleAbsent())
                .as(
                        "absent spans, when the %d oldest are refused in every round, which refused() shows; %s",
                        ALWAYS_REFUSED, cluster)
                .isEqualTo(ALWAYS_REFUSED);
    }

    static void claims(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            Scheduler scheduler = Planners.fresh(contract);
            Cluster cluster = SeededClusters.mixed(seed);
            for (int round = 0; round < ROUNDS; round++) {
                Plan plan = scheduler.plan(cluster.snapshot(), SeededClusters.USUAL);
                for (Decision decision : plan.decisions()) {
                    // Those that are declared to restore a constraint are the business of R29.
                    if (decision instanceof Decision.Move move && !move.restoresConstraint()) {
                        assertThat(Planners.traits(contract))
                                .as("the traits that %s takes; %s", move, cluster)
                                .contains(traitOf(move, cluster));
                    }
                }
                cluster.admit(plan);
                cluster.finishAll();
            }
        }
    }

    private static Trait traitOf(Decision.Move move, Cluster cluster) {
        Cluster.Node origin = cluster.nodes.get(move.origin());
        return origin != null && !origin.isEligible() ? Trait.DRAINS : Trait.BALANCES;
    }
}
