package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.TableName;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import java.util.List;
import java.util.SplittableRandom;

/** Names of tables, as databases allow them. */
final class NameRules {
    private static final int ROUNDS = 5;
    private static final List<TableName> NAMES = List.of(
            TableName.UNKNOWN,
            new TableName("", "no-schema"),
            new TableName("a", "b.c"),
            new TableName("a.b", "c"),
            new TableName("a.b", ""),
            new TableName("*", "?"),
            new TableName("kit", "t1"),
            new TableName("kit", "T1"),
            new TableName("Größe", "\u8868\u540d".repeat(14)),
            new TableName("x".repeat(249), "y".repeat(249)),
            new TableName("with space", "with \"quotes' and a\nline end"));

    private NameRules() {}

    /** Every name is that of several tables, as while DDLs are under way. */
    static void anyNames(SchedulerContract contract) {
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            SplittableRandom random = new SplittableRandom(seed * 7);
            Cluster cluster = SeededClusters.mixed(seed);
            cluster.spans
                    .values()
                    .forEach(span -> cluster.named(span.span.table().value(), NAMES.get(random.nextInt(NAMES.size()))));
            Scheduler scheduler = Planners.fresh(contract);
            for (int round = 0; round < ROUNDS; round++) {
                Plan plan = plan(scheduler, cluster);
                cluster.admit(plan);
                cluster.finishAll();
            }
        }
    }

    private static Plan plan(Scheduler scheduler, Cluster cluster) {
        Budget budget = SeededClusters.USUAL;
        Plan plan;
        try {
            plan = scheduler.plan(cluster.snapshot(), budget);
        } catch (RuntimeException e) {
            throw new AssertionError("a planner must not throw because of a name; " + cluster, e);
        }
        assertThat(plan).as("the plan; %s", cluster).isNotNull();
        return plan;
    }
}
