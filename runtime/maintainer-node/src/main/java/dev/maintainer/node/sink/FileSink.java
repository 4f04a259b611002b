package dev.maintainer.node.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableId;
import dev.maintainer.node.changelog.RowEvent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sink of one changefeed in one directory, shared by all nodes of an embedded cluster. Replaying is harmless: of
 * all records for a key the one with the highest commitTs counts. Thread-safe.
 */
public final class FileSink {
    private static final Logger LOG = LoggerFactory.getLogger(FileSink.class);

    /** Kept, because the directory stays locked only as long as this is reachable. */
    private final SinkDirectory layout;

    private final Path directory;
    private final ChangefeedId changefeed;
    private final @Nullable RedoLog redo;
    private final ReadWriteLock ownership = new ReentrantReadWriteLock();
    private volatile long epoch;
    private final Map<DispatcherId, SegmentWriter> open = new HashMap<>();
    private final AtomicLong generation = new AtomicLong();
    private final Map<TableId, Map<String, Long>> latest = new ConcurrentHashMap<>();
    private final AtomicLong rowsApplied = new AtomicLong();
    private final AtomicLong rowsAppliedAgain = new AtomicLong();
    private final Map<TableId, LongAdder> rowsAheadOfRedo = new ConcurrentHashMap<>();
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
        this.redo = redo;
        this.layout = layout;
        this.directory = layout.path();
        this.changefeed = changefeed;
        this.epoch = layout.readEpoch(changefeed);
        for (Path segment : SegmentReader.segments(directory.resolve(SinkDirectory.SEGMENTS))) {
            generation.accumulateAndGet(generationOf(segment), Math::max);
            SegmentReader.read(segment, entry -> {
                if (entry instanceof SegmentRecord.Row row) {
                    note(row.event());
                }
            });
        }
    }

    /**
     * Opens a segment for a dispatcher, and seals the one that was opened for it before, wherever that was.
     *
     * @param created the epoch under which the dispatcher was created
     * @param nodeEpoch the epoch that the dispatcher's node has accepted, asked now and at each write
     * @throws MaintainerException if that node has not accepted the sink's epoch: a late create of a former owner must
     *     not seal the segment of the present one
     */
    public SegmentWriter open(
            TableId table, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> nodeEpoch) {
        Path file = directory
                .resolve(SinkDirectory.SEGMENTS)
                .resolve(table.toString())
                .resolve(dispatcher + "-" + created + "-" + generation.incrementAndGet() + ".log");
        SegmentWriter writer = new SegmentWriter(this, file, nodeEpoch);
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
    public long rowsApplied() {
        return rowsApplied.get();
    }

    /** Rows made durable though they, or a later change of the same key, were durable already. */
    public long rowsAppliedAgain() {
        return rowsAppliedAgain.get();
    }

    /** Rows of some tables that were made durable before the redo log had them. */
    public long rowsAheadOfRedo(Predicate<TableId> tables) {
        return rowsAheadOfRedo.entrySet().stream()
                .filter(entry -> tables.test(entry.getKey()))
                .mapToLong(entry -> entry.getValue().sum())
                .sum();
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
                rowsAheadOfRedo
                        .computeIfAbsent(event.table(), table -> new LongAdder())
                        .increment();
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

    void noteCloseFailure(Path file, IOException cause) {
        LOG.warn("cannot close segment {}: {}", file, cause.toString());
    }

    void makeDirectory(Path file) throws IOException {
        Path parent = file.getParent();
        if (parent != null && !Files.isDirectory(parent)) {
            Files.createDirectories(parent);
            force(parent.getParent());
        }
    }

    static void force(@Nullable Path path) throws IOException {
        if (path != null) {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    boolean isKnown(RowEvent event) {
        Map<String, Long> keys = latest.computeIfAbsent(event.table(), any -> new TreeMap<>());
        synchronized (keys) {
            return keys.getOrDefault(event.key(), 0L) >= event.commitTs();
        }
    }

    /** Whether the event is news for its key. */
    private boolean note(RowEvent event) {
        Map<String, Long> keys = latest.computeIfAbsent(event.table(), any -> new TreeMap<>());
        synchronized (keys) {
            Long known = keys.get(event.key());
            if (known != null && known >= event.commitTs()) {
                return false;
            }
            keys.put(event.key(), event.commitTs());
            return true;
        }
    }

    private static long generationOf(Path segment) {
        String name = String.valueOf(segment.getFileName());
        String number = name.substring(name.lastIndexOf('-') + 1, name.length() - ".log".length());
        try {
            return Long.parseLong(number);
        } catch (NumberFormatException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, segment + " is not a segment of ours; remove it", e);
        }
    }
}
