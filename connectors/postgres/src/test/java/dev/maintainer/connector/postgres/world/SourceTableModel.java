package dev.maintainer.connector.postgres.world;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A table of the source: its columns by number, and its rows. */
final class SourceTableModel {
    /** The number of the schema of all tables. */
    static final long SCHEMA = 77;

    /** A column. */
    record Column(int number, String name, String type) {}

    final long oid;
    final String name;
    final List<Column> columns = new ArrayList<>();
    /** The values of rows by the numbers of their columns; by key. */
    final TreeMap<Long, Map<Integer, String>> rows = new TreeMap<>();

    /** Whether its rows have a key; otherwise the numbers of rows mean nothing, and some of them are equal. */
    final boolean keyed;

    private long nextRow = 1;
    private int nextColumn = 1;
    /** Changes with each description of the table. */
    int shape;

    SourceTableModel(long oid, String name, boolean keyed) {
        this.oid = oid;
        this.name = name;
        this.keyed = keyed;
        add("id", "bigint");
        add("v", "bigint");
        add("t", "text");
    }

    int add(String column, String type) {
        columns.add(new Column(nextColumn, column, type));
        shape++;
        return nextColumn++;
    }

    /** Takes away the last column, unless it is one of the first. */
    boolean dropLast() {
        if (columns.size() <= 3) {
            return false;
        }
        Column last = columns.remove(columns.size() - 1);
        rows.values().forEach(row -> row.remove(last.number()));
        shape++;
        return true;
    }

    /** The number of a new row of a table without a key. */
    long nextRow() {
        return nextRow++;
    }

    int nextColumnNumber() {
        return nextColumn;
    }

    String image() {
        List<String> texts = new ArrayList<>();
        for (Column column : columns) {
            texts.add("{\"number\":" + column.number() + ",\"name\":\"" + column.name() + "\",\"type\":\""
                    + column.type() + "\",\"collation\":null,\"notNull\":" + (keyed && column.number() == 1)
                    + ",\"default\":null,\"identity\":\"\",\"generated\":\"\"}");
        }
        return "{\"postgresql\":1,\"columns\":[" + String.join(",", texts)
                + (keyed ? "],\"key\":[\"id\"],\"replicaIdentity\":\"d\"}" : "],\"key\":[],\"replicaIdentity\":\"f\"}");
    }

    List<@Nullable String> values(Map<Integer, String> row) {
        List<@Nullable String> values = new ArrayList<>();
        columns.forEach(column -> values.add(row.get(column.number())));
        return values;
    }

    /** The rows as somebody reads them, by key. */
    SortedMap<String, Map<String, String>> contents() {
        TreeMap<String, Map<String, String>> contents = new TreeMap<>();
        rows.forEach((key, row) -> {
            Map<String, String> named = new TreeMap<>();
            columns.forEach(column -> {
                String value = row.get(column.number());
                if (value != null) {
                    named.put(column.name(), value);
                }
            });
            contents.put(keyed ? key.toString() : numbered(contents, named), named);
        });
        return contents;
    }

    /** A key that says how many rows are equal to one. */
    static String numbered(Map<String, Map<String, String>> others, Map<String, String> row) {
        int number = 1;
        while (others.containsKey("#" + row + number)) {
            number++;
        }
        return "#" + row + number;
    }

    SourceTableModel copy() {
        SourceTableModel copy = new SourceTableModel(oid, name, keyed);
        copy.columns.clear();
        copy.columns.addAll(columns);
        copy.nextColumn = nextColumn;
        copy.nextRow = nextRow;
        copy.shape = shape;
        rows.forEach((key, row) -> copy.rows.put(key, new LinkedHashMap<>(row)));
        return copy;
    }
}
