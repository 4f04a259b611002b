package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;

/** A scheduler that plans on a {@link Draft}, which keeps to the budget; it is not asked where nothing can be decided. */
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

    /** The plan where something can be decided. The draft is fresh. */
    abstract Plan plan(SchedulingSnapshot snapshot, Draft draft);
}
