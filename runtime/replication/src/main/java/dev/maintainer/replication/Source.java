package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;

/**
 * The tables of one changefeed, as one process reads them: a log, a database. Thread-safe; one object serves all
 * dispatchers of the process. Opened by a {@link SourceProvider}.
 *
 * <p>Checkpoints rest on one rule: once {@link #resolvedTs} is at {@code ts}, nothing is committed at or before
 * {@code ts} any more, and every {@link RowReader} already reflects in {@link RowReader#nextTs} whatever was.
 */
public interface Source extends AutoCloseable {
    /**
     * Identifies the history: two sources with one identity give the same events for the same positions. A sink that
     * belongs to another one is refused.
     *
     * @return a text that people can compare, such as a digest; constant
     */
    String identity();

    /** {@return the position from which the whole history can be read; at least 1, below that of the first event; constant} */
    long startTs();

    /** {@return nothing will be committed at or before this position any more; never decreases} Any thread; does not block. */
    long resolvedTs();

    /**
     * The tables as they were when all that was committed up to {@code ts} had happened; the same answer in every
     * process.
     *
     * @param ts a position
     * @return the tables with their names
     * @throws MaintainerException if the tables are unknown, or not known yet; the caller asks again
     */
    SchemaSnapshot tablesAt(long ts) throws MaintainerException;

    /** {@return every table that users may refer to by name, including dropped ones} */
    List<TableInfo> tables();

    /**
     * One table.
     *
     * @param table its number
     * @return the table, also if it is gone; empty if it is unknown
     */
    Optional<TableInfo> table(TableId table);

    /**
     * Whether something says which row of a table is which. Of a table without a key events say which change they are, by their
     * key; so not every sink can take them, see {@link Sink#takesRowsWithoutKey}.
     *
     * @param table its number
     * @return whether it has a key; of an unknown one, true
     */
    default boolean hasKey(TableId table) {
        return true;
    }

    /**
     * Looks whether the source can still be read: one that has ended stays as it is, and has to be opened again. Does not block.
     *
     * @throws MaintainerException if nothing more can be read of it, saying why
     */
    default void check() throws MaintainerException {}

    /**
     * Reads the rows of a span.
     *
     * @param span which rows
     * @param startTs what was committed after this position
     * @param available called when {@link RowReader#nextTs} has become less than it was, or {@link RowReader#endTs} is known;
     *     from any thread, and must not be waited for
     * @return a reader at that position
     * @throws MaintainerException if there is no such table, or its history does not reach back so far
     */
    RowReader rows(TableSpan span, long startTs, Runnable available) throws MaintainerException;

    /**
     * Reads the rows of a span for a sink that may have a part of them. A source that copies what is there before it follows leaves out
     * what the sink has; any other one has nothing to leave out.
     *
     * @param span which rows
     * @param startTs what was committed after this position
     * @param completeParts tells parts of the span whose rows up to a position, inclusive, are all in the sink, by ascending keys
     * @param available as above
     * @return a reader at that position
     * @throws MaintainerException if there is no such table, or its history does not reach back so far
     */
    default RowReader rows(
            TableSpan span, long startTs, LongFunction<List<TableSpan>> completeParts, Runnable available)
            throws MaintainerException {
        return rows(span, startTs, available);
    }

    /**
     * Reads the DDLs.
     *
     * @param startTs what was committed after this position
     * @return a reader at that position
     * @throws MaintainerException if the history does not reach back so far
     */
    DdlReader ddls(long startTs) throws MaintainerException;

    /**
     * Reads the events at which the dispatchers of a span stop: DDLs that concern it, and sync points. The rows of their
     * {@code commitTs} come before them. For all dispatchers the same event has the same scope.
     *
     * @param span which rows; {@link TableSpan#DDL} for all events of the source, which the DDL trigger dispatcher meets
     * @param startTs what was committed after this position
     * @param partial what of the position after {@code startTs} is over already
     * @param available called when {@link BlockReader#nextTs} has become less than it was; from any thread, and must not be
     *     waited for
     * @return a reader at that position; of a source that nobody has to wait for, {@link BlockReader#NONE}
     * @throws MaintainerException if there is no such table, or its history does not reach back so far
     */
    default BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available)
            throws MaintainerException {
        return BlockReader.NONE;
    }

    /**
     * The wall time of a position. Positions are no clock; for lag and for display.
     *
     * @param ts a position
     * @return milliseconds since the epoch
     */
    long wallMillis(long ts);

    /**
     * The recent load of a span. Does not block.
     *
     * @param span which rows
     * @return {@link SpanWork#UNKNOWN} if it is unknown
     */
    default SpanWork work(TableSpan span) {
        return SpanWork.UNKNOWN;
    }

    /**
     * Where to cut a span into parts of about equal load. Does not block.
     *
     * @param span which rows
     * @param parts at least 2
     * @return at most {@code parts - 1} keys inside the span, ascending; empty if unknown, or it cannot be cut
     */
    default List<SpanBound> cuts(TableSpan span, int parts) {
        return List.of();
    }

    /**
     * The checkpoint is durable: history up to it will not be requested any more. A source that retains history may
     * discard it; any other source ignores this.
     *
     * @param checkpointTs a position; never decreases
     */
    default void retainAfter(long checkpointTs) {}

    /**
     * A changefeed is gone for good: whatever is kept for it outside this process (slots, leases) can be deleted.
     *
     * @param changefeed the changefeed that is gone
     */
    default void release(ChangefeedId changefeed) {}

    /** Ends all reading. */
    @Override
    void close();
}
