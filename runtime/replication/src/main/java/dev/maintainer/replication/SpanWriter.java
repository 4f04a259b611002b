package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;

/** Writes the rows of a dispatcher from one opening on. One thread writes at a time; any thread may seal. */
public interface SpanWriter {
    /**
     * Writes rows of the span and makes them durable. After a failure this writer writes nothing more: it is unknown
     * which of the rows are durable, and the next opening writes them again.
     *
     * @param rows in commit order, at least one
     * @return what became of them
     * @throws MaintainerException if they cannot be written
     */
    WriteResult write(List<RowEvent> rows) throws MaintainerException;

    /**
     * Whether its next rows may be written with those of other spans, see {@link Sink#writeTogether}. Not if that is of no use to the
     * sink, or if it is likely to keep the others waiting. Asked only of a sink that {@link Sink#takesPartsOfRows takes parts of rows}.
     *
     * @return may change with each write
     */
    default boolean mayShare() {
        return false;
    }

    /**
     * Applies DDLs and makes that durable. A DDL that was applied already is harmless.
     *
     * <p>A sink that would refuse them again, whenever it is asked, throws {@link
     * dev.maintainer.api.error.ErrorCode#DDL_REFUSED} and says why: the changefeed stands still there until somebody has
     * decided whether they are tried again or skipped. This writer is then used on. After any other failure it is not, and
     * the next opening tries again.
     *
     * @param ddls in commit order, at least one
     * @return what became of them
     * @throws MaintainerException if they cannot be applied
     */
    WriteResult writeDdls(List<DdlEvent> ddls) throws MaintainerException;

    /**
     * All rows up to a position are durable in the whole sink, and none behind it. A sink that {@link Sink#keepsSnapshots
     * keeps snapshots} makes its present state durable as that of the source at this time, where it stays as it is. A sync
     * point that was written already changes nothing, although the sink may be beyond it. Called on the writer of DDLs.
     *
     * @param ts the position
     * @return what became of it; of a sink that keeps no snapshots, {@link WriteResult#DURABLE}
     * @throws MaintainerException if it cannot be written; as of {@link #writeDdls}
     */
    default WriteResult writeSyncPoint(long ts) throws MaintainerException {
        return WriteResult.DURABLE;
    }

    /**
     * As {@link #writeSyncPoint(long)}, for a sink that keeps what time it was in the source. This is what is called.
     *
     * @param ts the position
     * @param wallMillis when that was by the clock of the source, about; milliseconds since the epoch. Perhaps another one when it
     *     comes again
     * @return what became of it
     * @throws MaintainerException if it cannot be written; as of {@link #writeDdls}
     */
    default WriteResult writeSyncPoint(long ts, long wallMillis) throws MaintainerException {
        return writeSyncPoint(ts);
    }

    /**
     * All rows of the span up to a position, inclusive, are durable, here or by earlier writers. For sinks that have to
     * know which rows may be repeated; it need not be durable.
     *
     * @param ts a position
     */
    default void complete(long ts) {}

    /**
     * As {@link #complete(long)}, for the position of a DDL of the table, which may be its drop. A redo log to which several processes
     * write keeps it durably: who writes a drop waits until that was said of the whole table. Perhaps said again by later writers.
     *
     * @param ts the position of the DDL
     * @throws MaintainerException if it cannot be kept
     */
    default void completeAtDdl(long ts) throws MaintainerException {
        complete(ts);
    }

    /**
     * All rows of a part of the span up to a position are durable, here or by earlier writers. A sink that can keeps it with the rows that
     * are written next, and tells it to those who open the part later; one that forgets it has these rows copied again.
     *
     * @param part what is known
     */
    default void complete(CompletePart part) {}

    /**
     * What is known to be there of what was written before this writer was opened.
     *
     * @param ts a position
     * @return parts of the span whose rows up to this position, inclusive, are all durable, by ascending keys, and none twice
     */
    default List<TableSpan> completeParts(long ts) {
        return List.of();
    }

    /**
     * Seals the writer. Waits for a write that is in progress, and for nothing else. May be called more than once.
     */
    void seal();
}
