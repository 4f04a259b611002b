package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.files.claim.Claims;
import dev.maintainer.connector.files.claim.CountedLogs;
import dev.maintainer.connector.files.claim.Extent;
import dev.maintainer.connector.files.claim.MountedFiles;
import dev.maintainer.connector.files.claim.Opening;
import dev.maintainer.connector.files.claim.SegmentName;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink of one changefeed in one directory, as one process sees it: all nodes of an embedded cluster use one object, and the
 * nodes of a cluster have one each. Replaying is harmless: of all records for a key the one with the highest commitTs counts.
 * Thread-safe.
 */
public final class FileSink implements Sink {
    private static final Logger LOG = LoggerFactory.getLogger(FileSink.class);

    /** A log that has so many bytes is full. */
    private static final long SEGMENT = 64 << 20;

    /** How many segments are looked at together. */
    private static final int INSPECTED = 16;

    /** Kept, because a directory that is claimed stays locked only as long as this is reachable. */
    private final SinkDirectory layout;

    private final Path directory;
    private final ChangefeedId changefeed;
    private final @Nullable RedoLog redo;
    private final ReadWriteLock ownership = new ReentrantReadWriteLock();
    private final long checkpointTs;
    private final Claims claims;
    private final MountedFiles files;
    /** Null in a directory that is shared with other processes, whose segments it does not name. */
    private final @Nullable SegmentCatalog catalog;
    /** Null in a redo log, which keeps none. */
    private final @Nullable Snapshots snapshots;

    private final Map<TableId, TableProgress> progress = new ConcurrentHashMap<>();
    private final AtomicLong rowsApplied = new AtomicLong();
    private final AtomicLong rowsAppliedAgain = new AtomicLong();
    private final LongAdder rowsAheadOfRedo = new LongAdder();
    private volatile @Nullable MaintainerException failure;
    private volatile long segmentLength = SEGMENT;

    /**
     * Opens the sink and takes up what an earlier process left, if this one is alone with it.
     *
     * @param layout the directory, already claimed or shared for this log
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
        String process = "p" + ProcessHandle.current().pid() + "-" + UUID.randomUUID();
        try {
            this.files = MountedFiles.writable(directory, Claims.SUPERSEDED + "/" + process);
            this.claims = new Claims(files, changefeed.toString(), FileName.of(changefeed.name(), ""), process);
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot be read", directory, e);
        }
        if (layout.isShared()) {
            this.catalog = null;
            files.check();
        } else {
            layout.forgetProcesses();
            RedoPromise promise = layout.readPromise();
            this.catalog = SegmentCatalog.open(directory, promise == null ? Extent.NONE : promise.catalog());
            catalog.segments().forEach(this::takeUp);
        }
        this.snapshots = changefeed.isRedo() ? null : Snapshots.open(layout, process);
    }

    /** What was promised must be as it was; behind it, what is complete was durable too, up to the seal. */
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
        Optional<Extent> sealed = sealOf(segment);
        long limit = sealed.map(Extent::length).orElse(Long.MAX_VALUE);
        length = SegmentReader.records(segment.path(), length, limit, checksum, noting);
        if (sealed.isPresent() && !sealed.get().equals(new Extent(length, checksum.getValue()))) {
            throw SegmentReader.lost(segment.path(), "is not what was sealed");
        }
        if (length > promised.length()) {
            segment.written(new Extent(length, checksum.getValue()));
        } else {
            segment.takenUp(promised);
        }
    }

    private Optional<Extent> sealOf(SegmentCatalog.Segment segment) {
        try {
            return new CountedLogs(files).sealed(segment.claim());
        } catch (IOException e) {
            throw SinkClaim.unavailable("has an unreadable seal of " + segment.path(), directory, e);
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

    /** Segments keep them as they are told; whoever reads the rows back adds them up. */
    @Override
    public boolean takesPartsOfRows() {
        return true;
    }

    /** Gives the directory back. */
    @Override
    public void close() {
        leave();
        layout.close();
    }

    /** Nothing is written any more, until something is opened again. */
    public void leave() {
        try {
            claims.leave();
        } catch (IOException e) {
            LOG.warn("{} is of no use any more and could not be removed: {}", claims.notes(), e.toString());
        }
    }

    /**
     * Opens a segment for a dispatcher, and supersedes all earlier ones whose rows it may write, wherever they are.
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
        SegmentWriter writer = new SegmentWriter(this, span, nodeEpoch);
        long accepted = nodeEpoch.get().value();
        if (accepted < claims.epoch()) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED,
                    "dispatcher " + dispatcher + " was created under epoch " + created + ", the sink is at "
                            + claims.epoch() + "; the present owner creates it again");
        }
        try {
            writer.begin(claims.open(span, dispatcher.toString(), accepted, writer::close));
        } catch (IOException e) {
            throw failed(SinkClaim.unavailable("cannot be opened for " + span, directory, e));
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
        if (newEpoch.value() == claims.epoch()) {
            return;
        }
        ownership.writeLock().lock();
        try {
            claims.fence(newEpoch.value());
        } catch (IOException e) {
            throw SinkClaim.unavailable("cannot be fenced", directory, e);
        } finally {
            ownership.writeLock().unlock();
        }
    }

    /** The latest fenced epoch; 0 if there was none yet. */
    @Override
    public long epoch() {
        return claims.epoch();
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
        return state(Long.MAX_VALUE);
    }

    /** What all that is durable and was committed up to a TSO amounts to. */
    SegmentState state(long upTo) {
        SegmentCatalog known = catalog;
        return new SegmentState(
                known == null ? SharedSegments.of(directory, files) : known.parts(SegmentCatalog.Segment::written),
                upTo);
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

    /** What was written while a later epoch came counts as held, so it is not reported. */
    WriteResult whileOwned(Supplier<MaintainerEpoch> nodeEpoch, Supplier<WriteResult> write) {
        ownership.readLock().lock();
        try {
            long epoch = claims.epoch();
            if (nodeEpoch.get().value() < epoch) {
                return WriteResult.HELD;
            }
            WriteResult result = write.get();
            boolean held = result == WriteResult.DURABLE
                    && claims.epoch() > epoch
                    && nodeEpoch.get().value() < claims.epoch();
            return held ? WriteResult.HELD : result;
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

    Claims claims() {
        return claims;
    }

    /** All rows of a span up to a position are there. */
    void completed(Opening opening, long ts) {
        if (!changefeed.isRedo() || !layout.isShared()) {
            return;
        }
        try {
            claims.complete(opening, ts);
        } catch (IOException e) {
            throw failed(SinkClaim.unavailable("cannot keep that " + opening.name() + " is complete", directory, e));
        }
    }

    MountedFiles files() {
        return files;
    }

    /** A segment has its first row; null if nobody keeps a list of them. */
    SegmentCatalog.@Nullable Segment begin(SegmentName name) throws IOException {
        return catalog == null ? null : catalog.begin(pathOf(name));
    }

    /** After how many bytes another log is begun. */
    long segmentLength() {
        return segmentLength;
    }

    /** For tests: begins another log after so many bytes. */
    void rollAfter(long bytes) {
        segmentLength = bytes;
    }

    Path pathOf(SegmentName name) {
        return directory.resolve(name.file(SegmentName.LOG));
    }

    /** What is written of the log itself; {@link Extent#NONE} if nobody keeps that. */
    Extent promiseSegments() {
        return catalog == null ? Extent.NONE : catalog.promise();
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
        if (claims.isEntered() && !Files.isDirectory(directory.resolve(claims.notes()))) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    directory.resolve(claims.notes())
                            + " has vanished: somebody has declared this process dead, and nothing that it writes counts any"
                            + " more; find out what removed it, and run again");
        }
        if (catalog != null) {
            catalog.inspect(INSPECTED);
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
