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

    /**
     * A column.
     *
     * @param constant what rows have got that were there when it was added; null for nothing
     */
    record Column(
            int number, String name, String type, @Nullable String constant) {}

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
    /** Another one if all rows were written anew. */
    private long file = 1;

    SourceTableModel(long oid, String name, boolean keyed) {
        this.oid = oid;
        this.name = name;
        this.keyed = keyed;
        add("id", "bigint");
        add("v", "bigint");
        add("t", "text");
    }

    int add(String column, String type) {
        columns.add(new Column(nextColumn, column, type, null));
        shape++;
        return nextColumn++;
    }

    /** Rows that are there get a constant, which the catalog keeps for them. */
    void addConstant(String column, String constant) {
        columns.add(new Column(nextColumn, column, "text", constant));
        rows.values().forEach(row -> row.put(nextColumn, constant));
        shape++;
        nextColumn++;
    }

    /** All rows are written anew, with a value that nobody tells. */
    void addDrawn(String column, String value) {
        int number = add(column, "text");
        rows.values().forEach(row -> row.put(number, value));
        List<Column> kept = columns.stream()
                .map(each -> new Column(each.number(), each.name(), each.type(), null))
                .toList();
        columns.clear();
        columns.addAll(kept);
        file++;
    }

    /** What the catalog has of it. */
    Map<String, @Nullable String> found() {
        List<String> shape = new ArrayList<>();
        List<String> constants = new ArrayList<>();
        for (Column column : columns) {
            shape.add("{\"number\":" + column.number() + ",\"name\":\"" + column.name() + "\",\"type\":"
                    + SourceModel.typeOid(column) + ",\"modifier\":-1,\"text\":\"" + column.type() + "\"}");
            if (column.constant() != null) {
                constants.add("\"" + column.number() + "\":\"" + column.constant() + "\"");
            }
        }
        Map<String, @Nullable String> found = new LinkedHashMap<>();
        found.put("object_oid", Long.toString(oid));
        found.put("schema_oid", Long.toString(SCHEMA));
        found.put("schema_name", "shop");
        found.put("object_name", name);
        found.put("relation_kind", "r");
        found.put("persistence", "p");
        found.put("partition_of", "0");
        found.put("added_values", constants.isEmpty() ? null : "{" + String.join(",", constants) + "}");
        found.put("image", image());
        found.put(
                "detail",
                "{\"columns\":[" + String.join(",", shape) + "],\"last\":" + (nextColumn - 1) + ",\"file\":" + file
                        + ",\"entry\":0}");
        return found;
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
                    + ",\"default\":" + (column.constant() == null ? null : "\"'" + column.constant() + "'::text\"")
                    + ",\"identity\":\"\",\"generated\":\"\"}");
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
        copy.file = file;
        rows.forEach((key, row) -> copy.rows.put(key, new LinkedHashMap<>(row)));
        return copy;
    }
}
