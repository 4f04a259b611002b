package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.state.RowCursor;
import java.util.SortedSet;

/** A sink that can be read back, so that a run can check it. Read only while nothing is written. */
public interface ReadableSink extends Sink {
    /**
     * {@return all tables, including those without rows}
     *
     * @throws MaintainerException if it cannot be read
     */
    SortedSet<TableName> tables() throws MaintainerException;

    /**
     * The rows of a table. To be closed.
     *
     * @param table its name
     * @return a cursor before the first; empty if there is no such table
     * @throws MaintainerException if it cannot be read
     */
    RowCursor rows(TableName table) throws MaintainerException;
}
