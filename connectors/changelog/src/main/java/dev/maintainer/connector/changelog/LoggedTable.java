package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;

/**
 * One table of a log, with all changes of its rows.
 *
 * @param createdTs when it came into being; a TSO
 * @param droppedTs when it went; a TSO, {@link Long#MAX_VALUE} if it lives to the end of the log
 * @param rows its row changes in commit order
 */
public record LoggedTable(
        TableId table, SchemaId schema, TableName name, long createdTs, long droppedTs, LoggedRows rows) {
    /** Whether the table exists at {@code ts}. */
    public boolean existsAt(long ts) {
        return createdTs <= ts && ts < droppedTs;
    }

    /** The table as the maintainer knows it. */
    public TableInfo info() {
        return new TableInfo(table, schema, name, true);
    }
}
