package dev.maintainer.node.changelog;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import java.util.List;

/**
 * One table of a log, with all that happened to its rows.
 *
 * @param createdTs when it came into being; a TSO
 * @param droppedTs when it went; a TSO, {@link Long#MAX_VALUE} if it lives to the end of the log
 * @param events its row changes in commit order
 */
public record LoggedTable(
        TableId table, SchemaId schema, TableName name, long createdTs, long droppedTs, List<RowEvent> events) {
    /** Copies the list. */
    public LoggedTable {
        events = List.copyOf(events);
    }

    /** Whether the table exists at {@code ts}. */
    public boolean existsAt(long ts) {
        return createdTs <= ts && ts < droppedTs;
    }

    /** The table as the maintainer knows it. */
    public TableInfo info() {
        return new TableInfo(table, schema, name.known(), true);
    }

    /** Index of the first event that was committed after {@code ts}; the number of events if there is none. */
    public int firstAfter(long ts) {
        int low = 0;
        int high = events.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (events.get(middle).commitTs() <= ts) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
