package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.ddl.NotedDdl.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Tables as somebody finds them.
 *
 * @param oid the number of the table
 * @param name its name
 * @param last see {@link TableShape#last}
 * @param file see {@link TableShape#file}
 * @param entry see {@link TableShape#entry}
 * @param key the names of the columns of the key, with commas
 * @param columns as {@code number name type}
 */
public record FoundNotes(long oid, String name, int last, long file, long entry, String key, List<String> columns) {
    private static final List<String> TYPES = List.of("integer", "text", "bigint");

    /** A table whose first column is its key. */
    public static FoundNotes table(long oid, String name, String... columns) {
        int last = Integer.parseInt(columns[columns.length - 1].split(" ", 2)[0]);
        return new FoundNotes(oid, name, last, 900, 0, columns[0].split(" ", 3)[1], List.of(columns));
    }

    public FoundNotes last(int number) {
        return new FoundNotes(oid, name, number, file, entry, key, columns);
    }

    public FoundNotes file(long number) {
        return new FoundNotes(oid, name, last, number, entry, key, columns);
    }

    public FoundNotes entry(long number) {
        return new FoundNotes(oid, name, last, file, number, key, columns);
    }

    public FoundNotes key(String names) {
        return new FoundNotes(oid, name, last, file, entry, names, columns);
    }

    public FoundNotes named(String other) {
        return new FoundNotes(oid, other, last, file, entry, key, columns);
    }

    /** The number of a type. */
    public static long typeOid(String type) {
        return 20L + TYPES.indexOf(type);
    }

    public NotedDdl note() {
        return note(Kind.FOUND);
    }

    public NotedDdl note(Kind kind) {
        List<String> images = new ArrayList<>();
        List<TableShape.Column> shape = new ArrayList<>();
        List<String> keys = key.isEmpty() ? List.of() : List.of(key.split(",", -1));
        for (String column : columns) {
            String[] parts = column.split(" ", 3);
            images.add("{\"number\":" + parts[0] + ",\"name\":\"" + parts[1] + "\",\"type\":\"" + parts[2]
                    + "\",\"collation\":null,\"notNull\":" + keys.contains(parts[1])
                    + ",\"default\":null,\"identity\":\"\",\"generated\":\"\"}");
            shape.add(new TableShape.Column(Integer.parseInt(parts[0]), parts[1], typeOid(parts[2]), -1, parts[2]));
        }
        String image = "{\"postgresql\":1,\"columns\":[" + String.join(",", images) + "],\"key\":["
                + (keys.isEmpty() ? "" : "\"" + String.join("\",\"", keys) + "\"") + "],\"replicaIdentity\":\"d\"}";
        return new NotedDdl(
                0,
                kind,
                "FOUND",
                oid,
                77,
                new TableName("shop", name),
                "r",
                "p",
                0,
                Map.of(),
                new TableShape(shape, last, file, entry).json(),
                image);
    }
}
