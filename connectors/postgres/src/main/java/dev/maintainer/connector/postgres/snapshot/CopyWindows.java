package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;

/**
 * Where the windows of copies end that were interrupted, since everybody had to wait for others at a DDL. Whoever
 * goes on there, in any process, completes rows up to that end. Thread-safe.
 */
public interface CopyWindows {
    /**
     * Keeps where a window ends; of several the last counts.
     *
     * @param table which table was copied
     * @param endTs a position
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if it cannot be kept
     */
    void keep(TableId table, long endTs) throws MaintainerException;

    /**
     * Where the window of a table ends.
     *
     * @param table which table
     * @return a position; 0 if none was interrupted
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if that cannot be found out
     */
    long endTs(TableId table) throws MaintainerException;
}
