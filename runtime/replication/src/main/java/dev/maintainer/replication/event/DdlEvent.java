package dev.maintainer.replication.event;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import java.util.List;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A change of the set of tables, or of what their rows look like. It replaces a table by another one, which may be the same
 * under another name; only a drop of a schema takes several.
 *
 * @param commitTs when it was committed; a position
 * @param ordinal tells DDLs with one commitTs apart and orders them; never given twice
 * @param schema the schema in which {@code before} is, or {@code after} if there is no table before
 * @param schemaName its name
 * @param before the table as it was; null for {@link Kind#CREATE_TABLE} and {@link Kind#DROP_SCHEMA}
 * @param after the table as it is from now on; null for {@link Kind#DROP_TABLE} and {@link Kind#DROP_SCHEMA}
 * @param definition what all rows of {@code after} that are committed later carry, see {@link RowEvent#definition}; null if
 *     the DDL leaves that as it was
 * @param dropped the tables that it drops, without those that the same transaction has created: nothing was ever in them
 */
public record DdlEvent(
        long commitTs,
        int ordinal,
        Kind kind,
        SchemaId schema,
        String schemaName,
        @Nullable TableInfo before,
        @Nullable TableInfo after,
        @Nullable String definition,
        List<TableId> dropped) {
    /** Of a definition a statement shows no more than this, in characters. */
    private static final int MOST_SHOWN = 120;

    /** Kinds of DDL. */
    public enum Kind {
        /** A table is created. */
        CREATE_TABLE(false, true),
        /** A table is removed. */
        DROP_TABLE(true, false),
        /** A table is replaced by a new one without rows, of the same name and definition. */
        TRUNCATE_TABLE(true, true),
        /** A table has another name, perhaps in another schema. */
        RENAME_TABLE(true, true),
        /** The rows of a table have another definition. */
        ALTER_TABLE(true, true),
        /** A schema is removed, with all its tables. */
        DROP_SCHEMA(false, false);

        private final boolean hasBefore;
        private final boolean hasAfter;

        Kind(boolean hasBefore, boolean hasAfter) {
            this.hasBefore = hasBefore;
            this.hasAfter = hasAfter;
        }
    }

    /** Refuses tables and a definition that do not fit the kind, and copies the list. */
    public DdlEvent {
        boolean fits = (before != null) == kind.hasBefore
                && (after != null) == kind.hasAfter
                && (kind == Kind.ALTER_TABLE ? definition != null : definition == null || kind == Kind.CREATE_TABLE)
                && (before == null
                        || after == null
                        || before.table().equals(after.table()) == (kind != Kind.TRUNCATE_TABLE));
        if (!fits) {
            throw new IllegalArgumentException(kind + " at " + commitTs + " of table " + before + " into " + after
                    + (definition == null ? " without" : " with") + " a definition");
        }
        dropped = List.copyOf(dropped);
    }

    /**
     * A table is created.
     *
     * @param commitTs when it was committed; a position
     * @param ordinal orders DDLs with one commitTs; never given twice
     * @param table the new table
     * @param definition what its rows carry; null for nothing
     * @return the DDL
     */
    public static DdlEvent createTable(long commitTs, int ordinal, TableInfo table, @Nullable String definition) {
        return ofTable(commitTs, ordinal, Kind.CREATE_TABLE, null, table, definition, List.of());
    }

    /**
     * A table is removed.
     *
     * @param commitTs when it was committed; a position
     * @param ordinal orders DDLs with one commitTs; never given twice
     * @param table the table
     * @param dropped the table; nothing if the same transaction has created it
     * @return the DDL
     */
    public static DdlEvent dropTable(long commitTs, int ordinal, TableInfo table, List<TableId> dropped) {
        return ofTable(commitTs, ordinal, Kind.DROP_TABLE, table, null, null, dropped);
    }

    /**
     * A table is replaced by a new one without rows.
     *
     * @param commitTs when it was committed; a position
     * @param ordinal orders DDLs with one commitTs; never given twice
     * @param before the table that goes
     * @param after the one that comes, with the same name
     * @param dropped the table that goes; nothing if the same transaction has created it
     * @return the DDL
     */
    public static DdlEvent truncateTable(
            long commitTs, int ordinal, TableInfo before, TableInfo after, List<TableId> dropped) {
        return ofTable(commitTs, ordinal, Kind.TRUNCATE_TABLE, before, after, null, dropped);
    }

    /**
     * A table has another name, perhaps in another schema.
     *
     * @param commitTs when it was committed; a position
     * @param ordinal orders DDLs with one commitTs; never given twice
     * @param before the table as it was
     * @param after the same table as it is from now on
     * @return the DDL
     */
    public static DdlEvent renameTable(long commitTs, int ordinal, TableInfo before, TableInfo after) {
        return ofTable(commitTs, ordinal, Kind.RENAME_TABLE, before, after, null, List.of());
    }

    /**
     * The rows of a table have another definition.
     *
     * @param commitTs when it was committed; a position
     * @param ordinal orders DDLs with one commitTs; never given twice
     * @param table the table
     * @param definition what all rows carry that are committed later
     * @return the DDL
     */
    public static DdlEvent alterTable(long commitTs, int ordinal, TableInfo table, String definition) {
        return ofTable(commitTs, ordinal, Kind.ALTER_TABLE, table, table, definition, List.of());
    }

    /**
     * A schema is removed, with all tables that it has.
     *
     * @param commitTs when it was committed; a position
     * @param ordinal orders DDLs with one commitTs; never given twice
     * @param schema the schema
     * @param schemaName its name
     * @param dropped its tables, without those that the same transaction has created
     * @return the DDL
     */
    public static DdlEvent dropSchema(
            long commitTs, int ordinal, SchemaId schema, String schemaName, List<TableId> dropped) {
        return new DdlEvent(commitTs, ordinal, Kind.DROP_SCHEMA, schema, schemaName, null, null, null, dropped);
    }

    private static DdlEvent ofTable(
            long commitTs,
            int ordinal,
            Kind kind,
            @Nullable TableInfo before,
            @Nullable TableInfo after,
            @Nullable String definition,
            List<TableId> dropped) {
        TableInfo concerned = before == null ? after : before;
        if (concerned == null) {
            throw new IllegalArgumentException(kind + " at " + commitTs + " of no table");
        }
        return new DdlEvent(
                commitTs,
                ordinal,
                kind,
                concerned.schema(),
                concerned.name().schema(),
                before,
                after,
                definition,
                dropped);
    }

    /** What it is, for people. */
    public String statement() {
        TableInfo concerned = before == null ? after : before;
        String what = kind.name().replace('_', ' ') + " " + (concerned == null ? schemaName : concerned.name());
        if (kind == Kind.RENAME_TABLE && after != null) {
            return what + " TO " + after.name();
        }
        return definition == null ? what : what + " DEFINITION " + Printable.shortened(definition, MOST_SHOWN);
    }

    /** What it does to the set of tables, as changes for the maintainer, in order. */
    public List<TableChange> changes() {
        if (before == null) {
            return List.of(after == null ? new TableChange.DropSchema(schema) : new TableChange.AddTable(after));
        }
        if (after == null) {
            return List.of(new TableChange.DropTable(before.table()));
        }
        if (!after.table().equals(before.table())) {
            return List.of(new TableChange.DropTable(before.table()), new TableChange.AddTable(after));
        }
        return after.equals(before) ? List.of() : List.of(new TableChange.RenameTable(after));
    }

    /**
     * Does to a list of tables what it does to the tables. A schema is known by its number: its tables may have names as if
     * they were in another one.
     *
     * @param live the tables that exist, by name
     */
    public void applyTo(SortedMap<TableName, TableInfo> live) {
        if (kind == Kind.DROP_SCHEMA) {
            live.values().removeIf(table -> table.schema().equals(schema));
        }
        TableInfo named = before == null ? null : live.get(before.name());
        if (named != null && before != null && named.table().equals(before.table())) {
            live.remove(before.name());
        }
        if (after != null) {
            live.put(after.name(), after);
        }
    }

    /**
     * The same DDL of tables that are called differently.
     *
     * @param names gives a table its other name; the table and its schema stay the same
     * @return the DDL with these names; a schema keeps its name
     */
    public DdlEvent renamed(UnaryOperator<TableInfo> names) {
        return kind == Kind.DROP_SCHEMA
                ? this
                : ofTable(
                        commitTs,
                        ordinal,
                        kind,
                        before == null ? null : names.apply(before),
                        after == null ? null : names.apply(after),
                        definition,
                        dropped);
    }
}
