package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;

/**
 * Reads which tables a changefeed had at a moment; gives the same answer on every node. Called on a thread of its own,
 * one request after the other, so it may wait for the source.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@FunctionalInterface
public interface SchemaReader {
    /**
     * {@return the tables of a changefeed as they were when all that was committed up to {@code ts} had happened}
     *
     * @param changefeed which one
     * @param ts a TSO
     * @throws MaintainerException if the tables are unknown, or not known yet; the caller asks again
     */
    SchemaSnapshot tablesAt(ChangefeedId changefeed, long ts) throws MaintainerException;
}
