package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * What a maintainer has decided about a block event.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum BarrierAction {
    /** The whole scope has arrived: execute the event. */
    WRITE,
    /** The event has been executed: go on behind it. */
    PASS
}
