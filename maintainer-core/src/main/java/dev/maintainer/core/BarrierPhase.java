package dev.maintainer.core;

/** How far a block event is. */
public enum BarrierPhase {
    /** Dispatchers arrive. */
    COLLECTING,
    /** All have arrived, and the DDL trigger dispatcher executes it. */
    WRITING,
    /** The sink has not executed it, and would not if it were asked again: it stands until somebody decides. */
    REFUSED,
    /** It has been executed: whoever waits goes on, and whoever comes later does not wait for long. */
    PASSING,
    /** The checkpoint has passed it, so nobody can come to it any more; or nobody waits for it. */
    DONE
}
