package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * The progress of a dispatcher with an event that needs the maintainer.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public enum BlockStage {
    /** Already executed; the maintainer is told because tables are added or removed. */
    NONE,
    /** Reached; waiting for the others. */
    WAITING,
    /** Being executed by this dispatcher. */
    WRITING,
    /** Finished. */
    DONE,
    /** The sink of this dispatcher does not execute it; it waits until somebody decides. */
    REFUSED
}
