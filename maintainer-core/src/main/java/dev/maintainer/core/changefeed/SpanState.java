package dev.maintainer.core.changefeed;

import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.Tombstones;
import dev.maintainer.operator.OperatorController;

/**
 * What is known of the dispatchers of a pipeline.
 *
 * @param registry those of the spans: what should run where, and does
 * @param retries those of them that wait before they are placed again
 * @param operators what is being changed
 * @param unclaimed those that run, and whose table nobody has reported
 * @param tombstones those that were removed on purpose
 */
record SpanState(
        SpanRegistry registry,
        PlacementRetries retries,
        OperatorController operators,
        UnclaimedDispatchers unclaimed,
        Tombstones tombstones) {
    /** Whether something here has this id. */
    boolean isTaken(DispatcherId id) {
        return registry.get(id) != null || unclaimed.contains(id) || operators.isInFlight(id);
    }

    /** How much is left on the node that is being emptied. */
    DrainProgress drainProgress(DrainTarget target) {
        NodeId node = target.node();
        return node == null
                ? new DrainProgress(target.epoch(), 0, 0)
                : new DrainProgress(
                        target.epoch(),
                        registry.boundCount(node) + unclaimed.countOn(node),
                        operators.traffic().touching(node));
    }
}
