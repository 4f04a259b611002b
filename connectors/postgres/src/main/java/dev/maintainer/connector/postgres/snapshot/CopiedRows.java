package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.replication.RowReader;
import java.sql.SQLException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows that are copied first, chunk by chunk, on the threads of the copies: one chunk after the other, a little ahead of whoever takes
 * them. What was committed meanwhile follows.
 */
abstract class CopiedRows implements RowReader {
    private static final Logger LOG = LoggerFactory.getLogger(CopiedRows.class);

    static final long RETRY_MILLIS = 1_000;

    /** Taken at once: with more of them, what is at hand does not stay so while a batch is made. */
    private static final int COPY_ROWS = 8_192;

    /** There is no such table, or no such column. */
    private static final Set<String> OTHER_SHAPE = Set.of("42P01", "42703", "42704", "3F000");

    final TableCopies copies;
    final SourceTable table;
    final long startTs;
    final RowReader later;
    final TableCopies.Stream stream;
    private final Runnable available;

    // Under the lock of this object, from here on.
    int taken;
    long rowsRead;
    boolean reading;
    boolean ended;
    private @Nullable MaintainerException failure;

    /** All that was copied was taken. */
    volatile boolean follows;

    CopiedRows(
            TableCopies copies,
            SourceTable table,
            long startTs,
            RowReader later,
            TableCopies.Stream stream,
            Runnable available) {
        this.copies = copies;
        this.table = table;
        this.startTs = startTs;
        this.later = later;
        this.stream = stream;
        this.available = available;
    }

    // ---- on threads of the copies

    /** Under the lock. */
    final void readOn(long delayMillis) {
        reading = true;
        copies.execute(this::read, delayMillis);
    }

    private void read() {
        try {
            if (!readChunk()) {
                return;
            }
        } catch (SQLException e) {
            failed(e);
        } catch (MaintainerException e) {
            fail(e);
        } catch (RuntimeException e) {
            LOG.error("the copy of {} has a fault", what(), e);
            fail(new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE, "the copy of " + what() + " has a fault: " + e, e));
        }
        available.run();
    }

    /**
     * Reads what comes next. An error counts as something to tell.
     *
     * @return whether there is something to tell whoever waits
     */
    abstract boolean readChunk() throws SQLException;

    /** Judges what the database has refused: {@link #fail} or {@link #readOn} follows. */
    abstract void failed(SQLException e);

    /** What is copied, for people. */
    abstract String what();

    static boolean hasOtherShape(SQLException e) {
        return OTHER_SHAPE.contains(String.valueOf(e.getSQLState()));
    }

    /** It is over: whoever takes rows hears why. */
    void fail(MaintainerException cause) {
        synchronized (this) {
            reading = false;
            failure = cause;
        }
    }

    /** Under the lock: whether one more chunk may be read, with so many that were not taken. */
    final boolean hasRoomBeside(int chunks) {
        return chunks == 0 || (chunks < 2 && !copies.isFull());
    }

    // ---- the reader

    /** Of the copy as many as a chunk has, which is bounded by bytes. */
    @Override
    public final int batchRows() {
        return follows ? later.batchRows() : COPY_ROWS;
    }

    /** Under the lock. */
    final void requireUnbroken() {
        MaintainerException broken = failure;
        if (broken != null) {
            throw new MaintainerException(broken.code(), String.valueOf(broken.getMessage()), broken);
        }
    }

    /** Nobody takes any more what was read. Under the lock; {@link #ended} is set. */
    abstract void dropUntaken();

    @Override
    public final void close() {
        boolean first;
        synchronized (this) {
            first = !ended;
            ended = true;
            dropUntaken();
        }
        if (first) {
            copies.ended();
            later.close();
        }
    }
}
