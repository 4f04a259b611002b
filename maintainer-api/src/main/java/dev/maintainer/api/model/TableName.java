package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.text.Printable;
import dev.maintainer.api.text.Utf8Order;
import java.util.Comparator;

/**
 * The name of a table. It does not identify a table: a name can pass from one table to another, and one that was
 * dropped and created again has another {@link TableId}. Ordered by schema, then by table. Immutable.
 *
 * @param schema the name of its schema, as the source spells it: any characters, dots included; empty if unknown
 * @param table its name within the schema, as the source spells it; empty if unknown
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record TableName(String schema, String table) implements Comparable<TableName> {
    /** The name of a table whose name is unknown. */
    public static final TableName UNKNOWN = new TableName("", "");

    private static final Comparator<TableName> ORDER = Comparator.comparing(TableName::schema, Utf8Order.INSTANCE)
            .thenComparing(TableName::table, Utf8Order.INSTANCE);

    /** {@return whether the name is known} */
    public boolean isKnown() {
        return !table.isEmpty();
    }

    @Override
    public int compareTo(TableName other) {
        return ORDER.compare(this, other);
    }

    /**
     * {@return whether a text of a user may refer to this table: its name as {@link #toString} gives it, or without
     * quotes}
     *
     * @param text what the user has written
     */
    public boolean isCalled(String text) {
        return text.equals(plain()) || text.equals(toString());
    }

    /** {@return schema and table with a dot between; two tables may share it if names have dots} */
    public String plain() {
        return schema + "." + table;
    }

    /**
     * Schema and table with a dot between; a part with a dot or an invisible character is quoted as in JSON. Empty if
     * unknown.
     */
    @Override
    public String toString() {
        return isKnown() ? quoted(schema) + "." + quoted(table) : "";
    }

    private static String quoted(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '.' || c == '"' || c == '\\' || Character.isISOControl(c) || Character.isWhitespace(c)) {
                return Printable.quoted(part);
            }
        }
        return part;
    }
}
