package dev.maintainer.node.changelog;

import java.util.Comparator;

/** A table by name. Several tables can have had one name, one after the other. */
public record TableName(String schema, String table) implements Comparable<TableName> {
    private static final Comparator<TableName> ORDER = Comparator.comparing(TableName::schema, Utf8Order.INSTANCE)
            .thenComparing(TableName::table, Utf8Order.INSTANCE);

    @Override
    public int compareTo(TableName other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return schema + "." + table;
    }
}
