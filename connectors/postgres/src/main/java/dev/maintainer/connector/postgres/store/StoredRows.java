package dev.maintainer.connector.postgres.store;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the rows of a span. It stands between two rows, and holds neither; a table without rows costs it nothing. */
final class StoredRows implements RowReader {
    /** Each batch takes five round trips to the sink, and from some hundred rows on the sink has a cheaper way to insert them. */
    private static final int MOST_ROWS = 1_024;

    /** A batch ends with the row with which it has so many. */
    private static final long ENOUGH_BYTES = 1L << 20;

    private final EventStore store;
    private final StoredTable table;
    private final TableSpan span;
    private final long startTs;
    private final Runnable available;
    /** The block in which the next row is, and how many rows of it are behind. Changed under the lock of the store. */
    private long block;

    private int row;
    private volatile long nextTs;

    /** Under the lock of the store. */
    StoredRows(EventStore store, StoredTable table, TableSpan span, long startTs, Runnable available) {
        this.store = store;
        this.table = table;
        this.span = span;
        this.startTs = startTs;
        this.available = available;
        this.block = table.after(startTs);
        setNext(table.firstTs(block));
    }

    Runnable available() {
        return available;
    }

    TableSpan span() {
        return span;
    }

    /** Under the lock: whether it has waited for the block that has come. */
    boolean blockCame() {
        if (nextTs != NONE) {
            return false;
        }
        // Nothing is lost to one that has passed all that there was.
        block = Math.max(block, table.first());
        setNext(table.firstTs(block));
        return nextTs != NONE;
    }

    /** Under the lock. Where a checkpoint is ahead of what is stored, blocks come and go that nobody asks for. */
    private void refuseGone() {
        if (block >= table.first()) {
            return;
        }
        if (store.beginTs() > startTs) {
            throw forgotten(String.valueOf(span.table()));
        }
        block = table.first();
        row = 0;
        setNext(table.firstTs(block));
    }

    static MaintainerException forgotten(String table) {
        return new MaintainerException(
                ErrorCode.SOURCE_HISTORY_LOST,
                "rows of table " + table + " that were not read are forgotten, because a later checkpoint was durable");
    }

    private void setNext(long ts) {
        nextTs = ts == NONE ? NONE : Math.max(ts, startTs + 1);
    }

    @Override
    public List<RowEvent> poll(int max, long upToTs) {
        store.check();
        List<RowEvent> polled = new ArrayList<>(Math.min(max, MOST_ROWS));
        long bytes = 0;
        while (nextTs <= upToTs && polled.size() < max && bytes < ENOUGH_BYTES) {
            @Nullable StoredBlock present = present();
            if (present == null) {
                break;
            }
            List<RowEvent> rows = store.rowsOf(present);
            int at = row;
            while (at < rows.size()
                    && polled.size() < max
                    && bytes < ENOUGH_BYTES
                    && rows.get(at).commitTs() <= upToTs) {
                RowEvent event = rows.get(at++);
                if (event.commitTs() > startTs && event.isWithin(span)) {
                    polled.add(event);
                    bytes += event.size();
                }
            }
            advance(at, at < rows.size() ? rows.get(at).commitTs() : NONE);
        }
        return polled;
    }

    private @Nullable StoredBlock present() {
        synchronized (store.lock()) {
            refuseGone();
            return table.block(block);
        }
    }

    /**
     * So many rows of the block are behind.
     *
     * @param ahead when the next one of it was committed; {@link #NONE} if there is none
     */
    private void advance(int passed, long ahead) {
        synchronized (store.lock()) {
            row = passed;
            if (ahead == NONE) {
                block++;
                row = 0;
                refuseGone();
                setNext(table.firstTs(block));
            } else {
                setNext(ahead);
            }
        }
    }

    @Override
    public long nextTs() {
        return nextTs;
    }

    @Override
    public int batchRows() {
        return MOST_ROWS;
    }

    @Override
    public void close() {
        synchronized (store.lock()) {
            table.forget(this);
            store.dropIdle(span.table());
        }
    }
}
