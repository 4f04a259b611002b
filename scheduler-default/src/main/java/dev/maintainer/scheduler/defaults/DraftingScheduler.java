package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;

/** Plans on a draft, which keeps to the budget. Where nothing can be done, nothing is tried. */
abstract class DraftingScheduler implements Scheduler {
    private final Settings settings;

    DraftingScheduler(Settings settings) {
        this.settings = settings;
    }

    @Override
    public final Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        Draft draft = new Draft(snapshot, settings.limit(budget));
        Reason idle = draft.idle();
        return idle != null ? Plan.keep(idle) : plan(snapshot, draft);
    }

    /** The plan, of a cluster in which there is something to plan. */
    abstract Plan plan(SchedulingSnapshot snapshot, Draft draft);
}
