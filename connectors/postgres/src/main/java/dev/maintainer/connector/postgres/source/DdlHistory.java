package dev.maintainer.connector.postgres.source;

import com.google.common.collect.Lists;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.history.BlockHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The DDLs and sync points of a source as they come, and whoever reads them. Thread-safe. */
final class DdlHistory {
    private final Object lock = new Object();
    private final List<List<DdlEvent>> groups = new ArrayList<>();
    private final List<Long> syncPoints = new ArrayList<>();
    private final BlockHistory blocks = BlockHistory.growing(lock, Lists.transform(syncPoints, BlockEvent::syncPoint));

    /**
     * More DDLs.
     *
     * @param group all of one transaction, later than all before; nothing is no DDL
     */
    void add(List<DdlEvent> group) {
        if (group.isEmpty()) {
            return;
        }
        List<Runnable> due = new ArrayList<>();
        synchronized (lock) {
            groups.add(List.copyOf(group));
            blocks.add(group);
            blocks.refresh(due);
        }
        due.forEach(Runnable::run);
    }

    /** One more sync point, unless it is one of those that are known, or before them. */
    void addSyncPoint(long ts) {
        List<Runnable> due = new ArrayList<>();
        synchronized (lock) {
            if (!syncPoints.isEmpty() && syncPoints.get(syncPoints.size() - 1) >= ts) {
                return;
            }
            syncPoints.add(ts);
            blocks.refresh(due);
        }
        due.forEach(Runnable::run);
    }

    /** What was committed after a position. */
    DdlReader read(long startTs) {
        return new Reader(startTs);
    }

    /** The events at which dispatchers stop. */
    BlockReader blocks(Function<BlockHistory, BlockReader> reading) {
        return reading.apply(blocks);
    }

    private final class Reader implements DdlReader {
        private final long startTs;
        private int next;

        Reader(long startTs) {
            this.startTs = startTs;
        }

        @Override
        public List<DdlEvent> poll(long upToTs) {
            synchronized (lock) {
                return firstTs() <= upToTs ? groups.get(next++) : List.of();
            }
        }

        @Override
        public long nextTs() {
            synchronized (lock) {
                return firstTs();
            }
        }

        /** The log may be read from further back than where somebody begins, so earlier ones may come later. */
        private long firstTs() {
            while (next < groups.size() && tsOf(next) <= startTs) {
                next++;
            }
            return next < groups.size() ? tsOf(next) : RowReader.NONE;
        }

        private long tsOf(int group) {
            return groups.get(group).get(0).commitTs();
        }
    }
}
