package dev.maintainer.coordinator;

import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import org.jspecify.annotations.Nullable;

/**
 * Where a changefeed is, at one moment. Immutable.
 *
 * @param owner the node whose maintainer owns it, or is asked to; null if there is none
 * @param epoch the durable epoch
 * @param checkpointTs the last accepted checkpoint; a TSO
 * @param wanted what people want of it, as far as that is durable
 * @param phase how far placing, moving or removing is
 * @param scheduler the scheduler that users have chosen for it; empty if nobody has
 * @param configuration where it reads and writes, as it was created
 */
public record ChangefeedView(
        @Nullable NodeId owner,
        MaintainerEpoch epoch,
        long checkpointTs,
        DesiredState wanted,
        PlacementPhase phase,
        String scheduler,
        ChangefeedConfiguration configuration) {}
