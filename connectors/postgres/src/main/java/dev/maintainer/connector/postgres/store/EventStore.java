package dev.maintainer.connector.postgres.store;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Committed rows of a source, by table, from when they were read until they are durable in the sink. One thread puts
 * transactions into it, any number read. A transaction becomes visible as a whole, when it is on the disk; its writing is done
 * by a thread of the store, which makes durable together whatever came while the disk was busy.
 *
 * <p>It is a cache: what is lost is read from the source again. What is damaged is deleted, and ends it.
 */
public final class EventStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EventStore.class);

    /** Of rows that were read lately, in memory. */
    private static final long CACHED_BYTES = 8L << 20;
    /** What a row costs beside its bytes, which it shares with others, or which are twice as long in memory at most. */
    private static final int ROW_OVERHEAD = 200;
    /** So many ways to write rows are kept at hand. */
    private static final long MOST_FORMATS = 1_000;
    /** Each is known in memory, with about 100 bytes. */
    private static final int MOST_BLOCKS = 1 << 20;

    private final StoreSettings settings;
    private final CommitClock clock = new CommitClock();
    private final Object lock = new Object();
    private final Map<TableId, StoredTable> tables = new HashMap<>();
    private final Cache<StoredBlock, List<RowEvent>> cache = CacheBuilder.newBuilder()
            .maximumWeight(CACHED_BYTES)
            .weigher((StoredBlock block, List<RowEvent> rows) -> 2 * block.length() + ROW_OVERHEAD * rows.size())
            .build();
    private final Cache<String, RowFormat> formats =
            CacheBuilder.newBuilder().maximumSize(MOST_FORMATS).build();
    private final StoreWriter writer;
    private int blocks;
    private long beginTs;
    private volatile long resolvedTs;
    private volatile @Nullable MaintainerException failure;

    private EventStore(StoreSettings settings, SegmentFiles.Disk disk, List<Segment> segments) {
        this.settings = settings;
        this.writer = new StoreWriter(settings, disk, segments, this);
    }

    /**
     * Opens what is in the directory; nothing, if it belongs to another origin or is damaged.
     *
     * @param settings say where; nobody else has this directory open
     * @return a store, to be closed
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if the directory cannot be used
     */
    public static EventStore open(StoreSettings settings) throws MaintainerException {
        return open(settings, Segment::force);
    }

    static EventStore open(StoreSettings settings, SegmentFiles.Disk disk) throws MaintainerException {
        EventStore store = openWithoutThread(settings, disk);
        store.writer.start();
        return store;
    }

    /** A store that writes when it is told to, by {@link #writeWaiting}. */
    static EventStore openWithoutThread(StoreSettings settings, SegmentFiles.Disk disk) throws MaintainerException {
        try {
            Recovery recovered = Recovery.of(settings);
            EventStore store = new EventStore(settings, disk, recovered.segments());
            List<Runnable> nobody = new ArrayList<>();
            recovered.blocks().forEach(block -> store.add(block, nobody));
            recovered.commits().forEach(commit -> store.clock.add(commit.ts(), commit.wallMillis()));
            List<Segment> segments = recovered.segments();
            if (!segments.isEmpty()) {
                store.beginTs = segments.get(0).afterTs();
                store.resolvedTs = segments.get(segments.size() - 1).lastTs();
            }
            return store;
        } catch (IOException e) {
            throw unusable(settings, e);
        }
    }

    private static MaintainerException unusable(StoreSettings settings, IOException e) {
        return new MaintainerException(
                ErrorCode.SOURCE_UNAVAILABLE,
                "rows of the source cannot be kept in " + settings.directory() + ": " + e
                        + "; make room, or correct the directory",
                e);
    }

    /** {@return what was committed up to here was never there, or is forgotten; 0 if nothing was ever there} */
    public long beginTs() {
        synchronized (lock) {
            return beginTs;
        }
    }

    /** {@return up to here everything is here, and visible; 0 if nothing was ever there} Never decreases. */
    public long resolvedTs() {
        return resolvedTs;
    }

    /** {@return when its transactions were committed} */
    public CommitClock clock() {
        return clock;
    }

    /**
     * Begins, or begins anew: whatever is there is forgotten. Before the first reader.
     *
     * @param afterTs what is committed later will be put into it
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if the directory cannot be used
     */
    public void beginAfter(long afterTs) throws MaintainerException {
        try {
            writer.clear(afterTs);
        } catch (IOException e) {
            throw unusable(settings, e);
        }
        synchronized (lock) {
            tables.clear();
            blocks = 0;
            beginTs = afterTs;
        }
        resolvedTs = afterTs;
    }

    // ---- the thread that puts transactions into it ------------------------------------------------------------------

    /**
     * Whether the next transaction may come.
     *
     * @throws MaintainerException if the store has ended
     */
    public boolean hasRoom() throws MaintainerException {
        check();
        synchronized (lock) {
            if (blocks >= MOST_BLOCKS) {
                return false;
            }
        }
        return writer.hasRoom();
    }

    /**
     * Another row of the transaction that is being put into it.
     *
     * @param row committed later than all transactions before
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if the transaction is large and there is no room for it now
     */
    public void add(RowEvent row) throws MaintainerException {
        writer.add(row);
    }

    /**
     * The transaction is complete; it may have no rows.
     *
     * @param ts when it was committed; later than all before
     * @param wallMillis when that was by the clock of the source; milliseconds since the epoch
     */
    public void commit(long ts, long wallMillis) {
        clock.add(ts, wallMillis);
        writer.commit(ts, wallMillis);
    }

    /** The transaction that is being put into it is forgotten. */
    public void rollBack() {
        writer.rollBack();
    }

    /**
     * Nothing comes any more that was committed up to here.
     *
     * @param ts a position
     */
    public void resolved(long ts) {
        writer.resolved(ts);
    }

    // ---- any thread
    // --------------------------------------------------------------------------------------------------

    /**
     * Reads rows.
     *
     * @param span which
     * @param startTs what was committed after this position
     * @param available called when there is a first row for one that has passed all
     * @return a reader at that position
     * @throws MaintainerException with {@code SOURCE_HISTORY_LOST} if some of it is forgotten
     */
    public RowReader read(TableSpan span, long startTs, Runnable available) throws MaintainerException {
        check();
        synchronized (lock) {
            if (startTs < beginTs) {
                throw new MaintainerException(
                        ErrorCode.SOURCE_HISTORY_LOST,
                        "what was committed after " + startTs
                                + " is asked for, and of the source only what was committed" + " after " + beginTs
                                + " is here, because a later checkpoint was durable");
            }
            StoredTable table = tables.computeIfAbsent(span.table(), any -> new StoredTable());
            StoredRows reader = new StoredRows(this, table, span, startTs, available);
            table.register(reader);
            return reader;
        }
    }

    /**
     * What was committed up to here is not asked for any more.
     *
     * @param ts a position
     */
    public void truncateBelow(long ts) {
        writer.retainAfter(ts);
    }

    /**
     * Looks whether it can be used.
     *
     * @throws MaintainerException if it has ended
     */
    public void check() throws MaintainerException {
        MaintainerException ended = failure;
        if (ended != null) {
            throw new MaintainerException(ended.code(), String.valueOf(ended.getMessage()), ended);
        }
    }

    /** {@return whether nothing more is taken until something of it is not needed any more} */
    public boolean isFull() {
        synchronized (lock) {
            return blocks >= MOST_BLOCKS || writer.isFull();
        }
    }

    /** {@return how many bytes it has in files} */
    public long bytes() {
        return writer.bytes();
    }

    /** {@return the span whose reader is furthest behind; empty if all have read everything} Costs as many looks as there are readers. */
    public Optional<TableSpan> slowest() {
        synchronized (lock) {
            return tables.values().stream()
                    .flatMap(table -> table.readers().stream())
                    .filter(reader -> reader.nextTs() != RowReader.NONE)
                    .min(Comparator.comparingLong(StoredRows::nextTs))
                    .map(StoredRows::span);
        }
    }

    /** Makes durable what waits; false if it has ended. For a store without a thread. */
    boolean writeWaiting() {
        return writer.writeWaiting();
    }

    // ---- for its parts
    // -----------------------------------------------------------------------------------------------

    Object lock() {
        return lock;
    }

    List<RowEvent> rowsOf(StoredBlock block) {
        List<RowEvent> rows = cache.getIfPresent(block);
        if (rows == null) {
            try {
                rows = block.read(this::format);
            } catch (IOException e) {
                check();
                if (block.segment().isDropped()) {
                    throw StoredRows.forgotten(String.valueOf(block.table()));
                }
                MaintainerException damaged = new MaintainerException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "rows that were kept in " + settings.directory() + " cannot be read again: " + e
                                + "; the source is read again",
                        e);
                writer.spoil();
                fail(damaged);
                throw damaged;
            }
            cache.put(block, rows);
        }
        return rows;
    }

    private RowFormat format(String definition) {
        return formats.asMap().computeIfAbsent(definition, RowFormat::parse);
    }

    private void add(StoredBlock block, List<Runnable> due) {
        tables.computeIfAbsent(block.table(), any -> new StoredTable()).add(block, due);
        blocks++;
    }

    /** What was written is durable. */
    void publish(List<StoredBlock> written) {
        List<Runnable> due = new ArrayList<>();
        synchronized (lock) {
            written.forEach(block -> add(block, due));
        }
        due.forEach(Runnable::run);
    }

    /** What was published before is complete up to here. */
    void publishResolved(long ts) {
        resolvedTs = Math.max(resolvedTs, ts);
    }

    /** A file is to go: nobody needs it any more. */
    void drop(Segment segment, long nowAfterTs) {
        segment.drop();
        synchronized (lock) {
            beginTs = Math.max(beginTs, nowAfterTs);
            for (TableId id : segment.tables()) {
                StoredTable table = tables.get(id);
                if (table != null) {
                    blocks -= table.size();
                    table.dropUpTo(segment);
                    blocks += table.size();
                    dropIdle(id);
                }
            }
        }
    }

    /** Under the lock: a table without rows and readers costs nothing. */
    void dropIdle(TableId id) {
        StoredTable table = tables.get(id);
        if (table != null && table.isIdle()) {
            tables.remove(id);
        }
    }

    /** Ends it. */
    void fail(MaintainerException cause) {
        LOG.warn("{}", cause.getMessage());
        end(cause);
    }

    /**
     * Nothing is added or read any more, and those that wait for rows are told. What has ended it first counts.
     *
     * @param cause what everybody gets that reads on
     */
    public void end(MaintainerException cause) {
        List<Runnable> due = new ArrayList<>();
        synchronized (lock) {
            if (failure == null) {
                failure = cause;
                tables.values().forEach(table -> table.readers().forEach(reader -> due.add(reader.available())));
            }
        }
        due.forEach(Runnable::run);
    }

    /** Writes what was committed, and ends it. What is not durable then is read from the source again. */
    @Override
    public void close() {
        end(new MaintainerException(ErrorCode.SOURCE_UNAVAILABLE, "the source was closed"));
        writer.close();
    }
}
