package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * How far a dispatcher is with an event that needs the maintainer.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public enum BlockStage {
    /** Already executed; the maintainer is told because tables come or go. */
    NONE,
    /** Reached, waits for the others. */
    WAITING,
    /** Being executed by this dispatcher. */
    WRITING,
    /** Finished. */
    DONE
}
