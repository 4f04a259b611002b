package dev.maintainer.node.changelog;

import dev.maintainer.api.model.TableId;
import org.jspecify.annotations.Nullable;

/**
 * A change of one row.
 *
 * @param commitTs when it was committed; a TSO
 * @param row the new row as compact JSON; null if the row was deleted
 */
public record RowEvent(
        long commitTs,
        TableId table,
        Op op,
        String key,
        @Nullable String row) {
    /** What happened to the row. */
    public enum Op {
        /** It came into being. */
        I,
        /** It was changed. */
        U,
        /** It was deleted. */
        D
    }

    /** Refuses a row without content, and a deletion with content. */
    public RowEvent {
        if ((row == null) != (op == Op.D)) {
            throw new IllegalArgumentException("row event " + op + " of key '" + key + "' with row " + row);
        }
    }
}
