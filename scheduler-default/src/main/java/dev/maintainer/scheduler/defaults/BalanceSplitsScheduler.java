package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;

/**
 * As {@link BalanceScheduler}, and between placing and evening out: splits spans that are too much work, merges parts
 * that are little work, and moves spans from nodes with much work to nodes with little.
 */
final class BalanceSplitsScheduler extends DraftingScheduler {
    private final SplitSettings settings;

    BalanceSplitsScheduler(SplitSettings settings) {
        super(settings.common());
        this.settings = settings;
    }

    @Override
    Plan plan(SchedulingSnapshot snapshot, Draft draft) {
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
        Reason moving = new Balancing(snapshot, draft).run();
        if (divided > 0) {
            return draft.toPlan(ReasonCode.DIVIDING.because(divided + " spans split, merged or moved for their work, "
                    + draft.placed() + " placed, " + (draft.moved() - divided) + " moved for their number"));
        }
        return draft.toPlan(placing == null || (draft.placed() == 0 && draft.moved() > 0) ? moving : placing);
    }
}
