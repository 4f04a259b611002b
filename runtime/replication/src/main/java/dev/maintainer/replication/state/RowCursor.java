package dev.maintainer.replication.state;

import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** The rows of one table, in byte order of the UTF-8 form of their keys. Used by one thread. */
public interface RowCursor extends AutoCloseable {
    /** {@return the next row; null after the last} */
    @Nullable
    Row next();

    @Override
    default void close() {}

    /** No rows. */
    static RowCursor empty() {
        return () -> null;
    }

    /**
     * Rows that are in memory.
     *
     * @param rows JSON by key, in byte order of the keys
     * @return a cursor before the first
     */
    static RowCursor over(SortedMap<String, String> rows) {
        Iterator<Map.Entry<String, String>> each = rows.entrySet().iterator();
        return () -> {
            if (!each.hasNext()) {
                return null;
            }
            Map.Entry<String, String> row = each.next();
            return new Row(row.getKey(), row.getValue());
        };
    }
}
