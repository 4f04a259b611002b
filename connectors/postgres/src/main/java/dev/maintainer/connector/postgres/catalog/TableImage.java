package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the rows of a table look like at a moment. As JSON it is the definition that rows and DDLs carry. Immutable.
 *
 * @param columns those that were not dropped, by ascending number; may be none
 * @param key the names of the columns that say which row is meant, in the order of their index; none if nothing does
 * @param identity which columns of an old row the source tells
 * @param types enums and domains that the columns need, in an order in which they can be made; none if the source does not tell them
 */
public record TableImage(List<ColumnImage> columns, List<String> key, ReplicaIdentity identity, List<TypeImage> types) {
    /** Refuses names that are there twice, numbers that do not ascend, and a key of other columns. */
    public TableImage {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        types = List.copyOf(types);
        Set<String> names = new HashSet<>();
        int last = 0;
        for (ColumnImage column : columns) {
            if (column.number() <= last) {
                throw new IllegalArgumentException("column " + column.number() + " comes behind column " + last);
            }
            last = column.number();
            if (!names.add(column.name())) {
                throw new IllegalArgumentException("two columns have the name of column " + last);
            }
        }
        Set<String> keys = new HashSet<>(key);
        if (keys.size() < key.size() || !names.containsAll(keys)) {
            throw new IllegalArgumentException("the key has a column twice, or one that the table has not");
        }
    }

    /** A table whose columns need no types but those of the server, or of which they are not told. */
    public TableImage(List<ColumnImage> columns, List<String> key, ReplicaIdentity identity) {
        this(columns, key, identity, List.of());
    }

    /**
     * Whether a definition is meant to be an image. It may still be a broken one.
     *
     * @param definition any text
     * @return whether it begins as {@link #json} does
     */
    public static boolean isImage(String definition) {
        return definition.startsWith(ImageJson.BEGINNING);
    }

    /**
     * Reads an image: what {@link #json} has written, or the same fields in another order.
     *
     * @param json content from outside
     * @return the image
     * @throws MaintainerException with {@code BAD_INPUT} if it is none, is of a later version, or exceeds the limits of
     *     PostgreSQL
     */
    public static TableImage parse(String json) throws MaintainerException {
        return ImageJson.parse(json);
    }

    /** {@return this as compact JSON: equal images have equal texts} */
    public String json() {
        return ImageJson.write(this);
    }

    /** {@return the columns of which rows have values, in their order} */
    public List<ColumnImage> sent() {
        return columns.stream().filter(ColumnImage::isSent).toList();
    }

    /** {@return whether rows are ordered as the values of their key are, so that spans can be cut} */
    public boolean isOrdered() {
        return KeyCodec.of(this).isOrdered();
    }

    /** {@return the numbers of the columns of the key, in its order} */
    public List<Integer> keyNumbers() {
        Map<String, Integer> numbers = new HashMap<>();
        columns.forEach(column -> numbers.put(column.name(), column.number()));
        return key.stream().map(numbers::get).toList();
    }
}
