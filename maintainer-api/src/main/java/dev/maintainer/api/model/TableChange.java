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
     * A table is created.
     *
     * @param table the new table
     */
    record AddTable(TableInfo table) implements TableChange {}

    /**
     * A table is removed.
     *
     * @param table the removed table
     */
    record DropTable(TableId table) implements TableChange {}

    /**
     * All tables that a schema has at this moment are removed.
     *
     * @param schema the schema whose tables are removed
     */
    record DropSchema(SchemaId schema) implements TableChange {}

    /**
     * A table has another name, perhaps in another schema. It stays the same table. Nothing happens if it has it already.
     *
     * @param table the table as it is from now on
     */
    record RenameTable(TableInfo table) implements TableChange {}
}
