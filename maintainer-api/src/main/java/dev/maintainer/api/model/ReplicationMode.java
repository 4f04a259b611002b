package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * What a pipeline of a changefeed replicates into. A changefeed has one pipeline or, if it keeps a redo log, two; each
 * has dispatchers, a DDL trigger dispatcher and a checkpoint of its own.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public enum ReplicationMode {
    /** Into the sink. */
    DEFAULT,
    /** Into the redo log: what is not durable there is not written to the sink. */
    REDO
}
