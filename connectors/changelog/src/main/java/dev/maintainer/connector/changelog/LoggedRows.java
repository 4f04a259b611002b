package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.Bisection;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.RowBlock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The row changes of one table in commit order, in blocks that are read on demand. A block ends with the end of a
 * transaction, so no two have one commitTs. Immutable, thread-safe.
 */
public final class LoggedRows {
    private final BlockCache cache;
    private final RowBlock[] blocks;

    LoggedRows(BlockCache cache, List<RowBlock> blocks) {
        this.cache = cache;
        this.blocks = blocks.toArray(new RowBlock[0]);
    }

    /** Number of changes. */
    public long size() {
        long size = 0;
        for (RowBlock block : blocks) {
            size += block.count();
        }
        return size;
    }

    /**
     * Hands out the changes of a time, in commit order.
     *
     * @param afterTs those after this moment; a TSO
     * @param upToTs and up to this one, inclusive; a TSO
     */
    public void forEach(long afterTs, long upToTs, Consumer<RowEvent> consumer) {
        for (int i = blockAfter(afterTs); i < blocks.length && blocks[i].firstTs() <= upToTs; i++) {
            for (RowEvent row : cache.rows(blocks[i])) {
                if (row.commitTs() > afterTs && row.commitTs() <= upToTs) {
                    consumer.accept(row);
                }
            }
        }
    }

    /** All changes, in memory. For small tables. */
    public List<RowEvent> all() {
        List<RowEvent> all = new ArrayList<>();
        forEach(0, Long.MAX_VALUE, all::add);
        return all;
    }

    /** The first block with a change after {@code ts}. */
    private int blockAfter(long ts) {
        return Bisection.first(0, blocks.length, index -> blocks[index].lastTs() > ts);
    }

    RowReader read(TableSpan span, long startTs, long endTs) {
        return new Reader(span, startTs, endTs);
    }

    /** Stands between two changes, and holds neither. */
    private final class Reader implements RowReader {
        private final TableSpan span;
        private final long endTs;
        private int block;
        /** Of the present block; unknown before the first poll. */
        private int next = -1;

        private final long startTs;
        private volatile long nextTs;

        Reader(TableSpan span, long startTs, long endTs) {
            this.span = span;
            this.startTs = startTs;
            this.endTs = endTs;
            this.block = blockAfter(startTs);
            this.nextTs = block < blocks.length ? Math.max(blocks[block].firstTs(), startTs + 1) : NONE;
        }

        @Override
        public List<RowEvent> poll(int max, long upToTs) {
            List<RowEvent> polled = new ArrayList<>();
            while (block < blocks.length && polled.size() < max && nextTs <= upToTs) {
                List<RowEvent> rows = cache.rows(blocks[block]);
                int at = next < 0 ? firstAfter(rows) : next;
                while (at < rows.size() && polled.size() < max && rows.get(at).commitTs() <= upToTs) {
                    RowEvent row = rows.get(at++);
                    if (row.isWithin(span)) {
                        polled.add(row);
                    }
                }
                if (at < rows.size()) {
                    next = at;
                    nextTs = rows.get(at).commitTs();
                    break;
                }
                block++;
                next = 0;
                nextTs = block < blocks.length ? blocks[block].firstTs() : NONE;
            }
            return polled;
        }

        private int firstAfter(List<RowEvent> rows) {
            int at = 0;
            while (at < rows.size() && rows.get(at).commitTs() <= startTs) {
                at++;
            }
            return at;
        }

        @Override
        public long nextTs() {
            return nextTs;
        }

        @Override
        public long endTs() {
            return endTs;
        }
    }
}
