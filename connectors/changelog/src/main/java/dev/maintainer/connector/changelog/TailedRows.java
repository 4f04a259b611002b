package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.RowBlock;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one table of a log that grows, and their readers. The table may not be there yet: another process may have read
 * more of the log, and a dispatcher may have moved here from there. Thread-safe.
 */
final class TailedRows {
    private final Object lock;
    private final TableId id;
    private final BlockCache cache;
    private final Set<Reader> readers = new LinkedHashSet<>();
    private @Nullable GrowingTable table;

    /**
     * Without a table.
     *
     * @param lock held by whoever lets the log grow
     * @param id of the table
     * @param cache for the blocks of the log
     */
    TailedRows(Object lock, TableId id, BlockCache cache) {
        this.lock = lock;
        this.id = id;
        this.cache = cache;
    }

    /** The table has come, or has changed: adds to {@code due} what tells readers for which something has come. */
    void publish(GrowingTable grown, Collection<Runnable> due) {
        synchronized (lock) {
            table = grown;
            for (Reader reader : readers) {
                if (reader.look()) {
                    due.add(reader.available);
                }
            }
        }
    }

    /** Adds to {@code due} what tells all readers. */
    void collect(Collection<Runnable> due) {
        synchronized (lock) {
            readers.forEach(reader -> due.add(reader.available));
        }
    }

    long createdTs() {
        synchronized (lock) {
            return table == null ? Long.MAX_VALUE : table.createdTs();
        }
    }

    long droppedTs() {
        synchronized (lock) {
            return table == null ? Long.MAX_VALUE : table.droppedTs();
        }
    }

    /**
     * Reads rows.
     *
     * @param check throws if the log cannot be read on
     */
    RowReader read(TableSpan span, long startTs, Runnable check, Runnable available) {
        synchronized (lock) {
            Reader reader = new Reader(span, startTs, check, available);
            readers.add(reader);
            return reader;
        }
    }

    /** What is at a position: a block, or a copy of the rest of the tail. */
    private record Part(@Nullable RowBlock stored, List<RowEvent> tail) {}

    /** Stands between two rows, and holds neither. */
    private final class Reader implements RowReader {
        private final TableSpan span;
        private final long startTs;
        private final Runnable check;
        private final Runnable available;
        private boolean placed;
        private int block;
        private int row;
        private volatile long nextTs = NONE;
        private volatile long endTs = NONE;

        Reader(TableSpan span, long startTs, Runnable check, Runnable available) {
            this.span = span;
            this.startTs = startTs;
            this.check = check;
            this.available = available;
            look();
        }

        /** Under the lock. Whether something has come for one that was at the end. */
        private boolean look() {
            GrowingTable present = table;
            if (present == null) {
                return false;
            }
            if (!placed) {
                if (present.forgottenTs() > startTs) {
                    throw lost();
                }
                placed = true;
                block = present.blockAfter(startTs);
            }
            boolean ends = endTs == NONE && present.droppedTs() != NONE;
            endTs = present.droppedTs();
            if (nextTs != NONE) {
                return ends;
            }
            // Of one that has passed all that was known, nothing is lost.
            passForgotten(present);
            return setNext(present.tsAt(block, row)) || ends;
        }

        /** Rows that it has passed may be forgotten. */
        private void passForgotten(GrowingTable present) {
            if (block < present.firstBlock()) {
                if (nextTs <= present.forgottenTs()) {
                    throw lost();
                }
                block = present.firstBlock();
                row = 0;
            }
        }

        /** Whether the block before which it stands was forgotten, and it stands before the next one now. */
        private boolean passedForgotten() {
            synchronized (lock) {
                GrowingTable present = table;
                if (present == null || block >= present.firstBlock()) {
                    return false;
                }
                passForgotten(present);
                setNext(present.tsAt(block, row));
                return true;
            }
        }

        /** What was committed at or before the start may come later: this process has perhaps not read that far yet. */
        private boolean setNext(long ts) {
            nextTs = ts == NONE ? NONE : Math.max(ts, startTs + 1);
            return ts != NONE;
        }

        private MaintainerException lost() {
            return new MaintainerException(
                    ErrorCode.SOURCE_HISTORY_LOST,
                    "the rows of table " + id + " after " + startTs
                            + " are forgotten, because a later checkpoint was durable");
        }

        @Override
        public List<RowEvent> poll(int max, long upToTs) {
            check.run();
            List<RowEvent> polled = new ArrayList<>();
            while (nextTs <= upToTs && polled.size() < max) {
                Part part = part();
                RowBlock stored = part.stored();
                List<RowEvent> rows;
                try {
                    rows = stored == null ? part.tail() : cache.rows(stored);
                } catch (UncheckedIOException e) {
                    // Of rows before its start nobody waits until it has passed them.
                    if (!passedForgotten()) {
                        throw e;
                    }
                    continue;
                }
                int at = stored == null ? 0 : row;
                int from = at;
                while (at < rows.size() && polled.size() < max && rows.get(at).commitTs() <= upToTs) {
                    RowEvent event = rows.get(at++);
                    if (event.commitTs() > startTs && event.isWithin(span)) {
                        polled.add(event);
                    }
                }
                passed(at - from, at < rows.size() ? rows.get(at).commitTs() : NONE);
            }
            return polled;
        }

        private Part part() {
            synchronized (lock) {
                GrowingTable present = table;
                if (present == null) {
                    return new Part(null, List.of());
                }
                passForgotten(present);
                RowBlock stored = present.block(block);
                List<RowEvent> tail = present.tail();
                return new Part(stored, stored == null ? List.copyOf(tail.subList(row, tail.size())) : List.of());
            }
        }

        /**
         * So many rows of the block are behind it.
         *
         * @param ahead when the next one was committed; {@code NONE} if there was none when they were read
         */
        private void passed(int count, long ahead) {
            synchronized (lock) {
                row += count;
                GrowingTable present = table;
                if (ahead != NONE || present == null) {
                    setNext(ahead);
                    return;
                }
                passForgotten(present);
                RowBlock stored = present.block(block);
                if (stored != null && row >= stored.count()) {
                    block++;
                    row = 0;
                }
                setNext(present.tsAt(block, row));
            }
        }

        @Override
        public long nextTs() {
            return nextTs;
        }

        @Override
        public long endTs() {
            return endTs;
        }

        @Override
        public void close() {
            synchronized (lock) {
                readers.remove(this);
            }
        }
    }
}
