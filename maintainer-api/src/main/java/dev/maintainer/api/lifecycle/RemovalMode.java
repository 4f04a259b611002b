package dev.maintainer.api.lifecycle;

import dev.maintainer.api.annotation.Stability;

/**
 * What ends together with a maintainer, from the weakest to the strongest mode. Requests may arrive more than once and
 * in any order; the strongest counts.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum RemovalMode {
    /** Another node continues: only the DDL trigger dispatcher is closed, all others run on. */
    HANDOFF,
    /** The changefeed stops, and may go on later: all its dispatchers are closed, on all nodes. */
    CLOSE,
    /** The changefeed is gone for good: all its dispatchers are closed, and what is kept downstream for it is cleaned up. */
    DROP;

    /** {@return whether all dispatchers of the changefeed are closed, and not only that of the DDL trigger} */
    public boolean closesDispatchers() {
        return this != HANDOFF;
    }

    /**
     * {@return the stronger of the two}
     *
     * @param other another requested mode
     */
    public RemovalMode or(RemovalMode other) {
        return compareTo(other) >= 0 ? this : other;
    }
}
