package dev.maintainer.api.model;

/** How far a dispatcher is with an event that needs the maintainer. */
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
