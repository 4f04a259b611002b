package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
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
     * @param tables at least one, each once
     */
    record Tables(List<TableId> tables) implements BlockScope {
        /**
         * Copies the list.
         *
         * @param tables at least one, each once
         * @throws IllegalArgumentException if there is none
         */
        public Tables {
            tables = List.copyOf(tables);
            if (tables.isEmpty()) {
                throw new IllegalArgumentException("a block event of no table");
            }
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
