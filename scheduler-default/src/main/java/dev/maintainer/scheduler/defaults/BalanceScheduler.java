package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;

/**
 * Places absent spans on the least loaded nodes; empties nodes that may not keep spans; and, once nothing of the default
 * group is absent, evens out the nodes with the fewest moves.
 */
final class BalanceScheduler implements Scheduler {
    private final Settings settings;

    BalanceScheduler(Settings settings) {
        this.settings = settings;
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        Draft draft = new Draft(snapshot, settings.limit(budget));
        Reason idle = draft.idle();
        if (idle != null) {
            return Plan.keep(idle);
        }
        Reason placing = new Placement(snapshot, draft, Placement.Choice.LEAST_LOAD).run();
        boolean settled = snapshot.absentCount(GroupId.DEFAULT) == 0 && !snapshot.isRebalanceSuspended();
        Reason moving = new Balancing(snapshot, draft).run(settled);
        if (placing == null || (draft.placed() == 0 && draft.moved() > 0)) {
            return draft.toPlan(moving);
        }
        return draft.toPlan(
                draft.moved() == 0
                        ? placing
                        : new Reason(placing.code(), placing.text() + "; " + draft.moved() + " spans moved"));
    }
}
