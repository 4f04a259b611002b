package dev.maintainer.connector.postgres.sink;

import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What a table of the sink looks like, and how rows are written into it. */
sealed interface TableForm permits JsonTable, TypedTable {
    /**
     * Rows that came together.
     *
     * @param changefeed whose rows they are
     * @param rows in commit order, at least one
     * @param progress what is known to be complete
     * @param inheritedTs no row that the span had when it was opened is later
     * @param writtenTs no row that was ever written in the span is later
     */
    record Batch(String changefeed, List<RowEvent> rows, SpanProgress progress, long inheritedTs, long writtenTs) {
        long firstTs() {
            return rows.get(0).commitTs();
        }

        long lastTs() {
            return rows.get(rows.size() - 1).commitTs();
        }

        Batch of(List<RowEvent> others) {
            return new Batch(changefeed, others, progress, inheritedTs, writtenTs);
        }
    }

    /**
     * What a batch amounted to.
     *
     * @param applied how many changes were new
     * @param again how many were not
     * @param tombstones deletions that have to be remembered until everything up to them is complete
     * @param completeTs up to which position all rows of the span are there if this is committed; 0 if that is not known
     */
    record Written(int applied, int again, List<RowEvent> tombstones, long completeTs) {}

    /** Writes what of a batch is new, in the transaction of the connection. */
    Written write(Connection connection, Batch batch) throws SQLException;

    /** The statement that reads all rows in the order of the bytes of their keys. */
    String selection();
}
