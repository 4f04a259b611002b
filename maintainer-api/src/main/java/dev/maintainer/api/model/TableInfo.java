package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;

/**
 * A table as the schema store knows it.
 *
 * @param table its identity
 * @param schema the schema that it is in
 * @param name its name at that time; {@link TableName#UNKNOWN} if the store does not know
 * @param splittable whether it may be divided into several spans
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record TableInfo(TableId table, SchemaId schema, TableName name, boolean splittable) {
    /**
     * Creates a table whose name is unknown.
     *
     * @param table its identity
     * @param schema the schema that it is in
     * @param splittable whether it may be divided into several spans
     */
    public TableInfo(TableId table, SchemaId schema, boolean splittable) {
        this(table, schema, TableName.UNKNOWN, splittable);
    }
}
