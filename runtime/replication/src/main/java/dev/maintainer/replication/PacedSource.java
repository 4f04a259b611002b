package dev.maintainer.replication;

import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.state.RowCursor;
import java.util.SortedSet;

/**
 * A source whose history is finished and is released bit by bit, for runs that replicate it to its end and check the
 * sink. Its events have positions from 0 in the order of their commits.
 */
public interface PacedSource extends Source {
    /** {@return how many events there are, DDLs included; at least 1} */
    int size();

    /** {@return how many tables there ever were} */
    default int tableCount() {
        return tables().size();
    }

    /** {@return when an event was committed; of a long history perhaps a few events later} */
    long commitTsAt(int position);

    /** {@return how many events were committed at or before {@code ts}; of a long history perhaps a few fewer} */
    int positionAfter(long ts);

    /** {@return when the last event was committed} */
    long endTs();

    /**
     * Everything up to {@code ts} counts as committed from now on; {@link #resolvedTs} rises to it.
     *
     * @param ts a position; one that is not later changes nothing
     */
    void releaseUpTo(long ts);

    /**
     * Passes the time, several times a second, to a source that measures {@link #work}.
     *
     * @param nowMillis of any clock that does not go back
     */
    default void sample(long nowMillis) {}

    /** {@return the tables that exist at the end} */
    SortedSet<TableName> finalTables();

    /**
     * The rows of a table at the end. To be closed.
     *
     * @param table its name
     * @return a cursor before the first; empty if there is no such table
     */
    RowCursor finalRows(TableName table);
}
