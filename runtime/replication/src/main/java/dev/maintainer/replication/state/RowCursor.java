package dev.maintainer.replication.state;

import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** The rows of one table, in byte order of the UTF-8 form of their keys. Used by one thread. */
public interface RowCursor extends AutoCloseable {
    /** {@return the next row; null after the last} */
    @Nullable
    Row next();

    @Override
    default void close() {}

    /**
     * The same rows, none of which says under which definition of its table it was written.
     *
     * @return a cursor that is this one, and closes it
     */
    default RowCursor withoutDefinitions() {
        RowCursor rows = this;
        return new RowCursor() {
            @Override
            public @Nullable Row next() {
                Row row = rows.next();
                return row == null ? null : new Row(row.key(), row.json(), null);
            }

            @Override
            public void close() {
                rows.close();
            }
        };
    }

    /** No rows. */
    static RowCursor empty() {
        return () -> null;
    }

    /**
     * Rows that are in memory, or made one by one.
     *
     * @param rows in byte order of the keys
     * @return a cursor before the first
     */
    static RowCursor over(Iterator<Row> rows) {
        return () -> rows.hasNext() ? rows.next() : null;
    }
}
