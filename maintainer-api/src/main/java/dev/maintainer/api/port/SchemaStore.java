package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.ChangefeedId;

/**
 * Provides lists of tables. Asynchronous, because reading them may take long and the caller must not wait.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface SchemaStore {
    /**
     * Asks for the tables of a changefeed at {@code ts} (a TSO). The answer, a {@link SchemaSnapshot} with the same
     * {@code ts}, comes back as an input of the caller; if it gets lost, the caller asks again.
     *
     * @param changefeed whose tables
     * @param ts a TSO
     */
    void requestTables(ChangefeedId changefeed, long ts);
}
