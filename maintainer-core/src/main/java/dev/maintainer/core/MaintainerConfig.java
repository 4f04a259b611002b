package dev.maintainer.core;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.operator.OperatorTimings;

/**
 * The time constants and limits of a maintainer. All times in milliseconds.
 *
 * @param bootstrapResendMillis how long a node may leave a bootstrap request unanswered
 * @param closeResendMillis the longest time between two close requests to a node
 * @param checkpointMillis the shortest time between two reports to the coordinator because checkpoints have risen; with
 *     0 every rise is reported at once
 * @param statusMillis the longest time between two reports to the coordinator
 * @param reconcileMillis the time between two checks that no span is bound to a dead node
 * @param tombstoneMillis how long a dispatcher that was removed on purpose is remembered
 * @param missingWatermarkMillis how long a node with spans may send no watermark before it is reported
 * @param suspectMillis how long a member may be silent before it gets no new work
 * @param redoMillis the shortest time between two steps of a redo log: how often its progress is made durable and
 *     reported
 * @param releaseRepeatMillis the time after which workers are told again up to where they may write
 * @param admitRoutes whether two tables of a source may be given one name, so that DDLs that do this are refused
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
        boolean admitRoutes,
        PlanningConfig planning,
        OperatorTimings operators) {

    private static final MaintainerConfig DEFAULTS = new MaintainerConfig(
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
            false,
            PlanningConfig.DEFAULTS,
            OperatorTimings.DEFAULTS);

    /**
     * Refuses periods that nobody can keep.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION}; the message names the value
     */
    public MaintainerConfig {
        require("bootstrapResendMillis", bootstrapResendMillis, 1);
        require("closeResendMillis", closeResendMillis, 1);
        require("checkpointMillis", checkpointMillis, 0);
        require("statusMillis", statusMillis, 1);
        require("reconcileMillis", reconcileMillis, 1);
        require("tombstoneMillis", tombstoneMillis, 1);
        require("missingWatermarkMillis", missingWatermarkMillis, 1);
        require("suspectMillis", suspectMillis, 1);
        require("redoMillis", redoMillis, 0);
        require("releaseRepeatMillis", releaseRepeatMillis, 1);
    }

    private static void require(String name, long millis, long least) {
        if (millis < least) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, name + " is " + millis + " ms; use " + least + " or more");
        }
    }

    /** The values for production. */
    public static MaintainerConfig defaults() {
        return DEFAULTS;
    }

    /** Begins with the values for production. */
    public static Builder builder() {
        return new Builder(DEFAULTS);
    }

    /** Begins with these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Collects the time constants and limits of a maintainer. Not thread-safe. */
    public static final class Builder {
        private long bootstrapResendMillis;
        private long closeResendMillis;
        private long checkpointMillis;
        private long statusMillis;
        private long reconcileMillis;
        private long tombstoneMillis;
        private long missingWatermarkMillis;
        private long suspectMillis;
        private long redoMillis;
        private long releaseRepeatMillis;
        private boolean admitRoutes;
        private PlanningConfig planning;
        private OperatorTimings operators;

        private Builder(MaintainerConfig from) {
            bootstrapResendMillis = from.bootstrapResendMillis;
            closeResendMillis = from.closeResendMillis;
            checkpointMillis = from.checkpointMillis;
            statusMillis = from.statusMillis;
            reconcileMillis = from.reconcileMillis;
            tombstoneMillis = from.tombstoneMillis;
            missingWatermarkMillis = from.missingWatermarkMillis;
            suspectMillis = from.suspectMillis;
            redoMillis = from.redoMillis;
            releaseRepeatMillis = from.releaseRepeatMillis;
            admitRoutes = from.admitRoutes;
            planning = from.planning;
            operators = from.operators;
        }

        /** How long a node may leave a bootstrap request unanswered. */
        public Builder bootstrapResendMillis(long millis) {
            bootstrapResendMillis = millis;
            return this;
        }

        /** The longest time between two close requests to a node. */
        public Builder closeResendMillis(long millis) {
            closeResendMillis = millis;
            return this;
        }

        /** The shortest time between two reports to the coordinator because checkpoints have risen; with 0 every rise is reported at once. */
        public Builder checkpointMillis(long millis) {
            checkpointMillis = millis;
            return this;
        }

        /** The longest time between two reports to the coordinator. */
        public Builder statusMillis(long millis) {
            statusMillis = millis;
            return this;
        }

        /** The time between two checks that no span is bound to a dead node. */
        public Builder reconcileMillis(long millis) {
            reconcileMillis = millis;
            return this;
        }

        /** How long a dispatcher that was removed on purpose is remembered. */
        public Builder tombstoneMillis(long millis) {
            tombstoneMillis = millis;
            return this;
        }

        /** How long a node with spans may send no watermark before it is reported. */
        public Builder missingWatermarkMillis(long millis) {
            missingWatermarkMillis = millis;
            return this;
        }

        /** How long a member may say nothing before it gets no new work. */
        public Builder suspectMillis(long millis) {
            suspectMillis = millis;
            return this;
        }

        /** The shortest time between two steps of a redo log: how often its progress is made durable and reported. */
        public Builder redoMillis(long millis) {
            redoMillis = millis;
            return this;
        }

        /** The time after which workers are told again up to where they may write. */
        public Builder releaseRepeatMillis(long millis) {
            releaseRepeatMillis = millis;
            return this;
        }

        /** Whether two tables of a source may be given one name, so that DDLs that do this are refused. */
        public Builder admitRoutes(boolean value) {
            admitRoutes = value;
            return this;
        }

        /** When planners are asked, and what they may do. */
        public Builder planning(PlanningConfig value) {
            planning = value;
            return this;
        }

        /** When operators repeat themselves. */
        public Builder operators(OperatorTimings value) {
            operators = value;
            return this;
        }

        /** {@return what was collected} */
        public MaintainerConfig build() {
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
                    admitRoutes,
                    planning,
                    operators);
        }
    }
}
