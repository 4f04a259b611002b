package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.catalog.KeylessKey;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.SourceFailures;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows that a table without a key has, and what was committed since the source began. Nothing says where such a copy would go on,
 * so it is one snapshot from beginning to end; one that is broken off begins anew, and says so. All changes come, also those that the
 * snapshot has seen: the end of the copy says which these are, and whoever writes the rows leaves them out. So the position rises as
 * soon as the copy is in the sink.
 */
final class KeylessRows extends CopiedRows {
    private static final Logger LOG = LoggerFactory.getLogger(KeylessRows.class);

    private static final long TURN_MILLIS = 50;

    /** Nobody has taken rows for so long: others may read meanwhile. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** They have to end before anything is read; of the threads of the copies, one after the other. */
    private final TableWriters writers;

    private final RowMapping mapping;

    /** What was read and not taken. */
    private record Chunk(List<RowEvent> rows, long bytes) {}

    /** What is read, of the thread that reads; others touch it only when nobody reads. */
    private @Nullable Connection connection;

    private @Nullable SnapshotCursor cursor;

    // Under the lock of this object, from here on.
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private long takenAt = System.nanoTime();
    private boolean isRead;

    KeylessRows(
            TableCopies copies,
            SourceTable table,
            TableWriters writers,
            long startTs,
            RowReader later,
            TableCopies.Stream stream,
            Runnable available) {
        super(copies, table, startTs, later, stream, available);
        this.writers = writers;
        this.mapping = RowMapping.of(table);
    }

    synchronized void begin() {
        readOn(0);
    }

    // ---- on threads of the copies
    // ------------------------------------------------------------------------------------

    @Override
    boolean readChunk() throws SQLException {
        synchronized (this) {
            if (ended) {
                reading = false;
                release();
                return false;
            }
        }
        SnapshotCursor present = cursor;
        List<RowEvent> events = new ArrayList<>();
        if (present == null && !writers.haveEnded(copies)) {
            synchronized (this) {
                readOn(RETRY_MILLIS);
            }
            return false;
        }
        if (present == null) {
            present = open();
            if (present == null) {
                synchronized (this) {
                    readOn(TURN_MILLIS);
                }
                return false;
            }
            events.add(mapping.mark(startTs + 1, new KeylessKey.CopyBegins()));
        }
        TableCopies.Bytes bytes = new TableCopies.Bytes();
        events.addAll(present.next(
                startTs + 1,
                copies.isFull() ? copies.chunk().smallBytes() : copies.chunk().bytes(),
                bytes));
        boolean isLast = present.isRead();
        if (isLast) {
            events.add(mapping.mark(startTs + 1, present.end()));
            release();
        }
        accept(new Chunk(events, bytes.count), isLast);
        return true;
    }

    @Override
    String what() {
        return table.info().name().toString();
    }

    /** Null if others have to come to their end first. */
    private @Nullable SnapshotCursor open() throws SQLException {
        Connection held = copies.hold(this);
        if (held == null) {
            return null;
        }
        connection = held;
        SnapshotCursor begun = SnapshotCursor.open(held, table);
        cursor = begun;
        return begun;
    }

    private void release() {
        Connection held = connection;
        cursor = null;
        connection = null;
        if (held != null) {
            copies.release(this, held);
        }
    }

    private synchronized void accept(Chunk chunk, boolean isLast) {
        reading = false;
        isRead = isLast;
        rowsRead += chunk.rows().size();
        copies.read(chunk.rows().size());
        if (ended) {
            release();
            return;
        }
        chunks.addLast(chunk);
        copies.buffered(chunk.bytes());
        if (!isRead && hasRoomBeside(chunks.size())) {
            readOn(0);
        }
    }

    @Override
    void failed(SQLException e) {
        release();
        MaintainerException problem =
                SourceFailures.unavailable("table " + table.info().name() + " cannot be copied", e);
        if (problem.code() != ErrorCode.SOURCE_UNAVAILABLE && !hasOtherShape(e)) {
            fail(problem);
            return;
        }
        LOG.warn("{}; the copy begins anew", problem.getMessage());
        synchronized (this) {
            // What was taken of it goes when the next one begins.
            forget();
            rowsRead = 0;
            readOn(RETRY_MILLIS);
        }
    }

    /** Under the lock. */
    private void forget() {
        chunks.forEach(each -> copies.buffered(-each.bytes()));
        chunks.clear();
        taken = 0;
    }

    @Override
    void fail(MaintainerException cause) {
        release();
        super.fail(cause);
    }

    // ---- the reader
    // --------------------------------------------------------------------------------------------------

    @Override
    public List<RowEvent> poll(int max, long upToTs) {
        stream.check();
        if (follows) {
            return later.poll(Math.min(max, later.batchRows()), upToTs);
        }
        return startTs < upToTs ? take(max) : List.of();
    }

    /** Whether the copy is broken off; it begins anew when somebody wants its rows. */
    synchronized boolean giveUp() {
        if (reading || isRead || cursor == null || System.nanoTime() - takenAt < IDLE_NANOS) {
            return false;
        }
        LOG.info(
                "nobody takes the rows of {}, and others wait; its copy begins anew later",
                table.info().name());
        release();
        forget();
        rowsRead = 0;
        return true;
    }

    private synchronized List<RowEvent> take(int max) {
        takenAt = System.nanoTime();
        requireUnbroken();
        Chunk first = chunks.peekFirst();
        if (first == null) {
            follows = isRead;
            if (!isRead && !reading) {
                readOn(0);
            }
            return List.of();
        }
        int to = Math.min(first.rows().size(), taken + max);
        List<RowEvent> rows = List.copyOf(first.rows().subList(taken, to));
        taken = to;
        if (to == first.rows().size()) {
            chunks.removeFirst();
            copies.buffered(-first.bytes());
            taken = 0;
            if (!reading && !isRead) {
                readOn(0);
            }
        }
        return rows;
    }

    @Override
    public long nextTs() {
        return follows ? later.nextTs() : startTs + 1;
    }

    @Override
    public synchronized String progress() {
        return follows ? "" : "copying, " + rowsRead + " rows";
    }

    @Override
    void dropUntaken() {
        forget();
        if (!reading) {
            release();
        }
    }
}
