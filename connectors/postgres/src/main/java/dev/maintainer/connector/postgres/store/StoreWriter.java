package dev.maintainer.connector.postgres.store;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is on its way into the files of a store. One thread puts rows into it, and its own writes them. Transactions that are
 * small share a write; a large one is written in parts, and is valid with its last.
 */
final class StoreWriter {
    private static final Logger LOG = LoggerFactory.getLogger(StoreWriter.class);

    /** A part of a transaction is not larger, and neither is what is written together. */
    private static final long PART_BYTES = 1L << 20;
    /** In memory, waiting for the disk. */
    private static final long QUEUE_BYTES = 8L << 20;

    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long RETRY_MILLIS = 500;
    private static final long JOIN_MILLIS = 30_000;

    /**
     * What is written at once.
     *
     * @param committed of the last transaction that is complete with it; null if it is a part of one that is not
     */
    record Batch(PendingRows rows, Records.@Nullable Commit committed) {
        long size() {
            return rows.size();
        }
    }

    private final EventStore store;
    private final SegmentFiles files;
    private final Object lock = new Object();
    private final Deque<Batch> queue = new ArrayDeque<>();
    private final Thread thread;
    private long queuedBytes;
    private boolean writing;
    private boolean closing;
    private boolean dropsOpen;
    private boolean isBroken;
    private long promisedTs;
    private long retainAfter;
    private boolean truncates;
    private volatile String problem = "";

    /** Of the thread that puts rows into it. */
    private PendingRows present = new PendingRows();

    private boolean hasParts;

    StoreWriter(StoreSettings settings, SegmentFiles.Disk disk, List<Segment> segments, EventStore store) {
        this.store = store;
        this.files = new SegmentFiles(settings, disk, segments);
        this.thread = new Thread(this::run, "event-store");
        thread.setDaemon(true);
    }

    /** Writes on a thread of its own from now on; without that whoever puts rows into it calls {@link #writeWaiting}. */
    void start() {
        thread.start();
    }

    void clear(long afterTs) throws IOException {
        files.clear(afterTs);
    }

    boolean isFull() {
        return files.isFull();
    }

    boolean hasRoom() {
        boolean isFull = files.isFull();
        synchronized (lock) {
            if (isFull) {
                // The last file may be all that there is, and nobody needs it.
                truncates = true;
                lock.notifyAll();
            }
            return !isFull && queuedBytes < QUEUE_BYTES;
        }
    }

    void add(RowEvent row) {
        present.add(row);
        if (present.size() >= PART_BYTES) {
            awaitRoom();
            hasParts = true;
            enqueue(new Batch(present, null), false);
            present = new PendingRows();
        }
    }

    private void awaitRoom() {
        long began = System.nanoTime();
        synchronized (lock) {
            while (queuedBytes >= QUEUE_BYTES && !closing) {
                long left = PATIENCE_NANOS - (System.nanoTime() - began);
                if (left <= 0) {
                    throw new MaintainerException(
                            ErrorCode.SOURCE_UNAVAILABLE,
                            "a large transaction cannot be kept: " + (problem.isEmpty() ? "the disk is slow" : problem)
                                    + "; it is tried again");
                }
                try {
                    lock.wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
        }
    }

    private static MaintainerException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "interrupted while rows were kept", e);
    }

    void commit(long ts, long wallMillis) {
        enqueue(new Batch(present, new Records.Commit(ts, wallMillis)), hasParts);
        present = new PendingRows();
        hasParts = false;
    }

    /** Small transactions that wait become one batch. */
    private void enqueue(Batch batch, boolean alone) {
        synchronized (lock) {
            Batch last = queue.peekLast();
            queuedBytes += batch.size();
            if (!alone
                    && last != null
                    && last.committed() != null
                    && batch.committed() != null
                    && last.size() + batch.size() < PART_BYTES) {
                queue.removeLast();
                last.rows().addAll(batch.rows());
                queue.addLast(new Batch(last.rows(), batch.committed()));
            } else {
                queue.addLast(batch);
            }
            lock.notifyAll();
        }
    }

    void rollBack() {
        present = new PendingRows();
        if (!hasParts) {
            return;
        }
        hasParts = false;
        synchronized (lock) {
            while (!queue.isEmpty() && queue.getLast().committed() == null) {
                queuedBytes -= queue.removeLast().size();
            }
            dropsOpen = true;
            lock.notifyAll();
            // What comes next must not be written behind those parts.
            while (dropsOpen && !closing && !isBroken) {
                try {
                    lock.wait(RETRY_MILLIS);
                } catch (InterruptedException e) {
                    throw interrupted(e);
                }
            }
        }
    }

    void resolved(long ts) {
        synchronized (lock) {
            promisedTs = ts;
            if (queue.isEmpty() && !writing && !isBroken) {
                store.publishResolved(ts);
            }
        }
    }

    void retainAfter(long ts) {
        synchronized (lock) {
            if (ts > retainAfter) {
                retainAfter = ts;
                truncates = files.canDrop(ts);
                if (truncates) {
                    lock.notifyAll();
                }
            }
        }
    }

    long bytes() {
        return files.bytes();
    }

    /** The files are of no use any more. */
    void spoil() {
        files.spoil();
    }

    // ---- the thread that writes
    // --------------------------------------------------------------------------------------

    private void run() {
        try {
            while (step()) {
                // Until it is closed.
            }
        } catch (RuntimeException | Error e) {
            store.fail(new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE, "rows of the source cannot be kept: " + e, e));
            LOG.error("the writer of {} has a fault", files, e);
        }
    }

    /** Writes what waits, if anything does; false if nothing more will be written. For a writer without a thread. */
    boolean writeWaiting() {
        synchronized (lock) {
            if (queue.isEmpty() && !dropsOpen && !truncates) {
                return !isBroken;
            }
        }
        return step();
    }

    private boolean step() {
        List<Batch> batches;
        boolean drops;
        long truncateTo;
        synchronized (lock) {
            while (queue.isEmpty() && !closing && !dropsOpen && !truncates) {
                try {
                    lock.wait();
                } catch (InterruptedException e) {
                    return false;
                }
            }
            if (queue.isEmpty() && closing) {
                return false;
            }
            batches = new ArrayList<>(queue);
            queue.clear();
            drops = dropsOpen;
            truncateTo = truncates ? retainAfter : 0;
            truncates = false;
            writing = !batches.isEmpty();
        }
        boolean isComplete = false;
        try {
            if (truncateTo > 0 && files.hasNoOpenParts()) {
                files.dropUpTo(truncateTo, store);
            }
            isComplete = write(batches);
            if (drops) {
                files.dropOpenParts();
            }
            problem = "";
        } catch (IOException e) {
            // Of a file that could not be made durable nobody knows what it has.
            files.spoil();
            store.fail(new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "rows of the source cannot be kept: " + e + "; the source is read again",
                    e));
            return false;
        } finally {
            done(batches, drops, isComplete);
        }
        return isComplete;
    }

    /** Whether all of it was written. */
    private boolean write(List<Batch> batches) throws IOException {
        List<StoredBlock> valid = new ArrayList<>();
        long ts = 0;
        for (Batch batch : batches) {
            if (!writeOrWait(batch)) {
                return false;
            }
            Records.Commit committed = batch.committed();
            if (committed != null) {
                ts = committed.ts();
                valid.addAll(files.takeValid());
            }
        }
        if (ts > 0) {
            files.force();
            store.publish(valid);
            store.publishResolved(ts);
        }
        return true;
    }

    /** A full disk is waited for; false if it was closed meanwhile. */
    private boolean writeOrWait(Batch batch) {
        while (true) {
            try {
                files.append(batch);
                return true;
            } catch (IOException e) {
                if (problem.isEmpty()) {
                    LOG.warn("rows cannot be written into {}, which is tried again: {}", files, e.toString());
                }
                problem = "rows cannot be written into " + files + ": " + e;
            }
            if (isClosedWithin(RETRY_MILLIS)) {
                return false;
            }
        }
    }

    private boolean isClosedWithin(long millis) {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        synchronized (lock) {
            for (long left = millis; left > 0 && !closing; ) {
                try {
                    lock.wait(left);
                } catch (InterruptedException e) {
                    return true;
                }
                left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            }
            return closing;
        }
    }

    private void done(List<Batch> batches, boolean drops, boolean isComplete) {
        synchronized (lock) {
            // What was promised counts only with everything that came before.
            isBroken |= !isComplete;
            for (Batch batch : batches) {
                queuedBytes -= batch.size();
            }
            writing = false;
            dropsOpen &= !drops;
            truncates |= files.hasNoOpenParts() && retainAfter > 0 && files.canDrop(retainAfter);
            if (queue.isEmpty() && promisedTs > 0 && !isBroken) {
                store.publishResolved(promisedTs);
            }
            lock.notifyAll();
        }
    }

    void close() {
        synchronized (lock) {
            closing = true;
            lock.notifyAll();
        }
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOG.warn("{} is still being written", files);
            return;
        }
        files.close();
    }
}
