package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.BlockEvent;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.RandomAccess;

/**
 * Where the sync points of a log are: after every so many row events, at the end of the transaction that contains the last
 * of them. Depends on the log alone, so all processes agree. Not thread-safe while it grows.
 */
final class SyncPoints {
    private final long interval;
    private long left;
    private long[] known = new long[16];
    private int count;
    private int published;

    /**
     * None yet.
     *
     * @param interval how many row events lie between two of them; 0 for a log without any
     */
    SyncPoints(long interval) {
        if (interval < 0) {
            throw new IllegalArgumentException("a sync point after every " + interval + " row events");
        }
        this.interval = interval;
        this.left = interval;
    }

    /** The next row event, committed at {@code ts}, a TSO. */
    void row(long ts) {
        if (interval == 0 || --left > 0) {
            return;
        }
        left = interval;
        if (count > 0 && known[count - 1] == ts) {
            return;
        }
        if (count == known.length) {
            known = Arrays.copyOf(known, count * 2);
        }
        known[count++] = ts;
    }

    /** After how many more rows the next one is; 0 if there are none. */
    long left() {
        return left;
    }

    /** The next one is after so many more rows; those before are not known. */
    void resume(long rows) {
        left = rows;
    }

    /** As events, in their order, up to what was published last. */
    List<BlockEvent> events() {
        return new Events();
    }

    /** Those up to {@code ts}, a TSO, are events from now on. */
    void publish(long ts) {
        while (published < count && known[published] <= ts) {
            published++;
        }
    }

    /** Eight bytes each: a long log may have many. */
    private final class Events extends AbstractList<BlockEvent> implements RandomAccess {
        @Override
        public BlockEvent get(int index) {
            return BlockEvent.syncPoint(known[Objects.checkIndex(index, published)]);
        }

        @Override
        public int size() {
            return published;
        }
    }
}
