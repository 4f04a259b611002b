package dev.maintainer.scheduler.spi;

import dev.maintainer.api.model.DispatcherId;

/**
 * A span that the planner looked at and left as it is, and why.
 *
 * @param dispatcher the span's dispatcher
 * @param reason why it was left
 */
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public record Rejection(DispatcherId dispatcher, Reason reason) {}
