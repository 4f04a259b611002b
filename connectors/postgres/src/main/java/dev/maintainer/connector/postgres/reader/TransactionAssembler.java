package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.wal.Framing;
import dev.maintainer.connector.postgres.wal.Lsn;
import dev.maintainer.connector.postgres.wal.PgOutput;
import dev.maintainer.connector.postgres.wal.WalMessage;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes whole transactions of the messages of one connection. Those whose end has not come yet share a limit of memory; over
 * it the largest is put into a file. What is in them is read only when they are committed. Used by one thread.
 */
final class TransactionAssembler implements AutoCloseable {
    private static final int XID_BYTES = 4;

    private final ReaderSettings settings;
    private final Runnable betweenChanges;
    private final RelationCache relations = new RelationCache();
    private final Map<Long, OpenTransaction> streamed = new TreeMap<>();
    /** The transaction whose messages come now, in a part or as a whole. */
    private @Nullable OpenTransaction current;

    private WalMessage.@Nullable Begin begin;
    private @Nullable CommittedTransaction committed;
    private @Nullable OpenTransaction ended;
    private long arrival;
    private long held;
    private long lastTs;

    /**
     * Nothing has come yet.
     *
     * @param startTs every transaction that comes was committed after it
     * @param settings how much may be kept, and where
     * @param betweenChanges called between the changes of a transaction that is read
     */
    TransactionAssembler(long startTs, ReaderSettings settings, Runnable betweenChanges) {
        this.lastTs = startTs;
        this.settings = settings;
        this.betweenChanges = betweenChanges;
    }

    /**
     * Takes the next message.
     *
     * @param bytes have it, and belong to the assembler from now on; it ends where they end
     * @param from where it begins
     * @return the transaction that it completes, until {@link #finish}; null if it completes none
     * @throws MaintainerException with {@code BAD_INPUT} for a message that is none, or does not follow those before
     */
    @Nullable
    CommittedTransaction accept(byte[] bytes, int from) {
        if (committed != null) {
            throw new IllegalStateException("the transaction before is not finished");
        }
        arrival++;
        int kind = from < bytes.length ? bytes[from] : 0;
        switch (kind) {
            case 'I', 'U', 'D', 'T', 'R', 'Y' -> setAside(bytes, from);
            default -> {
                Framing framing = current == null ? Framing.WHOLE : current.framing();
                control(PgOutput.decode(bytes, from, bytes.length, framing));
            }
        }
        return committed;
    }

    private void setAside(byte[] bytes, int from) {
        if (current == null) {
            throw unexpected("a change outside of a transaction");
        }
        long subXid = current.xid();
        if (current.framing() == Framing.STREAMED) {
            if (bytes.length - from <= XID_BYTES) {
                throw unexpected("a change of " + (bytes.length - from) + " bytes");
            }
            subXid = 0;
            for (int i = 1; i <= XID_BYTES; i++) {
                subXid = (subXid << 8) | (bytes[from + i] & 0xFF);
            }
        }
        SetAside message = new SetAside(subXid, arrival, bytes, from);
        current.add(message);
        held += message.held();
        if (held > settings.memoryBytes()) {
            spill();
        }
    }

    private void spill() {
        OpenTransaction largest = current;
        for (OpenTransaction open : streamed.values()) {
            largest = largest == null || open.held() > largest.held() ? open : largest;
        }
        if (largest == null) {
            return;
        }
        if (spooled() + largest.held() > settings.spoolBytes()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "transactions that are not complete have more than " + settings.spoolBytes()
                            + " bytes, transaction " + largest.xid() + " alone has "
                            + (largest.held() + largest.spooled()) + "; allow more, in " + settings.directory());
        }
        held -= largest.held();
        largest.spill(settings.directory());
    }

    private void control(WalMessage message) {
        if (message instanceof WalMessage.Begin next) {
            requireNone(message);
            begin = next;
            current = new OpenTransaction(next.xid(), Framing.WHOLE);
        } else if (message instanceof WalMessage.Commit commit) {
            commit(commit);
        } else if (message instanceof WalMessage.StreamStart start) {
            requireNone(message);
            part(start);
        } else if (message instanceof WalMessage.StreamStop) {
            // The framing was that of a part, or it would not have been read as a message.
            current = null;
        } else if (message instanceof WalMessage.StreamCommit commit) {
            requireNone(message);
            @Nullable OpenTransaction parts = streamed.remove(commit.xid());
            if (parts == null) {
                throw unexpected("the commit of transaction " + commit.xid() + ", of which no part has come");
            }
            committed(parts, commit.endLsn(), commit.commitTime());
        } else if (message instanceof WalMessage.StreamAbort abort) {
            requireNone(message);
            abort(abort);
        }
        // Where a transaction came from, and what sessions write into the log, which every role may: nothing depends on
        // it.
    }

    private void requireNone(WalMessage message) {
        if (current != null) {
            throw unexpected(message.getClass().getSimpleName() + " within transaction " + current.xid());
        }
    }

    private void commit(WalMessage.Commit commit) {
        if (current == null || begin == null) {
            throw unexpected("the end of a transaction that has not begun");
        }
        if (commit.commitLsn() != begin.commitLsn()) {
            throw unexpected("a transaction that was to commit at " + Lsn.text(begin.commitLsn()) + " and did at "
                    + Lsn.text(commit.commitLsn()));
        }
        OpenTransaction whole = current;
        current = null;
        begin = null;
        committed(whole, commit.endLsn(), commit.commitTime());
    }

    private void part(WalMessage.StreamStart start) {
        @Nullable OpenTransaction parts = streamed.get(start.xid());
        if ((parts == null) != start.first()) {
            throw unexpected("a part of transaction " + start.xid() + " that is "
                    + (start.first() ? "the first, and is not" : "not the first, and the first has not come"));
        }
        if (parts == null) {
            parts = new OpenTransaction(start.xid(), Framing.STREAMED);
            streamed.put(start.xid(), parts);
        }
        current = parts;
    }

    private void abort(WalMessage.StreamAbort abort) {
        @Nullable OpenTransaction parts = streamed.get(abort.xid());
        if (parts == null) {
            return;
        }
        held -= parts.held();
        if (abort.subXid() == abort.xid()) {
            streamed.remove(abort.xid());
            parts.close();
        } else {
            parts.cut(abort.subXid());
            held += parts.held();
        }
    }

    private void committed(OpenTransaction whole, long endLsn, long commitTime) {
        if (endLsn <= lastTs) {
            throw unexpected("a commit at " + Lsn.text(endLsn) + " after one at " + Lsn.text(lastTs));
        }
        ended = whole;
        committed = new CommittedTransaction(endLsn, commitTime, whole, relations, betweenChanges);
    }

    /** The transaction that {@link #accept} has answered was taken. */
    void finish() {
        if (committed == null || ended == null) {
            throw new IllegalStateException("no transaction is complete");
        }
        committed.finish();
        lastTs = committed.commitTs();
        held -= ended.held();
        ended.close();
        committed = null;
        ended = null;
    }

    /** Where the transaction commits that is being sent as a whole; what is later is not known. Greatest if there is none. */
    long nextCommitLsn() {
        return begin == null ? Long.MAX_VALUE : begin.commitLsn();
    }

    /** Transactions of which parts have come. */
    int open() {
        return streamed.size() + (begin == null ? 0 : 1);
    }

    /** Bytes of memory for messages. */
    long held() {
        return held;
    }

    /** Bytes of files. */
    long spooled() {
        // One that is sent as a whole is not among the others.
        long spooled = begin == null || current == null ? 0 : current.spooled();
        for (OpenTransaction open : streamed.values()) {
            spooled += open.spooled();
        }
        return spooled;
    }

    private static MaintainerException unexpected(String what) {
        return new MaintainerException(ErrorCode.BAD_INPUT, "the source has sent " + what);
    }

    @Override
    public void close() {
        streamed.values().forEach(OpenTransaction::close);
        if (current != null) {
            current.close();
        }
        if (ended != null) {
            ended.close();
        }
    }
}
