package dev.maintainer.it.plugin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PackBySchemaTest {
    private final Scheduler planner =
            SchedulerCatalog.discover(getClass().getClassLoader()).create("pack-by-schema", new TreeMap<>());

    @Test
    void everyPlanPassesTheCheck() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            FakeCluster cluster = new FakeCluster().nodes("a", "b", "c", "d").absent(random.nextInt(50));
            cluster.running("a", random.nextInt(5)).split(500, random.nextInt(5), null);
            cluster.stuckTowards("b", random.nextInt(3));
            if (random.nextBoolean()) {
                cluster.drain("c");
            }
            Budget budget = new Budget(random.nextInt(30), 0, random.nextInt(10));
            Plan plan = planner.plan(cluster.snapshot(), budget);
            assertThat(PlanCheck.check(cluster.snapshot(), budget, plan))
                    .as("seed %d", seed)
                    .isEmpty();
            assertThat(plan.reason().text()).isNotBlank();
            assertThat(planner.plan(cluster.snapshot(), budget)).isEqualTo(plan);
        }
    }

    @Test
    void aSchemaSharesANode() {
        FakeCluster cluster = new FakeCluster().nodes("a", "b").absent(14);

        cluster.admit(planner.plan(cluster.snapshot(), new Budget(100, 0, 100))).finishAll();

        assertThat(cluster.absentCount()).isZero();
        assertThat(cluster.load("a") + cluster.load("b")).isEqualTo(14);
        for (long table = 1; table <= 7; table++) {
            assertThat(cluster.snapshot()
                            .span(FakeCluster.dispatcher(table))
                            .orElseThrow()
                            .node())
                    .isEqualTo(cluster.snapshot()
                            .span(FakeCluster.dispatcher(table + 7))
                            .orElseThrow()
                            .node());
        }
    }
}
