package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;

/** Places absent spans and moves nothing. */
final class BasicScheduler extends DraftingScheduler {
    private final int groupLimit;

    /** With at most so many spans of one split table in progress towards a node. */
    BasicScheduler(Settings settings, int groupLimit) {
        super(settings);
        this.groupLimit = groupLimit;
    }

    @Override
    Plan plan(SchedulingSnapshot snapshot, Draft draft) {
        Reason reason = new Placement(snapshot, draft, Placement.Choice.FEWEST_OF_GROUP, groupLimit).run();
        return draft.toPlan(reason != null ? reason : ReasonCode.NOTHING_ABSENT.because("0 spans absent"));
    }
}
