package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;

/**
 * How far the dispatchers of a pipeline may write; it rises while they run. Any thread.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@FunctionalInterface
public interface WriteBound {
    /** They may write everything. */
    WriteBound NONE = () -> Long.MAX_VALUE;

    /**
     * What was committed later must not be written yet: it is not durable in the redo log. A TSO, never decreases; {@link
     * Long#MAX_VALUE} without a redo log. A checkpoint must not pass it either, even where there is nothing to write.
     *
     * @return the last time that may be written; a TSO
     */
    long releasedTs();
}
