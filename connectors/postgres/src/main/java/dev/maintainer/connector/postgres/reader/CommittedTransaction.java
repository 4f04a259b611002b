package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.wal.Lsn;
import dev.maintainer.connector.postgres.wal.PgOutput;
import dev.maintainer.connector.postgres.wal.Tuple;
import dev.maintainer.connector.postgres.wal.WalMessage;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that was committed, and its changes in their order, which are read once. It is valid until
 * {@link TransactionLog#offer} returns, and used by the thread that called that.
 */
public final class CommittedTransaction {
    private static final long MICROS_OF_2000 = 946_684_800_000_000L;

    private final long commitTs;
    private final long commitTime;
    private final OpenTransaction messages;
    private OpenTransaction.Cursor cursor;
    private final RelationCache known;
    private final Runnable betweenChanges;
    /** What the transaction itself describes, as far as it is read; nobody else relies on it before it is committed. */
    private RelationCache own = new RelationCache();

    /**
     * Nothing has been read of it.
     *
     * @param known the tables described by transactions before
     * @param betweenChanges called before each change is read
     */
    CommittedTransaction(
            long commitTs, long commitTime, OpenTransaction messages, RelationCache known, Runnable betweenChanges) {
        this.commitTs = commitTs;
        this.commitTime = commitTime;
        this.messages = messages;
        this.cursor = messages.read();
        this.known = known;
        this.betweenChanges = betweenChanges;
    }

    /** {@return the position at which its commit record ends; those of later transactions are greater} */
    public long commitTs() {
        return commitTs;
    }

    /** {@return its number, from 1 to 2<sup>32</sup> - 1; numbers come again} */
    public long xid() {
        return messages.xid();
    }

    /** {@return when it was committed by the clock of the server, which may go back} */
    public Instant commitTime() {
        long seconds = Math.floorDiv(commitTime, 1_000_000L) + MICROS_OF_2000 / 1_000_000L;
        return Instant.ofEpochSecond(seconds, Math.floorMod(commitTime, 1_000_000L) * 1000);
    }

    /**
     * The next change.
     *
     * @return null after the last one
     * @throws MaintainerException with {@code BAD_INPUT} for bytes that are no change, {@code SOURCE_UNAVAILABLE} if what was
     *     set aside cannot be read. Then the transaction is not complete, and nothing of it may be kept
     */
    public @Nullable TransactionChange next() {
        while (true) {
            betweenChanges.run();
            @Nullable SetAside message = cursor.next();
            if (message == null) {
                return null;
            }
            @Nullable TransactionChange change = change(message);
            if (change != null) {
                return change;
            }
        }
    }

    /** The next change is the first one again. */
    public void rewind() {
        cursor = messages.read();
        own = new RelationCache();
    }

    private @Nullable TransactionChange change(SetAside message) {
        WalMessage decoded =
                PgOutput.decode(message.bytes(), message.from(), message.bytes().length, messages.framing());
        if (decoded instanceof Relation relation) {
            own.learn(new RelationCache.Arrived(message.arrival(), relation));
            return null;
        } else if (decoded instanceof WalMessage.RowChange change) {
            return row(change);
        } else if (decoded instanceof WalMessage.Truncate truncate) {
            List<Relation> tables = new ArrayList<>();
            truncate.relations().forEach(oid -> tables.add(described(oid)));
            return new TransactionChange.TruncatedTables(tables, truncate.restartIdentity());
        }
        // The name of a type: it is in the catalog as well.
        return null;
    }

    /** The parts of one that was sent in parts describe all that they need. */
    private Relation described(long oid) {
        return switch (messages.framing()) {
            case WHOLE -> !own.isEmpty() && own.knows(oid) ? own.require(oid) : known.require(oid);
            case STREAMED -> own.require(oid);
        };
    }

    private TransactionChange row(WalMessage.RowChange change) {
        Relation relation = described(change.relation());
        if (change instanceof WalMessage.Insert insert) {
            requireShape(relation, insert.row());
        } else if (change instanceof WalMessage.Update update) {
            requireShape(relation, update.row());
            if (update.old() != null) {
                requireShape(relation, update.old().values());
            }
        } else if (change instanceof WalMessage.Delete delete) {
            requireShape(relation, delete.old().values());
        }
        return new TransactionChange.ChangedRow(relation, change);
    }

    private void requireShape(Relation relation, Tuple row) {
        if (row.columns() != relation.columns().size()) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "the source has sent a row of " + row.columns() + " columns of table " + relation.oid()
                            + " in transaction " + Lsn.text(commitTs) + ", and described "
                            + relation.columns().size());
        }
    }

    /** Takes over what it describes, also in what nobody has read of it: the server will not describe that again. */
    void finish() {
        for (SetAside message = cursor.next(); message != null; message = cursor.next()) {
            if (message.bytes()[message.from()] == 'R') {
                change(message);
            }
        }
        known.learnAll(own);
    }
}
