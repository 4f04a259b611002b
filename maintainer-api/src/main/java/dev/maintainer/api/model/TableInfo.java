package dev.maintainer.api.model;

/**
 * A table as the schema store knows it.
 *
 * @param name what it is called at that time; {@link TableName#UNKNOWN} if the store does not know
 * @param splittable whether it may be divided into several spans
 */
public record TableInfo(TableId table, SchemaId schema, TableName name, boolean splittable) {
    /** A table whose name nobody knows. */
    public TableInfo(TableId table, SchemaId schema, boolean splittable) {
        this(table, schema, TableName.UNKNOWN, splittable);
    }
}
