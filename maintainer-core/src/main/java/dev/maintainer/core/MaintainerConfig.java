package dev.maintainer.core;

import dev.maintainer.operator.OperatorTimings;

/**
 * The time constants and limits of a maintainer. All times in milliseconds.
 *
 * @param bootstrapResendMillis how long a node may leave a bootstrap request unanswered
 * @param closeResendMillis the longest time between two close requests to a node in a cascade removal
 * @param statusMillis the longest time between two reports to the coordinator
 * @param balanceMillis the time between two plans when nothing has changed
 * @param reconcileMillis the time between two checks that no span is bound to a dead node
 * @param tombstoneMillis how long a dispatcher that was removed on purpose is remembered
 * @param missingWatermarkMillis how long a node with spans may send no watermark before it is reported
 * @param maxDecisionsPerPlan the size of a plan
 * @param maxMovesPerPlan the number of moves in a plan
 * @param maxInFlightPerNode operators that may be under way towards one node
 * @param operators when operators repeat themselves
 */
public record MaintainerConfig(
        long bootstrapResendMillis,
        long closeResendMillis,
        long statusMillis,
        long balanceMillis,
        long reconcileMillis,
        long tombstoneMillis,
        long missingWatermarkMillis,
        int maxDecisionsPerPlan,
        int maxMovesPerPlan,
        int maxInFlightPerNode,
        OperatorTimings operators) {

    /** The values for production. */
    public static MaintainerConfig defaults() {
        return new MaintainerConfig(
                500, 1_000, 1_000, 15_000, 1_000, 600_000, 30_000, 10_000, 1_024, 1_000, OperatorTimings.DEFAULTS);
    }

    /** With other operator timings. */
    public MaintainerConfig withOperators(OperatorTimings timings) {
        return new MaintainerConfig(
                bootstrapResendMillis,
                closeResendMillis,
                statusMillis,
                balanceMillis,
                reconcileMillis,
                tombstoneMillis,
                missingWatermarkMillis,
                maxDecisionsPerPlan,
                maxMovesPerPlan,
                maxInFlightPerNode,
                timings);
    }

    /** With another longest time between two reports to the coordinator. */
    public MaintainerConfig withStatusMillis(long millis) {
        return new MaintainerConfig(
                bootstrapResendMillis,
                closeResendMillis,
                millis,
                balanceMillis,
                reconcileMillis,
                tombstoneMillis,
                missingWatermarkMillis,
                maxDecisionsPerPlan,
                maxMovesPerPlan,
                maxInFlightPerNode,
                operators);
    }

    /** With other limits for plans. */
    public MaintainerConfig withPlanLimits(int decisions, int moves, int inFlightPerNode) {
        return new MaintainerConfig(
                bootstrapResendMillis,
                closeResendMillis,
                statusMillis,
                balanceMillis,
                reconcileMillis,
                tombstoneMillis,
                missingWatermarkMillis,
                decisions,
                moves,
                inFlightPerNode,
                operators);
    }
}
