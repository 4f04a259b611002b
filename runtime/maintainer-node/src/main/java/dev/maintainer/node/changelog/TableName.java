package dev.maintainer.node.changelog;

import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Comparator;

/** A table by name. Several tables can have had one name, one after the other. */
public record TableName(String schema, String table) implements Comparable<TableName> {
    private static final Comparator<TableName> ORDER = Comparator.comparing(TableName::schema, Utf8Order.INSTANCE)
            .thenComparing(TableName::table, Utf8Order.INSTANCE);

    /** The same name as the maintainer knows it. */
    dev.maintainer.api.model.TableName known() {
        return new dev.maintainer.api.model.TableName(schema, table);
    }

    @Override
    public int compareTo(TableName other) {
        return ORDER.compare(this, other);
    }

    /** Whether people may mean this table by a text: its name as {@link #toString} gives it, or without quotes. */
    public boolean isCalled(String text) {
        return text.equals(schema + "." + table) || text.equals(toString());
    }

    /** Schema and table with a dot between; a part that has a dot or what cannot be seen is quoted as in JSON. */
    @Override
    public String toString() {
        return quoted(schema) + "." + quoted(table);
    }

    private static String quoted(String part) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c == '.' || c == '"' || c == '\\' || Character.isISOControl(c) || Character.isWhitespace(c)) {
                return TextNode.valueOf(part).toString();
            }
        }
        return part;
    }
}
