package dev.maintainer.replication.event;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A change of the set of tables.
 *
 * @param commitTs when it was committed; a position
 * @param ordinal tells DDLs with one commitTs apart and orders them; never given twice
 * @param schemaName the schema concerned
 * @param tableName the table concerned; null for {@link Kind#DROP_SCHEMA}
 * @param table identity of that table; null together with {@code tableName}
 * @param dropped the tables that are dropped by it, except those that never had a row
 */
public record DdlEvent(
        long commitTs,
        int ordinal,
        Kind kind,
        SchemaId schema,
        String schemaName,
        @Nullable TableId table,
        @Nullable String tableName,
        List<TableId> dropped) {
    /** Kinds of DDL. */
    public enum Kind {
        /** A table is created. */
        CREATE_TABLE,
        /** A table is removed. */
        DROP_TABLE,
        /** A schema is removed, with all its tables. */
        DROP_SCHEMA
    }

    /** Refuses a table DDL without a table, and copies the list. */
    public DdlEvent {
        if ((table == null) != (kind == Kind.DROP_SCHEMA) || (tableName == null) != (table == null)) {
            throw new IllegalArgumentException(kind + " at " + commitTs + " with table " + tableName);
        }
        dropped = List.copyOf(dropped);
    }

    /** What it is, for people. */
    public String statement() {
        return tableName == null
                ? "DROP SCHEMA " + schemaName
                : kind.name().replace('_', ' ') + " " + new TableName(schemaName, tableName);
    }

    /** What it does to the set of tables, as changes for the maintainer. */
    public TableChange change() {
        if (kind == Kind.DROP_SCHEMA || table == null || tableName == null) {
            return new TableChange.DropSchema(schema);
        }
        return kind == Kind.CREATE_TABLE
                ? new TableChange.AddTable(new TableInfo(table, schema, new TableName(schemaName, tableName), true))
                : new TableChange.DropTable(table);
    }
}
