package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import java.util.List;

/**
 * One table of a log, with all changes of its rows.
 *
 * @param versions what it was called, and when; at least one, in the order of their times
 * @param createdTs when it came into being; a TSO
 * @param droppedTs when it went; a TSO, {@link Long#MAX_VALUE} if it lives to the end of the log
 * @param rows its row changes in commit order
 */
public record LoggedTable(TableId table, List<Version> versions, long createdTs, long droppedTs, LoggedRows rows) {
    /**
     * A name of a table.
     *
     * @param sinceTs from when on; a TSO
     * @param info the table as the maintainer knows it then
     */
    public record Version(long sinceTs, TableInfo info) {}

    /** Copies the list. */
    public LoggedTable {
        versions = List.copyOf(versions);
    }

    /** Whether the table exists at {@code ts}. */
    public boolean existsAt(long ts) {
        return createdTs <= ts && ts < droppedTs;
    }

    /** The table as it is when all that was committed up to {@code ts}, a TSO, has happened; it exists then. */
    public TableInfo infoAt(long ts) {
        return infoAt(versions, ts);
    }

    static TableInfo infoAt(List<Version> versions, long ts) {
        int last = versions.size() - 1;
        while (last > 0 && versions.get(last).sinceTs() > ts) {
            last--;
        }
        return versions.get(last).info();
    }

    /** The table as it was called last. */
    public TableInfo info() {
        return versions.get(versions.size() - 1).info();
    }

    /** What it was called last. */
    public TableName name() {
        return info().name();
    }
}
