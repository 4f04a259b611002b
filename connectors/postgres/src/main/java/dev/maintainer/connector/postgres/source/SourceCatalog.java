package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.CommittedTransaction;
import dev.maintainer.connector.postgres.reader.TransactionChange.TruncatedTables;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import java.util.List;
import java.util.Optional;

/** Which tables are replicated, and what they look like. Thread-safe. */
interface SourceCatalog {
    /**
     * The tables as they were when all that was committed up to {@code ts} had happened.
     *
     * @param ts a position
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if that is not known yet
     */
    List<SourceTable> tablesAt(long ts);

    /**
     * A table that is copied by whoever begins at a position, as it was when it came.
     *
     * @return empty if all rows that come behind that position are in the log
     */
    Optional<SourceTable> copied(TableId table, long from);

    /**
     * Whether somebody who goes on behind the beginning of a table may be within the window of its copy: whoever has copied it has
     * waited for others there, at a DDL.
     */
    boolean mayBeInterrupted(TableId table);

    /**
     * Whether whoever copies a table has to wait for transactions that write it: rows of those that have ended in the log may not be
     * there yet.
     */
    boolean awaitsWriters(TableId table);

    /**
     * The DDLs, first among them those that make the tables with which the changefeed begins.
     *
     * @param startTs what was committed after this position
     */
    DdlReader ddls(long startTs);

    /** The events at which dispatchers stop; see {@link dev.maintainer.replication.Source#blocks}. */
    BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available);

    /** Whether a table came from one position up to another, both inclusive, that is copied by whoever begins there. */
    boolean hasCopiesBetween(long fromTs, long toTs);

    /** There is a sync point; one that is known already, or earlier than the last one, changes nothing. */
    void addSyncPoint(long ts);

    /** A table, also one that is gone; empty if it is unknown. */
    Optional<SourceTable> table(TableId table);

    /** Whether something says which row of a table is which. */
    default boolean hasKey(TableId table) {
        return table(table).map(known -> !known.image().key().isEmpty()).orElse(true);
    }

    /** All that users may refer to by name. */
    List<TableInfo> tables();

    /**
     * What changes of a relation mean, in a transaction that has changed no table so far.
     *
     * @param relation as the log describes it
     * @return how they become events, if they do
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if it does not look as it should
     */
    RelationUse use(Relation relation);

    /**
     * Whether emptying tables is a DDL, so that the transaction has to be read as a whole before its rows count.
     *
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if it cannot be followed
     */
    boolean isDdl(TruncatedTables truncated);

    /**
     * Takes over what a transaction does to tables.
     *
     * @param transaction at its beginning; it is read to its end
     * @return how its rows become events
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if it cannot be followed, {@code SOURCE_UNAVAILABLE} if what it
     *     does cannot be kept
     */
    TransactionShapes apply(CommittedTransaction transaction);
}
