package dev.maintainer.api.model;

import java.util.Comparator;

/**
 * What people call a table. It says nothing about identity: a name goes from one table to another, and one that was
 * dropped and created again has another {@link TableId}. Ordered by schema, then by table. Immutable.
 *
 * @param schema the name of its schema, as the source spells it: any characters, dots included; empty if nobody knows
 * @param table its name within the schema, as the source spells it; empty if nobody knows
 */
public record TableName(String schema, String table) implements Comparable<TableName> {
    /** The name of a table that nobody has named. */
    public static final TableName UNKNOWN = new TableName("", "");

    private static final Comparator<TableName> ORDER =
            Comparator.comparing(TableName::schema).thenComparing(TableName::table);

    /** {@return whether somebody has named the table} */
    public boolean isKnown() {
        return !table.isEmpty();
    }

    @Override
    public int compareTo(TableName other) {
        return ORDER.compare(this, other);
    }

    /** For people: names may have dots, so it cannot be read back. */
    @Override
    public String toString() {
        return isKnown() ? schema + "." + table : "";
    }
}
