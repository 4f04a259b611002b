package dev.maintainer.core.scheduling.host;

import org.jspecify.annotations.Nullable;

/**
 * A plan that was asked for and has not come yet.
 *
 * @param round its number
 * @param version of the snapshot that it is made from
 * @param scheduler who makes it; null for the built-in placement
 * @param shadow whose plan it is compared with; null if nobody's
 * @param request the number of the request by which people selected the scheduler; 0 unless it is tried
 * @param deadlineAt when nobody waits for it any more
 */
record AwaitedPlan(
        long round,
        PlanPurpose purpose,
        long version,
        @Nullable String scheduler,
        @Nullable String shadow,
        long request,
        long deadlineAt) {

    /** Who makes it, as people read it; empty for the built-in placement. */
    String planner() {
        return scheduler == null ? "" : scheduler;
    }

    /** The plan of its shadow, which is awaited when it has come itself. */
    AwaitedPlan ofShadow(long deadline) {
        return new AwaitedPlan(round, PlanPurpose.SHADOW, version, shadow, null, 0, deadline);
    }
}
