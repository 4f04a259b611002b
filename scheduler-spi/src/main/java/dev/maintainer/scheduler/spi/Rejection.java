package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;

/**
 * A span that the planner looked at and left as it is, and why.
 *
 * @param dispatcher the span's dispatcher
 * @param reason why it was left
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public record Rejection(DispatcherId dispatcher, Reason reason) {}
