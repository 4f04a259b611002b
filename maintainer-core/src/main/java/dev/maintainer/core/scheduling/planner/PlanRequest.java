package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.scheduler.spi.Budget;
import org.jspecify.annotations.Nullable;

/**
 * A maintainer's request for a plan. Immutable.
 *
 * @param scheduler the scheduler that should plan; null for the built-in placement of absent spans
 * @param shadow the scheduler whose plan is only compared with it; null for none
 * @param delta what has changed since the last request of this maintainer
 * @param budget how much the plan may start
 */
public record PlanRequest(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        @Nullable String scheduler,
        @Nullable String shadow,
        SnapshotDelta delta,
        Budget budget) {
    /** Which round of the maintainer's this is; answers carry it. */
    public long round() {
        return delta.round();
    }
}
