package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.ConnectionSource;
import dev.maintainer.replication.RowReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads and connections that copy tables: a bounded number, whatever the number of tables. A thread reads some rows of one
 * table at a time, so a sink that is slow with one of them does not hold up the others. Thread-safe.
 */
public final class TableCopies implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TableCopies.class);

    /** Of rows that were read and not taken, all together, before less is read at once. */
    private static final long MOST_BUFFERED_BYTES = 32L << 20;

    private static final long CLOSE_SECONDS = 10;

    /** What a copy has to know of the stream behind it. */
    public interface Stream {
        /** {@return up to where everything is known that was committed later} */
        long resolvedTs();

        /** {@return whether there is no room for more of it until something is in the sink} */
        boolean isFull();

        /**
         * Looks whether it can be read.
         *
         * @throws dev.maintainer.api.error.MaintainerException if it cannot
         */
        void check();
    }

    /** How many bytes were read; of one thread. */
    static final class Bytes {
        long count;
    }

    /** Work with a connection that is in a transaction, which is rolled back afterwards. */
    interface Work<T> {
        T with(Connection connection) throws SQLException;
    }

    private final ConnectionSource connections;
    private final ScheduledExecutorService threads;
    private final ChunkSize chunk;
    /** Of tables that are read with one statement, which keep their connection until they are through. */
    private final Semaphore held;

    private final Queue<KeylessRows> holders = new ConcurrentLinkedQueue<>();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong bufferedBytes = new AtomicLong();
    private final AtomicLong rowsRead = new AtomicLong();

    /**
     * Copies nothing yet.
     *
     * @param connections to the database
     * @param parallel how many at once; at least 1
     * @param name for threads
     */
    public TableCopies(ConnectionSource connections, int parallel, String name) {
        this(
                connections,
                Executors.newScheduledThreadPool(parallel, task -> {
                    Thread thread = new Thread(task, "snapshot-" + name);
                    thread.setDaemon(true);
                    return thread;
                }),
                parallel,
                ChunkSize.USUAL);
    }

    TableCopies(ConnectionSource connections, ScheduledExecutorService threads, int parallel, ChunkSize chunk) {
        this.connections = connections;
        this.threads = threads;
        this.held = new Semaphore(parallel);
        this.chunk = chunk;
    }

    /**
     * Reads the rows of a span as they are now, and then what was committed behind a position.
     *
     * @param table what it looks like
     * @param awaitsWriters whether nothing is read before those transactions have ended that write it now
     * @param span which rows
     * @param there parts of it whose rows are not read, by ascending keys and apart from each other; what was committed is
     * @param startTs rows that are there come right behind it; no change has that position
     * @param later reads what was committed after the beginning of the source; belongs to the reader
     * @param stream knows more of that
     * @param windows keep what a DDL interrupts
     * @param available called when there are rows again
     * @return a reader
     */
    public RowReader read(
            SourceTable table,
            boolean awaitsWriters,
            TableSpan span,
            List<TableSpan> there,
            long startTs,
            RowReader later,
            Stream stream,
            CopyWindows windows,
            Runnable available) {
        running.incrementAndGet();
        SnapshotRows rows = new SnapshotRows(this, table, span, there, startTs, later, stream, windows, available);
        rows.begin(awaitsWriters);
        return rows;
    }

    /**
     * Reads the rows of a table without a key as they are now, all of them with one snapshot, and then what was committed behind a
     * position. Changes that the snapshot has seen come as well, and say so, see {@link
     * dev.maintainer.connector.postgres.catalog.KeylessKey}.
     *
     * @param table what it looks like
     * @param awaitsWriters whether nothing is read before those transactions have ended that write it now
     * @param startTs rows that are there come right behind it; no change has that position
     * @param later reads what was committed after the beginning of the source; belongs to the reader
     * @param stream knows more of that
     * @param available called when there are rows again
     * @return a reader
     */
    public RowReader readKeyless(
            SourceTable table,
            boolean awaitsWriters,
            long startTs,
            RowReader later,
            Stream stream,
            Runnable available) {
        running.incrementAndGet();
        TableWriters writers = TableWriters.of(table, awaitsWriters);
        KeylessRows rows = new KeylessRows(this, table, writers, startTs, later, stream, available);
        rows.begin();
        return rows;
    }

    /**
     * Goes on with rows of a span, perhaps within the window of a copy that was interrupted. Where that ends is looked up when the
     * first row comes.
     *
     * @param table what it looks like
     * @param span which rows
     * @param startTs what was committed later
     * @param later reads that; belongs to the reader
     * @param stream knows more of it
     * @param windows know what was interrupted
     * @param available called when there are rows again
     * @return a reader
     */
    public RowReader goOn(
            SourceTable table,
            TableSpan span,
            long startTs,
            RowReader later,
            Stream stream,
            CopyWindows windows,
            Runnable available) {
        running.incrementAndGet();
        SnapshotRows rows =
                new SnapshotRows(this, table, span, List.of(span), startTs, later, stream, windows, available);
        rows.goOn();
        return rows;
    }

    ChunkSize chunk() {
        return chunk;
    }

    /** One that was read is not any more. */
    void ended() {
        if (running.decrementAndGet() == 0) {
            closeIdle();
        }
    }

    private void closeIdle() {
        synchronized (idle) {
            while (!idle.isEmpty()) {
                SnapshotSession.close(idle.removeFirst());
            }
        }
    }

    /** {@return how many rows were read of tables, those that were outside of a span included} */
    public long rowsRead() {
        return rowsRead.get();
    }

    void read(long rows) {
        rowsRead.addAndGet(rows);
    }

    /** So much more was read, or less if it was taken. */
    void buffered(long bytes) {
        bufferedBytes.addAndGet(bytes);
    }

    /** Whether those that have rows already read no more. */
    boolean isFull() {
        return bufferedBytes.get() >= MOST_BUFFERED_BYTES;
    }

    void execute(Runnable task, long delayMillis) {
        try {
            var unused = threads.schedule(task, delayMillis, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            LOG.debug("nothing is copied any more");
        }
    }

    /** Works with a connection; one that has failed is not used again. */
    <T> T call(Work<T> work) throws SQLException {
        Connection connection = take();
        boolean isGood = false;
        try {
            T result = work.with(connection);
            connection.rollback();
            isGood = true;
            return result;
        } finally {
            if (isGood && running.get() > 0) {
                synchronized (idle) {
                    idle.addFirst(connection);
                }
            } else {
                SnapshotSession.close(connection);
            }
        }
    }

    /**
     * A connection in a transaction for as long as somebody wants it; null if there are enough of them at the moment. Those whose rows
     * nobody takes give theirs up then.
     */
    @Nullable
    Connection hold(KeylessRows holder) throws SQLException {
        if (!held.tryAcquire()) {
            for (KeylessRows other : holders) {
                if (other.giveUp()) {
                    break;
                }
            }
            return null;
        }
        boolean isHeld = false;
        try {
            Connection connection = take();
            holders.add(holder);
            isHeld = true;
            return connection;
        } finally {
            if (!isHeld) {
                held.release();
            }
        }
    }

    /** It is not held any more. */
    void release(KeylessRows holder, Connection connection) {
        holders.remove(holder);
        held.release();
        SnapshotSession.close(connection);
    }

    private Connection take() throws SQLException {
        synchronized (idle) {
            if (!idle.isEmpty()) {
                return idle.removeFirst();
            }
        }
        return SnapshotSession.open(connections);
    }

    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.warn("a table is still being copied");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeIdle();
    }
}
