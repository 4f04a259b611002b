package dev.maintainer.core.journal;

import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.scheduling.planner.PlanRequest;

/** An effect of a host on the outside. */
public sealed interface Effect {
    /** It sent a message: a command to a worker, or a report to the coordinator. */
    record Sent(NodeId to, Message message) implements Effect {}

    /** It asked the schema store for the tables at {@code ts}; a TSO. */
    record TablesRequested(ChangefeedId changefeed, long ts) implements Effect {}

    /** It asked for a plan. */
    record PlanRequested(PlanRequest request) implements Effect {}

    /** It no longer waits for the plans of a maintainer. */
    record PlanningDropped(ChangefeedId changefeed, MaintainerEpoch epoch) implements Effect {}
}
