package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;

/**
 * A message between nodes.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface Message permits WorkerCommand, WorkerReport, CoordinatorRequest, CoordinatorReport {
    /** {@return the kind, as it appears in counters and logs} */
    default String kind() {
        return getClass().getSimpleName();
    }
}
