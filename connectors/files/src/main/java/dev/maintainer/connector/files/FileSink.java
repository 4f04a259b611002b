package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The sink of one changefeed in one directory, shared by all nodes of an embedded cluster. Replaying is harmless: of
 * all records for a key the one with the highest commitTs counts. Thread-safe.
 */
public final class FileSink implements Sink {
    /** How many segments are looked at together. */
    private static final int INSPECTED = 16;

    /** Kept, because the directory stays locked only as long as this is reachable. */
    private final SinkDirectory layout;

    private final Path directory;
    private final ChangefeedId changefeed;
    private final @Nullable RedoLog redo;
    private final ReadWriteLock ownership = new ReentrantReadWriteLock();
    private final long checkpointTs;
    private volatile long epoch;
    private final Map<DispatcherId, SegmentWriter> open = new HashMap<>();
    private final SegmentCatalog catalog;
    /** Null in a redo log, which keeps none. */
    private final @Nullable Snapshots snapshots;

    private final AtomicLong generation;
    private final Map<TableId, TableProgress> progress = new ConcurrentHashMap<>();
    private final AtomicLong rowsApplied = new AtomicLong();
    private final AtomicLong rowsAppliedAgain = new AtomicLong();
    private final LongAdder rowsAheadOfRedo = new LongAdder();
    private volatile @Nullable MaintainerException failure;

    /**
     * Opens the sink and takes up what an earlier process left.
     *
     * @param layout the directory, already claimed for this log
     */
    public FileSink(SinkDirectory layout, ChangefeedId changefeed) throws MaintainerException {
        this(layout, changefeed, null);
    }

    /**
     * Opens a sink as {@link #FileSink(SinkDirectory, ChangefeedId)}.
     *
     * @param redo the redo log, which it must not overtake; null without one
     */
    public FileSink(SinkDirectory layout, ChangefeedId changefeed, @Nullable RedoLog redo) throws MaintainerException {
        this(layout, changefeed, redo, 0);
    }

    /**
     * Opens a sink as {@link #FileSink(SinkDirectory, ChangefeedId, RedoLog)}.
     *
     * @param checkpointTs the durable checkpoint of the changefeed: all rows up to it are in the sink, so which ones they are need
     *     not be remembered; 0 if there is none
     */
    public FileSink(SinkDirectory layout, ChangefeedId changefeed, @Nullable RedoLog redo, long checkpointTs)
            throws MaintainerException {
        this.checkpointTs = checkpointTs;
        this.redo = redo;
        this.layout = layout;
        this.directory = layout.path();
        this.changefeed = changefeed;
        this.epoch = layout.readEpoch(changefeed);
        RedoPromise promise = layout.readPromise();
        this.catalog = SegmentCatalog.open(directory, promise == null ? Extent.NONE : promise.catalog());
        this.snapshots = changefeed.isRedo() ? null : Snapshots.open(layout);
        this.generation = new AtomicLong(catalog.highest());
        for (SegmentCatalog.Segment segment : catalog.segments()) {
            takeUp(segment);
        }
    }

    /** What was promised must be as it was; behind it, what is complete was durable too. */
    private void takeUp(SegmentCatalog.Segment segment) {
        Consumer<SegmentRecord> noting = entry -> {
            if (entry instanceof SegmentRecord.Row row) {
                note(row.event());
            }
        };
        Extent promised = segment.promised();
        CRC32C checksum = new CRC32C();
        long length = SegmentReader.records(segment.path(), 0, promised.length(), checksum, noting);
        if (length != promised.length() || checksum.getValue() != promised.crc()) {
            throw SegmentReader.lost(segment.path(), "is not what was promised");
        }
        length = SegmentReader.records(segment.path(), length, Long.MAX_VALUE, checksum, noting);
        if (length > promised.length()) {
            segment.written(new Extent(length, checksum.getValue()));
        } else {
            segment.takenUp(promised);
        }
    }

    @Override
    public Fencing fencing() {
        return Fencing.FENCED;
    }

    @Override
    public boolean keepsSnapshots() {
        return snapshots != null;
    }

    /** Gives the directory back. */
    @Override
    public void close() {
        layout.close();
    }

    /**
     * Opens a segment for a dispatcher, and seals the one that was opened for it before, wherever that was.
     *
     * @param span which rows are written
     * @param created the epoch under which the dispatcher was created
     * @param nodeEpoch the epoch that the dispatcher's node has accepted, asked now and at each write
     * @throws MaintainerException if that node has not accepted the sink's epoch: a late create of a former owner must
     *     not seal the segment of the present one
     */
    @Override
    public SegmentWriter open(
            TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> nodeEpoch) {
        Path file = directory
                .resolve(SinkDirectory.SEGMENTS)
                .resolve(span.table().toString())
                .resolve(dispatcher + "-" + created + "-" + generation.incrementAndGet() + ".log");
        SegmentWriter writer = new SegmentWriter(this, dispatcher, span, file, nodeEpoch);
        SegmentWriter older;
        ownership.readLock().lock();
        try {
            if (nodeEpoch.get().value() < epoch) {
                throw new MaintainerException(
                        ErrorCode.SINK_FENCED,
                        "dispatcher " + dispatcher + " was created under epoch " + created + ", the sink is at " + epoch
                                + "; the present owner creates it again");
            }
            synchronized (open) {
                older = open.put(dispatcher, writer);
            }
        } finally {
            ownership.readLock().unlock();
        }
        if (older != null) {
            older.seal();
        }
        return writer;
    }

    /**
     * From now on, writes of nodes that have not accepted {@code newEpoch} or a later one are held. Durable when it
     * returns.
     */
    @Override
    public void fence(ChangefeedId id, MaintainerEpoch newEpoch) throws MaintainerException {
        if (!id.equals(changefeed)) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED, "this sink belongs to changefeed " + changefeed + ", not to " + id);
        }
        if (newEpoch.value() == epoch) {
            return;
        }
        ownership.writeLock().lock();
        try {
            if (newEpoch.value() < epoch) {
                throw new MaintainerException(
                        ErrorCode.SINK_FENCED, "epoch " + newEpoch + " is older than the sink's, " + epoch);
            }
            if (newEpoch.value() > epoch) {
                layout.writeEpoch(id, newEpoch);
                epoch = newEpoch.value();
            }
        } finally {
            ownership.writeLock().unlock();
        }
    }

    /** The latest fenced epoch; 0 if there was none yet. */
    public long epoch() {
        return epoch;
    }

    /** Rows made durable for the first time. */
    @Override
    public long rowsApplied() {
        return rowsApplied.get();
    }

    /** Rows made durable though they, or a later change of the same key, were durable already. */
    @Override
    public long rowsAppliedAgain() {
        return rowsAppliedAgain.get();
    }

    /** Rows that were made durable before the redo log had them. */
    public long rowsAheadOfRedo() {
        return rowsAheadOfRedo.sum();
    }

    /** Writes the tables that all of this amounts to. Nothing may be written meanwhile. */
    public StagedTables stage() throws MaintainerException {
        return StagedTables.write(layout, state());
    }

    /** What all that is durable amounts to, whenever it was committed: what should not be there yet is not hidden. */
    SegmentState state() {
        return new SegmentState(catalog, SegmentCatalog.Segment::written, Long.MAX_VALUE);
    }

    @Nullable
    Snapshots snapshots() {
        return snapshots;
    }

    /** The redo log; null without one. */
    public @Nullable RedoLog redo() {
        return redo;
    }

    /** The first write that failed; null if none did. */
    public @Nullable MaintainerException failure() {
        return failure;
    }

    WriteResult whileOwned(Supplier<MaintainerEpoch> nodeEpoch, Supplier<WriteResult> write) {
        ownership.readLock().lock();
        try {
            return nodeEpoch.get().value() < epoch ? WriteResult.HELD : write.get();
        } finally {
            ownership.readLock().unlock();
        }
    }

    void countRows(List<RowEvent> events) {
        for (RowEvent event : events) {
            if (redo != null && !redo.holds(event)) {
                rowsAheadOfRedo.increment();
            }
            (note(event) ? rowsApplied : rowsAppliedAgain).incrementAndGet();
        }
    }

    MaintainerException failed(MaintainerException cause) {
        if (failure == null && !Thread.currentThread().isInterrupted()) {
            failure = cause;
        }
        return cause;
    }

    void sealed(DispatcherId dispatcher, SegmentWriter writer) {
        synchronized (open) {
            open.remove(dispatcher, writer);
        }
    }

    SegmentCatalog catalog() {
        return catalog;
    }

    TableProgress progressOf(TableId table) {
        return progress.computeIfAbsent(table, any -> new TableProgress(checkpointTs));
    }

    /** All rows of a table up to this TSO are durable; 0 if that has not been said of all its ranges. */
    public long completeTo(TableId table) {
        TableProgress known = progress.get(table);
        return known == null ? 0 : known.completeTo();
    }

    /**
     * Looks whether the directory and some of the segments, others each time, are still there. Costs the same however large
     * the sink is.
     *
     * @throws MaintainerException if something was removed, and what
     */
    public void inspect() throws MaintainerException {
        layout.inspect();
        catalog.inspect(INSPECTED);
    }

    void makeDirectory(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent);
            DurableFiles.force(parent.getParent());
        }
    }

    boolean isKnown(RowEvent event) {
        return progressOf(event.table()).holds(event);
    }

    /** Whether the event is news for its key. */
    private boolean note(RowEvent event) {
        return progressOf(event.table()).note(event);
    }
}
