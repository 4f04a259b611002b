package dev.maintainer.connector.postgres.store;

import dev.maintainer.api.model.TableId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of a store, of which the last one is written. Changed by the thread that writes; others ask how large they are. */
final class SegmentFiles {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFiles.class);

    /** Of a file of which nothing is needed any more it is not worth to make another one before. */
    private static final long SMALL = 1L << 20;

    /** Makes what was written into a file durable. */
    interface Disk {
        void force(Segment segment) throws IOException;
    }

    private final StoreSettings settings;
    private final Disk disk;
    private final List<Segment> segments;
    private final Records records = new Records();
    /** Written, and not valid yet. */
    private final List<StoredBlock> open = new ArrayList<>();

    private final List<StoredBlock> valid = new ArrayList<>();
    private long openFrom;
    private boolean dirty;
    private volatile long bytes;
    private volatile boolean spoiled;

    SegmentFiles(StoreSettings settings, Disk disk, List<Segment> segments) {
        this.settings = settings;
        this.disk = disk;
        this.segments = new ArrayList<>(segments);
        count();
    }

    private void count() {
        long sum = 0;
        synchronized (segments) {
            for (Segment segment : segments) {
                sum += segment.length();
            }
        }
        bytes = sum;
    }

    long bytes() {
        return bytes;
    }

    boolean isFull() {
        return bytes >= settings.bytes();
    }

    /** Nothing is kept; what is committed later comes next. */
    void clear(long afterTs) throws IOException {
        synchronized (segments) {
            for (Segment segment : segments) {
                segment.delete();
            }
            long number = segments.isEmpty() ? 1 : last().number() + 1;
            segments.clear();
            segments.add(Segment.create(settings.directory(), number, settings.origin(), afterTs));
        }
        count();
    }

    private Segment last() {
        return segments.get(segments.size() - 1);
    }

    /** Writes a batch, wholly or not at all. */
    void append(StoreWriter.Batch batch) throws IOException {
        if (open.isEmpty()) {
            if (last().length() >= settings.segmentBytes()) {
                roll();
            }
            openFrom = last().length();
        }
        Segment segment = last();
        records.clear();
        List<StoredBlock> written = new ArrayList<>();
        for (Map.Entry<TableId, List<PendingRows.Block>> table :
                batch.rows().blocks().entrySet()) {
            for (PendingRows.Block block : table.getValue()) {
                written.add(encode(segment, table.getKey(), block));
            }
        }
        Records.Commit committed = batch.committed();
        if (committed != null) {
            records.commit(committed.ts(), committed.wallMillis());
        }
        segment.append(records);
        dirty = true;
        open.addAll(written);
        written.forEach(block -> segment.tables().add(block.table()));
        if (committed != null) {
            segment.committed(committed.ts());
            valid.addAll(open);
            open.clear();
        }
        count();
    }

    private StoredBlock encode(Segment segment, TableId table, PendingRows.Block block) {
        int[] numbers = new int[block.definitions().size()];
        for (int i = 0; i < numbers.length; i++) {
            String text = block.definitions().get(i);
            Integer known = segment.definitions().get(text);
            if (known == null) {
                known = segment.definitions().size();
                segment.definitions().put(text, known);
                records.definition(known, text);
            }
            numbers[i] = known;
        }
        int from = records.length();
        records.block(table, block, numbers);
        return new StoredBlock(
                segment,
                table,
                segment.length() + from,
                records.length() - from,
                block.count(),
                block.firstTs(),
                block.lastTs(),
                block.definitions());
    }

    private void roll() throws IOException {
        force();
        Segment next = Segment.create(settings.directory(), last().number() + 1, settings.origin(), last().lastTs());
        synchronized (segments) {
            segments.add(next);
        }
    }

    /** What has become valid since this was asked before. */
    List<StoredBlock> takeValid() {
        List<StoredBlock> taken = List.copyOf(valid);
        valid.clear();
        return taken;
    }

    void force() throws IOException {
        if (dirty && settings.durable()) {
            disk.force(last());
        }
        dirty = false;
    }

    boolean hasNoOpenParts() {
        return open.isEmpty();
    }

    /** Takes back the parts of a transaction that is not complete. */
    void dropOpenParts() throws IOException {
        if (!open.isEmpty()) {
            open.clear();
            last().cut(openFrom);
            count();
        }
    }

    /** Whether {@link #dropUpTo} would give something back. Any thread. */
    boolean canDrop(long ts) {
        synchronized (segments) {
            return segments.size() > 1 ? segments.get(0).lastTs() <= ts : bytes > SMALL && last().lastTs() <= ts;
        }
    }

    /** Deletes the files of which everything was committed up to a position. */
    void dropUpTo(long ts, EventStore store) throws IOException {
        if (last().lastTs() <= ts && (last().length() > SMALL || isFull()) && last().lastTs() > last().afterTs()) {
            roll();
        }
        while (segments.size() > 1 && segments.get(0).lastTs() <= ts) {
            Segment first = segments.get(0);
            store.drop(first, segments.get(1).afterTs());
            synchronized (segments) {
                segments.remove(0);
            }
            first.delete();
        }
        count();
    }

    /** Nothing in it can be relied on: the next opening is to find nothing. */
    void spoil() {
        spoiled = true;
        try {
            for (Path file : Recovery.files(settings.directory()).values()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("{} is damaged, and cannot be deleted: {}", settings.directory(), e.toString());
        }
    }

    void close() {
        synchronized (segments) {
            for (Segment segment : segments) {
                try {
                    if (spoiled) {
                        segment.delete();
                    } else {
                        segment.close();
                    }
                } catch (IOException e) {
                    LOG.warn("{} cannot be closed: {}", segment.path(), e.toString());
                }
            }
        }
    }

    @Override
    public String toString() {
        return settings.directory().toString();
    }
}
