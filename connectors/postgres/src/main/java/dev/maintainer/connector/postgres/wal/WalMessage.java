package dev.maintainer.connector.postgres.wal;

import com.google.common.primitives.ImmutableLongArray;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message of protocol version 2. Numbers of transactions and of relations are from 1 to 2<sup>32</sup> - 1, positions are
 * from 1 to 2<sup>63</sup> - 1 and times are microseconds since 2000-01-01 UTC. Immutable.
 *
 * <p>Changes that belong to a running transaction ({@link Framing#STREAMED}) name it, or the sub-transaction to which they
 * belong; in all others {@code xid} is {@link #NO_XID}.
 */
public sealed interface WalMessage {
    /** No transaction is named. */
    long NO_XID = 0;

    /** A message that belongs to a transaction, and names it if it is streamed. */
    sealed interface InTransaction extends WalMessage {
        /** {@return the transaction or sub-transaction; {@link #NO_XID} if it is not streamed} */
        long xid();
    }

    /** A change of rows. */
    sealed interface Change extends InTransaction {}

    /** A change of one row. */
    sealed interface RowChange extends Change {
        /** {@return the table that has the row} */
        long relation();
    }

    /**
     * A transaction that has committed begins.
     *
     * @param commitLsn where its commit record begins
     * @param commitTime when it was committed, by the clock of the server
     * @param xid its number
     */
    record Begin(long commitLsn, long commitTime, long xid) implements WalMessage {}

    /**
     * The transaction that has begun is complete.
     *
     * @param commitLsn where its commit record begins
     * @param endLsn where that ends
     * @param commitTime when it was committed, by the clock of the server
     */
    record Commit(long commitLsn, long endLsn, long commitTime) implements WalMessage {}

    /**
     * The transaction came to this server from another one.
     *
     * @param originLsn where its commit is there; 0 if that is unknown
     * @param name of the origin; content from outside
     */
    record Origin(long originLsn, String name) implements WalMessage {}

    /**
     * What the rows of a table look like from now on.
     *
     * @param xid see {@link InTransaction}
     * @param oid the number of the table
     * @param namespace its schema; content from outside
     * @param name its name; content from outside
     * @param identity which columns of old rows are told
     * @param columns in the order in which rows have them
     */
    record Relation(
            long xid, long oid, String namespace, String name, ReplicaIdentity identity, List<RelationColumn> columns)
            implements InTransaction {
        /** Keeps its own list of columns. */
        public Relation {
            columns = List.copyOf(columns);
        }
    }

    /**
     * The name of a type that is not built in.
     *
     * @param xid see {@link InTransaction}
     * @param oid the number of the type
     * @param namespace its schema; content from outside
     * @param name its name; content from outside
     */
    record Type(long xid, long oid, String namespace, String name) implements InTransaction {}

    /**
     * A row was inserted.
     *
     * @param xid see {@link InTransaction}
     * @param relation the table
     * @param row its values
     */
    record Insert(long xid, long relation, Tuple row) implements RowChange {}

    /**
     * A row was changed.
     *
     * @param xid see {@link InTransaction}
     * @param relation the table
     * @param old what it was; null if its replica identity is the same as before and nothing else is told
     * @param row what it is
     */
    record Update(long xid, long relation, @Nullable OldTuple old, Tuple row) implements RowChange {}

    /**
     * A row was deleted.
     *
     * @param xid see {@link InTransaction}
     * @param relation the table
     * @param old what it was
     */
    record Delete(long xid, long relation, OldTuple old) implements RowChange {}

    /**
     * All rows of tables were deleted.
     *
     * @param xid see {@link InTransaction}
     * @param relations the tables, those among them to which it cascaded
     * @param cascade whether it was asked to cascade
     * @param restartIdentity whether sequences of the tables began anew
     */
    record Truncate(long xid, ImmutableLongArray relations, boolean cascade, boolean restartIdentity)
            implements Change {}

    /**
     * A message that a session has written into the log. Every role may write one.
     *
     * @param xid see {@link InTransaction}
     * @param transactional whether it counts only if its transaction is committed
     * @param lsn where it is
     * @param prefix for what it is meant; content from outside
     * @param content anything
     */
    record Logical(long xid, boolean transactional, long lsn, String prefix, MessageContent content)
            implements InTransaction {}

    /**
     * A part of a transaction that still runs begins.
     *
     * @param xid its number
     * @param first whether it is the first part of that transaction
     */
    record StreamStart(long xid, boolean first) implements WalMessage {}

    /** The part that has begun ends. */
    record StreamStop() implements WalMessage {}

    /**
     * A transaction whose parts have been sent was committed.
     *
     * @param xid its number
     * @param commitLsn where its commit record begins
     * @param endLsn where that ends
     * @param commitTime when it was committed, by the clock of the server
     */
    record StreamCommit(long xid, long commitLsn, long endLsn, long commitTime) implements WalMessage {}

    /**
     * A transaction of which parts have been sent, or a sub-transaction of it, was rolled back.
     *
     * @param xid the transaction
     * @param subXid the sub-transaction; the transaction itself if all of it was
     */
    record StreamAbort(long xid, long subXid) implements WalMessage {}
}
