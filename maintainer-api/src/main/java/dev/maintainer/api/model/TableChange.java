package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * What a DDL does to the set of tables that a changefeed replicates.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public sealed interface TableChange {
    /**
     * A table comes into being.
     *
     * @param table the new table
     */
    record AddTable(TableInfo table) implements TableChange {}

    /**
     * A table goes.
     *
     * @param table the one that goes
     */
    record DropTable(TableId table) implements TableChange {}

    /**
     * All tables that a schema has at this moment go.
     *
     * @param schema the schema whose tables go
     */
    record DropSchema(SchemaId schema) implements TableChange {}
}
