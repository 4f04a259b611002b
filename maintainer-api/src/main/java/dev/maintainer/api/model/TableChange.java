package dev.maintainer.api.model;

/** What a DDL does to the set of tables that a changefeed replicates. */
public sealed interface TableChange {
    /** A table comes into being. */
    record AddTable(TableInfo table) implements TableChange {}

    /** A table goes. */
    record DropTable(TableId table) implements TableChange {}

    /** All tables that a schema has at this moment go. */
    record DropSchema(SchemaId schema) implements TableChange {}
}
