package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.operator.RefusalReason;

/**
 * A decision of the last plan that was not admitted.
 *
 * @param dispatcher the one that the decision was about; of a merge, the first
 * @param reason why it was not admitted
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public record RefusedDecision(DispatcherId dispatcher, RefusalReason reason) {}
