package com.example.pinned;

import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;

/**
 * Keeps tables where they are pinned, and all others evenly spread. A pinned table whose node may not get spans goes
 * anywhere, as replicating it matters more than where; when its node is back, so is the table, even in times of calm.
 *
 * <p>A plan costs the nodes, the pinned tables, and one or two reads for each decision.
 */
final class PinnedTablesScheduler implements Scheduler {
    private final Pins pins;

    PinnedTablesScheduler(Pins pins) {
        this.pins = pins;
    }

    @Override
    public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
        Round round = new Round(snapshot, budget, pins);
        if (!round.hasNodes()) {
            return Plan.keep(new Reason("NO_NODES", "no node may get spans"));
        }
        round.placeAbsent();
        round.restorePinned();
        round.spread();
        return round.plan();
    }
}
