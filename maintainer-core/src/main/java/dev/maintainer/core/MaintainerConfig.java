package dev.maintainer.core;

import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.operator.OperatorTimings;

/**
 * The time constants and limits of a maintainer. All times in milliseconds.
 *
 * @param bootstrapResendMillis how long a node may leave a bootstrap request unanswered
 * @param closeResendMillis the longest time between two close requests to a node
 * @param checkpointMillis the shortest time between two reports to the coordinator because checkpoints have risen; with 0
 *     every rise is reported at once
 * @param statusMillis the longest time between two reports to the coordinator
 * @param reconcileMillis the time between two checks that no span is bound to a dead node
 * @param tombstoneMillis how long a dispatcher that was removed on purpose is remembered
 * @param missingWatermarkMillis how long a node with spans may send no watermark before it is reported
 * @param suspectMillis how long a member may say nothing before it gets no new work
 * @param redoMillis the shortest time between two steps of a redo log: how often its progress is made durable and told
 * @param releaseRepeatMillis the time after which workers are told again how far they may write
 * @param planning when planners are asked, and what they may do
 * @param operators when operators repeat themselves
 */
public record MaintainerConfig(
        long bootstrapResendMillis,
        long closeResendMillis,
        long checkpointMillis,
        long statusMillis,
        long reconcileMillis,
        long tombstoneMillis,
        long missingWatermarkMillis,
        long suspectMillis,
        long redoMillis,
        long releaseRepeatMillis,
        PlanningConfig planning,
        OperatorTimings operators) {

    /** The values for production. */
    public static MaintainerConfig defaults() {
        return new MaintainerConfig(
                500,
                1_000,
                100,
                1_000,
                1_000,
                600_000,
                30_000,
                10_000,
                1_000,
                5_000,
                PlanningConfig.DEFAULTS,
                OperatorTimings.DEFAULTS);
    }

    /** With other operator timings. */
    public MaintainerConfig withOperators(OperatorTimings timings) {
        return new MaintainerConfig(
                bootstrapResendMillis,
                closeResendMillis,
                checkpointMillis,
                statusMillis,
                reconcileMillis,
                tombstoneMillis,
                missingWatermarkMillis,
                suspectMillis,
                redoMillis,
                releaseRepeatMillis,
                planning,
                timings);
    }

    /** With another longest time between two reports to the coordinator. */
    public MaintainerConfig withStatusMillis(long millis) {
        return new MaintainerConfig(
                bootstrapResendMillis,
                closeResendMillis,
                checkpointMillis,
                millis,
                reconcileMillis,
                tombstoneMillis,
                missingWatermarkMillis,
                suspectMillis,
                redoMillis,
                releaseRepeatMillis,
                planning,
                operators);
    }

    /** With another shortest time between two reports because checkpoints have risen. */
    public MaintainerConfig withCheckpointMillis(long millis) {
        return new MaintainerConfig(
                bootstrapResendMillis,
                closeResendMillis,
                millis,
                statusMillis,
                reconcileMillis,
                tombstoneMillis,
                missingWatermarkMillis,
                suspectMillis,
                redoMillis,
                releaseRepeatMillis,
                planning,
                operators);
    }

    /** With another way to plan. */
    public MaintainerConfig withPlanning(PlanningConfig other) {
        return new MaintainerConfig(
                bootstrapResendMillis,
                closeResendMillis,
                checkpointMillis,
                statusMillis,
                reconcileMillis,
                tombstoneMillis,
                missingWatermarkMillis,
                suspectMillis,
                redoMillis,
                releaseRepeatMillis,
                other,
                operators);
    }

    /** With another time that a member may say nothing. */
    public MaintainerConfig withSuspectMillis(long millis) {
        return new MaintainerConfig(
                bootstrapResendMillis,
                closeResendMillis,
                checkpointMillis,
                statusMillis,
                reconcileMillis,
                tombstoneMillis,
                missingWatermarkMillis,
                millis,
                redoMillis,
                releaseRepeatMillis,
                planning,
                operators);
    }

    /** With another shortest time between two steps of a redo log. */
    public MaintainerConfig withRedoMillis(long millis) {
        return new MaintainerConfig(
                bootstrapResendMillis,
                closeResendMillis,
                checkpointMillis,
                statusMillis,
                reconcileMillis,
                tombstoneMillis,
                missingWatermarkMillis,
                suspectMillis,
                millis,
                releaseRepeatMillis,
                planning,
                operators);
    }
}
