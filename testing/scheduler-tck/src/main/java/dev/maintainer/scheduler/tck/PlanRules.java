package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.PlanRule;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.Violation;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;

/** What {@link PlanCheck} finds, on clusters in the middle of change. */
final class PlanRules {
    private static final int ROUNDS = 5;
    private static final Set<PlanRule> TARGETS = EnumSet.of(PlanRule.UNKNOWN_TARGET, PlanRule.TARGET_NOT_ELIGIBLE);
    private static final Set<PlanRule> BUDGETS =
            EnumSet.of(PlanRule.OVER_MAX_DECISIONS, PlanRule.OVER_MAX_MOVES, PlanRule.OVER_MAX_IN_FLIGHT_PER_NODE);

    private PlanRules() {}

    static void spans(SchedulerContract contract) {
        Set<PlanRule> others = EnumSet.allOf(PlanRule.class);
        others.removeAll(TARGETS);
        others.removeAll(BUDGETS);
        check(contract, others);
    }

    static void targets(SchedulerContract contract) {
        check(contract, TARGETS);
    }

    static void budgets(SchedulerContract contract) {
        check(contract, BUDGETS);
    }

    private static void check(SchedulerContract contract, Set<PlanRule> rules) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            SplittableRandom random = new SplittableRandom(seed * 31);
            Scheduler scheduler = Planners.fresh(contract);
            Cluster cluster = SeededClusters.mixed(seed);
            for (int round = 0; round < ROUNDS; round++) {
                boolean whole = round == 0 && seed % 4 == 0;
                Budget budget = whole ? SeededClusters.AMPLE : SeededClusters.budget(random);
                Plan plan = scheduler.plan(cluster.snapshot(), budget);
                List<Violation> violations = PlanCheck.check(cluster.snapshot(), budget, plan).stream()
                        .filter(violation -> rules.contains(violation.rule()))
                        .toList();
                assertThat(violations).as("%s, %s", cluster, budget).isEmpty();
                cluster.admit(plan, decision -> random.nextInt(3) != 0);
                if (random.nextBoolean()) {
                    cluster.finishAll();
                }
            }
        }
    }
}
