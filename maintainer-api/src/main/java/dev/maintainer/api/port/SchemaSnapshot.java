package dev.maintainer.api.port;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.TableInfo;
import java.util.List;

/**
 * The tables that exist at {@code ts} (a TSO): created at or before it, and not dropped at or before it.
 *
 * @param ts a TSO
 * @param tables without those that were dropped
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record SchemaSnapshot(long ts, List<TableInfo> tables) {
    /**
     * Copies the list.
     *
     * @param ts a TSO
     * @param tables without those that were dropped
     */
    public SchemaSnapshot {
        tables = List.copyOf(tables);
    }
}
