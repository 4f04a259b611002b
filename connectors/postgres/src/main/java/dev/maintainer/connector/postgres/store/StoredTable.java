package dev.maintainer.connector.postgres.store;

import dev.maintainer.replication.Bisection;
import dev.maintainer.replication.RowReader;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of one table, and who reads them. Blocks are counted from the first one that there ever was, so the number of a
 * block stays what it is when those before it go. All of it happens under the lock of the store.
 */
final class StoredTable {
    private final List<StoredBlock> blocks = new ArrayList<>(1);
    private final Set<StoredRows> readers = new LinkedHashSet<>(1);
    private long dropped;

    /** Another block has come: adds to {@code due} what tells the readers that waited for one. */
    void add(StoredBlock block, Collection<Runnable> due) {
        blocks.add(block);
        for (StoredRows reader : readers) {
            if (reader.blockCame()) {
                due.add(reader.available());
            }
        }
    }

    /** The blocks of a file are gone, which has the first ones. */
    void dropUpTo(Segment segment) {
        int gone = 0;
        while (gone < blocks.size() && blocks.get(gone).segment().number() <= segment.number()) {
            gone++;
        }
        blocks.subList(0, gone).clear();
        dropped += gone;
    }

    boolean isIdle() {
        return blocks.isEmpty() && readers.isEmpty();
    }

    int size() {
        return blocks.size();
    }

    void register(StoredRows reader) {
        readers.add(reader);
    }

    void forget(StoredRows reader) {
        readers.remove(reader);
    }

    Set<StoredRows> readers() {
        return readers;
    }

    /** The number of the first block that is there; that of the next one to come if none is. */
    long first() {
        return dropped;
    }

    /** The number of the first block with a row after {@code ts}; that of the next one to come if there is none. */
    long after(long ts) {
        return dropped
                + Bisection.first(0, blocks.size(), index -> blocks.get(index).lastTs() > ts);
    }

    /** A block that is not gone; null if it has not come yet. */
    @Nullable
    StoredBlock block(long number) {
        long index = number - dropped;
        return index < blocks.size() ? blocks.get((int) index) : null;
    }

    /** When the first row of a block was committed; {@link RowReader#NONE} if it has not come yet. */
    long firstTs(long number) {
        StoredBlock block = block(number);
        return block == null ? RowReader.NONE : block.firstTs();
    }
}
