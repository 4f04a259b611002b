package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;

/**
 * A span that the planner considered and left as it is, with the reason.
 *
 * @param dispatcher the span's dispatcher
 * @param reason why it was left
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public record Rejection(DispatcherId dispatcher, Reason reason) {}
