package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;

/**
 * As {@link BalanceScheduler}, and between placing and evening out: splits spans that are too much work, merges parts
 * that are little work, and moves spans from nodes with much work to nodes with little.
 */
final class BalanceSplitsScheduler implements Scheduler {
    private final SplitSettings settings;

    BalanceSplitsScheduler(SplitSettings settings) {
        this.settings = settings;
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        Draft draft = new Draft(snapshot, settings.common().limit(budget));
        Reason idle = draft.idle();
        if (idle != null) {
            return Plan.keep(idle);
        }
        Reason placing = new Placement(snapshot, draft, Placement.Choice.LEAST_LOAD).run();
        if ((settings.splits() || settings.evens()) && draft.mayMove()) {
            Work work = new Work(snapshot);
            if (settings.splits()) {
                new Splitting(snapshot, draft, work, settings).run();
                new PartMerger(snapshot, draft, work, settings).run();
            }
            if (settings.evens() && !snapshot.isRebalanceSuspended()) {
                new LoadBalancer(draft, work, settings).run();
            }
        }
        int divided = draft.moved();
        boolean settled = snapshot.absentCount(GroupId.DEFAULT) == 0 && !snapshot.isRebalanceSuspended();
        Reason moving = new Balancing(snapshot, draft).run(settled);
        if (divided > 0) {
            return draft.toPlan(ReasonCode.DIVIDING.because(divided + " spans split, merged or moved for their work, "
                    + draft.placed() + " placed, " + (draft.moved() - divided) + " moved for their number"));
        }
        return draft.toPlan(placing == null || (draft.placed() == 0 && draft.moved() > 0) ? moving : placing);
    }
}
