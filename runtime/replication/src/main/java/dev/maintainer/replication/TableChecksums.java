package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.state.RowCursor;
import java.util.SortedMap;
import java.util.SortedSet;

/**
 * What the rows of a table amount to, as its own server computes it, so that two equal tables are compared without reading them.
 * Rows are dealt out by a hash of their keys: where two sums differ, only the rows of that bucket have to be read. Used by one
 * thread.
 */
public interface TableChecksums {
    /** Rows are dealt out to so many buckets, numbered from 0. */
    int BUCKETS = 1 << 16;

    /**
     * The sum of a bucket.
     *
     * @param rows how many rows it has; at least 1
     * @param sum does not depend on their order; opaque
     */
    record Checksum(long rows, String sum) {}

    /** {@return what is summed, and how; sums of two tables can be compared only if this is equal} */
    String form();

    /**
     * Computes the sums of all rows as they are at one moment.
     *
     * @return by bucket; those without rows are left out
     * @throws MaintainerException if the table cannot be read
     */
    SortedMap<Integer, Checksum> compute() throws MaintainerException;

    /**
     * The rows of some buckets, as they are when this is called. To be closed.
     *
     * @param buckets which
     * @return a cursor before the first
     * @throws MaintainerException if the table cannot be read
     */
    RowCursor rows(SortedSet<Integer> buckets) throws MaintainerException;
}
