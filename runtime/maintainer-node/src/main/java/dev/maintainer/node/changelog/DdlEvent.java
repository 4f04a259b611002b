package dev.maintainer.node.changelog;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import org.jspecify.annotations.Nullable;

/**
 * A change of the set of tables.
 *
 * @param commitTs when it was committed; a TSO
 * @param ordinal position among all DDLs of the log, from 0; tells DDLs with one commitTs apart
 * @param schemaName the schema that it is about
 * @param tableName the table that it is about; null for {@link Kind#DROP_SCHEMA}
 * @param table identity of that table; null together with {@code tableName}
 */
public record DdlEvent(
        long commitTs,
        int ordinal,
        Kind kind,
        SchemaId schema,
        String schemaName,
        @Nullable TableId table,
        @Nullable String tableName) {
    /** Kinds of DDL that a change log knows. */
    public enum Kind {
        /** A table comes into being. */
        CREATE_TABLE,
        /** A table goes. */
        DROP_TABLE,
        /** A schema goes, with all its tables. */
        DROP_SCHEMA
    }

    /** Refuses a table DDL without a table. */
    public DdlEvent {
        if ((table == null) != (kind == Kind.DROP_SCHEMA) || (tableName == null) != (table == null)) {
            throw new IllegalArgumentException(kind + " at " + commitTs + " with table " + tableName);
        }
    }

    /** What it does to the set of tables, in the terms of the maintainer. */
    public TableChange change() {
        if (kind == Kind.DROP_SCHEMA || table == null || tableName == null) {
            return new TableChange.DropSchema(schema);
        }
        return kind == Kind.CREATE_TABLE
                ? new TableChange.AddTable(
                        new TableInfo(table, schema, new TableName(schemaName, tableName).known(), true))
                : new TableChange.DropTable(table);
    }
}
