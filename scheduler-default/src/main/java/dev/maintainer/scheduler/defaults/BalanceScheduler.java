package dev.maintainer.scheduler.defaults;

import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;

/**
 * Places absent spans on the least loaded nodes; empties nodes that may not keep spans; and, once nothing of the default
 * group is absent, evens out the nodes with the fewest moves.
 */
final class BalanceScheduler extends DraftingScheduler {
    BalanceScheduler(Settings settings) {
        super(settings);
    }

    @Override
    Plan plan(SchedulingSnapshot snapshot, Draft draft) {
        Reason placing = new Placement(snapshot, draft, Placement.Choice.LEAST_LOAD).run();
        Reason moving = new Balancing(snapshot, draft).run();
        if (placing == null || (draft.placed() == 0 && draft.moved() > 0)) {
            return draft.toPlan(moving);
        }
        return draft.toPlan(
                draft.moved() == 0
                        ? placing
                        : new Reason(placing.code(), placing.text() + "; " + draft.moved() + " spans moved"));
    }
}
