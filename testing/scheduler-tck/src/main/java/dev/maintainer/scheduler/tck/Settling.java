package dev.maintainer.scheduler.tck;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.assertj.core.api.Assertions;

/** Asks a planner round after round, and does what it says, until it says nothing any more. */
final class Settling {
    private static final int QUIET_ROUNDS = 3;

    private Settling() {}

    /**
     * All that was done until the cluster was settled: some plans in a row were empty.
     *
     * @throws AssertionError if it does not settle within so many rounds
     */
    static List<Decision> settle(Scheduler scheduler, Cluster cluster, Budget budget, int rounds) {
        List<Decision> done = new ArrayList<>();
        int quiet = 0;
        for (int round = 0; quiet < QUIET_ROUNDS; round++) {
            if (round == rounds + QUIET_ROUNDS) {
                Assertions.fail("not settled after %d rounds with %s; %s", rounds, budget, cluster);
            }
            Plan plan = scheduler.plan(cluster.snapshot(), budget);
            quiet = plan.decisions().isEmpty() ? quiet + 1 : 0;
            done.addAll(cluster.admit(plan));
            cluster.finishAll();
        }
        return done;
    }

    static int moves(List<Decision> decisions, Predicate<Decision.Move> which) {
        return (int) decisions.stream()
                .filter(decision -> decision instanceof Decision.Move move && which.test(move))
                .count();
    }
}
