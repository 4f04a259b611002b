package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * What of the commit time right behind a checkpoint is durable already. A dispatcher that waits at a block event has
 * written more than its checkpoint can say.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum PartialCommit {
    /** Nothing that is known. */
    NONE,
    /** The rows: it waits at a DDL. */
    ROWS,
    /** The rows and the DDL: it waits at a sync point. */
    ROWS_AND_DDL;

    /**
     * What is durable of the commit time of an event where it is waited for.
     *
     * @param key the event
     * @return never {@link #NONE}
     */
    public static PartialCommit waitingAt(BlockKey key) {
        return key.kind() == BlockKind.DDL ? ROWS : ROWS_AND_DDL;
    }
}
