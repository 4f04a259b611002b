package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;

/**
 * A message from the coordinator to the host of maintainers on a node.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface CoordinatorRequest extends Message {

    /**
     * "I lead the cluster now; which maintainers do you host?"
     *
     * @param version rises with each leadership; a host follows the highest it has seen
     */
    record CoordinatorBootstrap(long version) implements CoordinatorRequest {}

    /**
     * Host the maintainer of a changefeed.
     *
     * @param changefeed the changefeed to host
     * @param epoch the ownership to run under; newer than any before
     * @param checkpointTs where to start; a TSO, at least 1
     * @param manifest what the predecessor left behind
     * @param membershipVersion the maintainer asks nobody before it has heard of a membership that is at least as new:
     *     its predecessor may have placed tables on any of these nodes
     * @param scheduler the scheduler that users have chosen for it; empty for the default of the host
     * @param redo whether it keeps a redo log
     * @param configuration where it reads and writes, and how
     */
    record AddMaintainer(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            long checkpointTs,
            HandoffManifest manifest,
            long membershipVersion,
            String scheduler,
            boolean redo,
            ChangefeedConfiguration configuration)
            implements CoordinatorRequest {
        /**
         * Creates a request without a chosen scheduler, a redo log and a configuration.
         *
         * @param changefeed the changefeed to host
         * @param epoch the ownership to run under; newer than any before
         * @param checkpointTs where to start; a TSO, at least 1
         * @param manifest what the predecessor left behind
         * @param membershipVersion the maintainer asks nobody before it has heard of a membership that is at least as
         *     new: its predecessor may have placed tables on any of these nodes
         */
        public AddMaintainer(
                ChangefeedId changefeed,
                MaintainerEpoch epoch,
                long checkpointTs,
                HandoffManifest manifest,
                long membershipVersion) {
            this(changefeed, epoch, checkpointTs, manifest, membershipVersion, "", false, ChangefeedConfiguration.NONE);
        }
    }

    /**
     * End the maintainer that owns the changefeed under this epoch.
     *
     * @param changefeed the changefeed that it owns
     * @param epoch that of the maintainer to end; another one is left alone
     * @param mode what else ends with it
     */
    record RemoveMaintainer(ChangefeedId changefeed, MaintainerEpoch epoch, RemovalMode mode)
            implements CoordinatorRequest {}

    /**
     * This node is being emptied, or, without a node, none is any more. Maintainers place nothing there and move away what
     * is there. An older epoch than the host has heard of changes nothing.
     *
     * @param drain the node that is being emptied now
     */
    record SetDrainTarget(DrainTarget drain) implements CoordinatorRequest {}

    /**
     * The final status of the maintainer with this epoch has arrived; stop repeating it.
     *
     * @param changefeed the changefeed that the maintainer has owned
     * @param epoch the maintainer's epoch
     */
    record AcknowledgeFinalStatus(ChangefeedId changefeed, MaintainerEpoch epoch) implements CoordinatorRequest {}
}
