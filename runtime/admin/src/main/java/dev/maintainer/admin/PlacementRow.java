package dev.maintainer.admin;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.PlacementPhase;
import org.jspecify.annotations.Nullable;

/**
 * A changefeed as the coordinator has placed it, whether or not a maintainer of it runs.
 *
 * @param wanted what people want of it
 * @param node of its maintainer; null if there is none
 * @param epoch of the last ownership
 * @param checkpointTs the last that the coordinator has heard of; a TSO
 */
public record PlacementRow(
        ChangefeedId changefeed,
        DesiredState wanted,
        PlacementPhase phase,
        @Nullable NodeId node,
        long epoch,
        long checkpointTs) {
    static PlacementRow of(ChangefeedId changefeed, ChangefeedView view) {
        return new PlacementRow(
                changefeed,
                view.wanted(),
                view.phase(),
                view.owner(),
                view.epoch().value(),
                view.checkpointTs());
    }
}
