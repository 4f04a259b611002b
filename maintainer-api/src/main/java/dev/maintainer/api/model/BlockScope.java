package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import java.util.Collections;
import java.util.List;

/**
 * Which dispatchers stop at a block event. The DDL trigger dispatcher always does.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface BlockScope {
    /**
     * The dispatchers of some tables.
     *
     * @param tables at least one, each once, ascending
     */
    record Tables(List<TableId> tables) implements BlockScope {
        /**
         * Copies the list, in ascending order and each table once.
         *
         * @param tables at least one
         * @throws IllegalArgumentException if there is none
         */
        public Tables {
            tables = tables.stream().distinct().sorted().toList();
            if (tables.isEmpty()) {
                throw new IllegalArgumentException("a block event of no table");
            }
        }

        /**
         * Whether the dispatchers of a table stop there. O(log n).
         *
         * @param table the table
         * @return whether it is one of the tables
         */
        public boolean concern(TableId table) {
            return Collections.binarySearch(tables, table) >= 0;
        }
    }

    /**
     * The dispatchers of all tables of a schema.
     *
     * @param schema the schema
     */
    record Schema(SchemaId schema) implements BlockScope {}

    /** All dispatchers of the changefeed. */
    record All() implements BlockScope {}
}
