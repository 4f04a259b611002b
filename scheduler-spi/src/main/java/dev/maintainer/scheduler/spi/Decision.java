package dev.maintainer.scheduler.spi;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;

/** One proposed change. */
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public sealed interface Decision {
    /** The dispatcher to change. */
    DispatcherId dispatcher();

    /** Where it should run. */
    NodeId target();

    /** Why. */
    Reason reason();

    /** Place an absent span. */
    @ConstructedBy(ConstructedBy.Side.PLUGIN)
    record Place(DispatcherId dispatcher, NodeId target, Reason reason) implements Decision {}

    /** Move a running span; refused as stale when it no longer runs on {@code origin}. */
    @ConstructedBy(ConstructedBy.Side.PLUGIN)
    record Move(DispatcherId dispatcher, NodeId origin, NodeId target, Reason reason) implements Decision {}
}
