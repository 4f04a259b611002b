package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import java.util.List;
import java.util.SplittableRandom;

/** A plan depends on the snapshot, the budget and the configuration, and on nothing else. */
final class PurityRules {
    private static final int ROUNDS = 4;

    private PurityRules() {}

    static void repeatable(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Scheduler scheduler = Planners.fresh(contract);
            Cluster cluster = SeededClusters.mixed(seed);
            for (int round = 0; round < ROUNDS; round++) {
                Budget budget = SeededClusters.budget(random);
                Plan plan = scheduler.plan(cluster.snapshot(), budget);
                assertThat(scheduler.plan(cluster.snapshot(), budget))
                        .as("the plan for the same snapshot again; %s, %s", cluster, budget)
                        .isEqualTo(plan);
                cluster.admit(plan);
            }
        }
    }

    static void withoutMemory(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            Scheduler experienced = Planners.fresh(contract);
            Cluster cluster = SeededClusters.mixed(seed);
            for (int round = 0; round < ROUNDS; round++) {
                Budget budget = SeededClusters.budget(random);
                Plan plan = experienced.plan(cluster.snapshot(), budget);
                assertThat(Planners.fresh(contract).plan(cluster.snapshot(), budget))
                        .as("the plan of a new instance; %s, %s", cluster, budget)
                        .isEqualTo(plan);
                cluster.admit(plan, decision -> random.nextInt(4) != 0);
            }
        }
    }

    static void inAnotherProcess(SchedulerContract contract) {
        List<String> here = ForkedPlans.plans(contract.provider(), contract.configuration());
        List<String> there = ForkedPlans.fork(contract.provider(), contract.configuration());
        assertThat(there).as("plans of the other process").hasSameSizeAs(here);
        for (int i = 0; i < here.size(); i++) {
            assertThat(there.get(i))
                    .as("a plan of a process where all identity hashes are equal; look for a HashMap or HashSet whose"
                            + " order decides, with keys that do not define hashCode(), such as enums")
                    .isEqualTo(here.get(i));
        }
    }
}
