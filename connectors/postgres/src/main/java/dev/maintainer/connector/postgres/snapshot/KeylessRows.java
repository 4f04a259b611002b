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
import java.util.Set;
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
final class KeylessRows implements RowReader {
    private static final Logger LOG = LoggerFactory.getLogger(KeylessRows.class);

    private static final int COPY_ROWS = 8_192;
    private static final long RETRY_MILLIS = 1_000;
    private static final long TURN_MILLIS = 50;

    /** Nobody has taken rows for so long: others may read meanwhile. */
    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** There is no such table, or no such column. */
    private static final Set<String> OTHER_SHAPE = Set.of("42P01", "42703", "42704", "3F000");

    private final TableCopies copies;
    private final SourceTable table;
    /** They have to end before anything is read; of the threads of the copies, one after the other. */
    private final TableWriters writers;

    private final RowMapping mapping;
    private final long startTs;
    private final RowReader later;
    private final TableCopies.Stream stream;
    private final Runnable available;

    /** What was read and not taken. */
    private record Chunk(List<RowEvent> rows, long bytes) {}

    /** What is read, of the thread that reads; others touch it only when nobody reads. */
    private @Nullable Connection connection;

    private @Nullable SnapshotCursor cursor;

    // Under the lock of this object, from here on.
    private final Deque<Chunk> chunks = new ArrayDeque<>();
    private int taken;
    private long takenAt = System.nanoTime();
    private long rowsRead;
    private boolean isRead;
    private boolean reading;
    private boolean ended;
    private @Nullable MaintainerException failure;

    /** All that was copied was taken. */
    private volatile boolean follows;

    KeylessRows(
            TableCopies copies,
            SourceTable table,
            TableWriters writers,
            long startTs,
            RowReader later,
            TableCopies.Stream stream,
            Runnable available) {
        this.copies = copies;
        this.table = table;
        this.writers = writers;
        this.mapping = RowMapping.of(table);
        this.startTs = startTs;
        this.later = later;
        this.stream = stream;
        this.available = available;
    }

    synchronized void begin() {
        readOn(0);
    }

    /** Under the lock. */
    private void readOn(long delayMillis) {
        reading = true;
        copies.execute(this::readChunk, delayMillis);
    }

    // ---- on threads of the copies
    // ------------------------------------------------------------------------------------

    private void readChunk() {
        synchronized (this) {
            if (ended) {
                reading = false;
                release();
                return;
            }
        }
        try {
            SnapshotCursor present = cursor;
            List<RowEvent> events = new ArrayList<>();
            if (present == null && !writers.haveEnded(copies)) {
                synchronized (this) {
                    readOn(RETRY_MILLIS);
                }
                return;
            }
            if (present == null) {
                present = open();
                if (present == null) {
                    synchronized (this) {
                        readOn(TURN_MILLIS);
                    }
                    return;
                }
                events.add(mapping.mark(startTs + 1, new KeylessKey.CopyBegins()));
            }
            TableCopies.Bytes bytes = new TableCopies.Bytes();
            events.addAll(present.next(
                    startTs + 1,
                    copies.isFull()
                            ? copies.chunk().smallBytes()
                            : copies.chunk().bytes(),
                    bytes));
            boolean isLast = present.isRead();
            if (isLast) {
                events.add(mapping.mark(startTs + 1, present.end()));
                release();
            }
            accept(new Chunk(events, bytes.count), isLast);
        } catch (SQLException e) {
            failed(e);
        } catch (MaintainerException e) {
            fail(e);
        } catch (RuntimeException e) {
            LOG.error("the copy of {} has a fault", table.info().name(), e);
            fail(new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE, "the copy of " + table.info().name() + " has a fault: " + e, e));
        }
        available.run();
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
        if (!isRead && hasRoom()) {
            readOn(0);
        }
    }

    /** Under the lock. */
    private boolean hasRoom() {
        return chunks.isEmpty() || (chunks.size() < 2 && !copies.isFull());
    }

    private void failed(SQLException e) {
        release();
        MaintainerException problem =
                SourceFailures.unavailable("table " + table.info().name() + " cannot be copied", e);
        if (problem.code() != ErrorCode.SOURCE_UNAVAILABLE && !OTHER_SHAPE.contains(String.valueOf(e.getSQLState()))) {
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

    private void fail(MaintainerException cause) {
        release();
        synchronized (this) {
            reading = false;
            failure = cause;
        }
    }

    // ---- the reader
    // --------------------------------------------------------------------------------------------------

    @Override
    public int batchRows() {
        return follows ? later.batchRows() : COPY_ROWS;
    }

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
        MaintainerException broken = failure;
        if (broken != null) {
            throw new MaintainerException(broken.code(), String.valueOf(broken.getMessage()), broken);
        }
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
    public void close() {
        boolean first;
        synchronized (this) {
            first = !ended;
            ended = true;
            forget();
            if (!reading) {
                release();
            }
        }
        if (first) {
            copies.ended();
            later.close();
        }
    }
}
