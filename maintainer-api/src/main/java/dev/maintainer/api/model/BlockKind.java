package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * Kinds of block events. The order of the constants is the order of two events with one commit time.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public enum BlockKind {
    /** A change of the schema, or several that were committed together. */
    DDL,
    /** A point at which the sink holds the same state of all tables, that of the source at this time. */
    SYNC_POINT
}
