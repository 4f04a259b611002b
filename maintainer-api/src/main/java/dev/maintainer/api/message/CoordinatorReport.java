package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.operator.RefusalReason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message from a host of maintainers to the coordinator.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface CoordinatorReport extends Message {
    /**
     * Answer to {@link CoordinatorRequest.CoordinatorBootstrap}: all maintainers that are hosted here.
     *
     * @param version that of the bootstrap that it answers
     * @param maintainers all that are hosted here; may be empty
     * @param drain the newest drain target that the host has heard of
     */
    record HostSnapshot(long version, List<MaintainerStatus> maintainers, DrainTarget drain)
            implements CoordinatorReport {
        /**
         * Copies the list.
         *
         * @param version that of the bootstrap that it answers
         * @param maintainers all that are hosted here; may be empty
         * @param drain the newest drain target that the host has heard of
         */
        public HostSnapshot {
            maintainers = List.copyOf(maintainers);
        }
    }

    /**
     * Maintainers whose status changed, or was not reported for a while.
     *
     * @param maintainers those that are reported now; a maintainer that is missing here is not necessarily gone
     */
    record MaintainerHeartbeat(List<MaintainerStatus> maintainers) implements CoordinatorReport {
        /**
         * Copies the list.
         *
         * @param maintainers those that are reported now; a maintainer that is missing here is not necessarily gone
         */
        public MaintainerHeartbeat {
            maintainers = List.copyOf(maintainers);
        }
    }

    /**
     * Answer to {@link CoordinatorRequest.SetDrainTarget}.
     *
     * @param drain the newest drain target that the host has heard of
     * @param maintainers that run on the host, including former owners
     */
    record DrainTargetHeld(DrainTarget drain, int maintainers) implements CoordinatorReport {}

    /**
     * A request was not accepted.
     *
     * @param changefeed the one that the request was about
     * @param epoch the epoch that the request named
     * @param currentEpoch the epoch of the maintainer that the host has; null if it has none
     * @param request the kind of the refused request
     * @param reason why it was not accepted
     */
    record RequestRefused(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            @Nullable MaintainerEpoch currentEpoch,
            String request,
            RefusalReason reason)
            implements CoordinatorReport {}
}
