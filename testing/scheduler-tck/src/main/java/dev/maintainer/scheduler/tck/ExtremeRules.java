package dev.maintainer.scheduler.tck;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Snapshots with next to nothing in them, and with a million spans. */
final class ExtremeRules {
    private static final int MILLION = 1_000_000;

    private ExtremeRules() {}

    static void nothingThere(SchedulerContract contract) {
        for (Cluster cluster : List.of(
                new Cluster(1),
                new Cluster(2).tables(3, null).split(9, 2, null),
                new Cluster(3).node("only"),
                new Cluster(4).node("only").tables(5, "only"),
                new Cluster(5).node("only").tables(5, "only").drain("only").tables(2, null),
                new Cluster(6).node("a").node("b").drain("a").drain("b").tables(2, null))) {
            assertThat(plan(contract, cluster, SeededClusters.AMPLE).decisions())
                    .as("decisions where none can be made; %s", cluster)
                    .isEmpty();
        }
        plan(contract, new Cluster(7).node("only").tables(5, null), SeededClusters.AMPLE);
        for (long seed = 0; seed < SeededClusters.COUNT; seed++) {
            plan(contract, SeededClusters.mixed(seed), new Budget(0, 0, 0));
        }
    }

    private static Plan plan(SchedulerContract contract, Cluster cluster, Budget budget) {
        Scheduler scheduler = Planners.fresh(contract);
        Plan plan;
        try {
            plan = scheduler.plan(cluster.snapshot(), budget);
        } catch (RuntimeException e) {
            throw new AssertionError("a planner must not throw; " + cluster + ", " + budget, e);
        }
        assertThat(plan).as("the plan; %s, %s", cluster, budget).isNotNull();
        assertThat(plan.reason()).as("the reason; %s, %s", cluster, budget).isNotNull();
        return plan;
    }

    static void readsFew(SchedulerContract contract) {
        Budget budget = new Budget(100, 100, 100);
        long limit = contract.readLimit();
        for (VastSnapshot snapshot : List.of(
                new VastSnapshot(100, 100, MILLION, 0, limit),
                new VastSnapshot(100, 50, MILLION, 0, limit),
                new VastSnapshot(100, 1, 0, MILLION, limit),
                new VastSnapshot(100, 100, MILLION / 2, MILLION / 2, limit))) {
            Planners.fresh(contract).plan(snapshot, budget);
            // Also for planners that catch what the snapshot throws.
            assertThat(snapshot.reads()).as("spans that one plan read").isLessThanOrEqualTo(limit);
        }
    }

    /** The longest time that a plan took, in milliseconds. */
    static long millisToPlan(SchedulerContract contract) {
        return Math.max(
                millisToPlan(contract, new VastSnapshot(1_000, 500, MILLION, 1_000, Long.MAX_VALUE)),
                millisToPlan(contract, new VastSnapshot(1_000, 1_000, MILLION / 2, MILLION / 2, Long.MAX_VALUE)));
    }

    private static long millisToPlan(SchedulerContract contract, SchedulingSnapshot snapshot) {
        Scheduler scheduler = Planners.fresh(contract);
        FutureTask<Plan> task = new FutureTask<>(() -> scheduler.plan(snapshot, new Budget(1_000, 1_000, 100)));
        Thread thread = new Thread(task, "plan-under-test");
        thread.setDaemon(true);
        long start = System.nanoTime();
        thread.start();
        try {
            task.get(contract.timeLimit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            task.cancel(true);
            throw new AssertionError("no plan within " + contract.timeLimit(), e);
        } catch (ExecutionException e) {
            throw new AssertionError("a planner must not throw", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a plan was made", e);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
