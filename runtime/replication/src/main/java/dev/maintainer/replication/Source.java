package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import java.util.List;
import java.util.Optional;

/**
 * The tables of one changefeed, as one process reads them: a log, a database. Thread-safe; one object serves all dispatchers
 * of the process. Opened by a {@link SourceProvider}.
 *
 * <p>The one rule on which a checkpoint rests: once {@link #resolvedTs} is at {@code ts}, nothing is committed at or before
 * {@code ts} any more, and every {@link RowReader} already shows in {@link RowReader#nextTs} what was.
 */
public interface Source extends AutoCloseable {
    /**
     * Which history this is: two sources with one identity give the same events for the same positions. A sink that belongs to
     * another one is refused.
     *
     * @return a text that people can compare, such as a digest; constant
     */
    String identity();

    /** {@return the position from which the whole history can be read; at least 1, below that of the first event; constant} */
    long startTs();

    /** {@return nothing will be committed at or before this position any more; never decreases} Any thread; does not block. */
    long resolvedTs();

    /**
     * The tables as they were when all that was committed up to {@code ts} had happened; the same answer in every process.
     *
     * @param ts a position
     * @return the tables with their names
     * @throws MaintainerException if nobody can tell, or not yet; whoever asks will ask again
     */
    SchemaSnapshot tablesAt(long ts) throws MaintainerException;

    /** {@return every table that people may ask for by name, those that are gone included} */
    List<TableInfo> tables();

    /**
     * One table.
     *
     * @param table its number
     * @return the table, also if it is gone; empty if nobody knows it
     */
    Optional<TableInfo> table(TableId table);

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
     * Reads the DDLs.
     *
     * @param startTs what was committed after this position
     * @return a reader at that position
     * @throws MaintainerException if the history does not reach back so far
     */
    DdlReader ddls(long startTs) throws MaintainerException;

    /**
     * The wall time of a position. Positions are no clock; for lag and for people.
     *
     * @param ts a position
     * @return milliseconds since the epoch
     */
    long wallMillis(long ts);

    /**
     * How much work a span has been lately. Does not block.
     *
     * @param span which rows
     * @return {@link SpanWork#UNKNOWN} if nobody knows
     */
    default SpanWork work(TableSpan span) {
        return SpanWork.UNKNOWN;
    }

    /**
     * Where to cut a span into parts of about equal work. Does not block.
     *
     * @param span which rows
     * @param parts at least 2
     * @return at most {@code parts - 1} keys inside the span, ascending; empty if nobody knows, or it cannot be cut
     */
    default List<SpanBound> cuts(TableSpan span, int parts) {
        return List.of();
    }

    /**
     * The checkpoint is durable: history up to it is not asked for any more. A source that keeps history for us may let go of
     * it; one that does not ignores this.
     *
     * @param checkpointTs a position; never decreases
     */
    default void retainAfter(long checkpointTs) {}

    /**
     * A changefeed has gone for good: what is kept for it outside of this process (slots, leases) can go.
     *
     * @param changefeed the changefeed that is gone
     */
    default void release(ChangefeedId changefeed) {}

    /** Ends all reading. */
    @Override
    void close();
}
