package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.model.TableInfo;
import java.util.List;

/**
 * A table of a source.
 *
 * @param info its number, schema and name, and whether it can be cut
 * @param image what it looks like
 * @param obstacles why it cannot be replicated; nothing if it can
 */
public record SourceTable(TableInfo info, TableImage image, List<Obstacle> obstacles) {
    /** Keeps its own list. */
    public SourceTable {
        obstacles = List.copyOf(obstacles);
    }
}
