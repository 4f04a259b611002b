package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;

/** Places absent spans and moves nothing. */
final class BasicScheduler implements Scheduler {
    private final Settings settings;
    private final int groupLimit;

    /** With at most so many spans of one split table in progress towards a node. */
    BasicScheduler(Settings settings, int groupLimit) {
        this.settings = settings;
        this.groupLimit = groupLimit;
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        Draft draft = new Draft(snapshot, settings.limit(budget));
        Reason idle = draft.idle();
        if (idle != null) {
            return Plan.keep(idle);
        }
        Reason reason = new Placement(snapshot, draft, Placement.Choice.FEWEST_OF_GROUP, groupLimit).run();
        return draft.toPlan(reason != null ? reason : ReasonCode.NOTHING_ABSENT.because("0 spans absent"));
    }
}
