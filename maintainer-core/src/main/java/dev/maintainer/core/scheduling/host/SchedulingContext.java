package dev.maintainer.core.scheduling.host;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.operator.OperatorController;
import java.util.function.Supplier;

/**
 * What planning looks at, and acts on.
 *
 * @param changefeed the pipeline whose spans are placed
 * @param epoch the ownership under which they are
 * @param cluster the nodes
 * @param registry the spans
 * @param retries those of them that wait before they are placed again
 * @param operators what changes them
 * @param ids makes dispatcher ids that nothing else has
 * @param config when planners are asked, and what they may do
 */
public record SchedulingContext(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        ClusterState cluster,
        SpanRegistry registry,
        PlacementRetries retries,
        OperatorController operators,
        Supplier<DispatcherId> ids,
        PlanningConfig config) {}
