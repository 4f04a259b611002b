package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RecentWork;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.history.BlockHistory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A change log that grows. One thread gives it lines; dispatchers read. What is resolved rises when a line says so, and
 * readers know of everything up to there before it does. Thread-safe.
 */
final class TailedLog {
    private final Object lock = new Object();
    private final ChangeLogBuilder builder;
    private final RecentWork work;
    private final LogEvents events;
    private final BlockHistory blocks;
    private final Map<TableId, TailedRows> rows = new HashMap<>();
    /** How many DDLs are in {@code blocks}. */
    private int blockedDdls;

    private volatile long resolvedTs;
    private volatile long retainedTs;
    private volatile @Nullable MaintainerException problem;

    /**
     * Before the first line.
     *
     * @param name what errors call it
     * @param syncPointInterval after how many rows there is a sync point; 0 for none
     */
    TailedLog(String name, long syncPointInterval) {
        this.work = new RecentWork(System::nanoTime);
        this.builder = new ChangeLogBuilder(syncPointInterval, work);
        this.events = new LogEvents(name, builder);
        this.blocks = BlockHistory.growing(lock, builder.syncPoints().events());
    }

    /**
     * Takes the next line.
     *
     * @return what it was
     * @throws MaintainerException with {@code BAD_INPUT} if it is no event, or breaks the order
     */
    LogEvents.Kind accept(long number, String text) {
        List<Runnable> due = new ArrayList<>();
        LogEvents.Kind kind;
        synchronized (lock) {
            kind = events.accept(number, text);
            if (builder.resolvedTs() > resolvedTs) {
                publish(builder.resolvedTs(), due);
            }
        }
        due.forEach(Runnable::run);
        return kind;
    }

    /**
     * After the first line: takes the DDLs up to a mark in place of everything, and goes on behind it.
     *
     * @throws MaintainerException with {@code BAD_INPUT} if they do not fit the first line, or each other
     */
    void resume(LogIndex.Start start) {
        synchronized (lock) {
            for (LogIndex.Line ddl : start.ddls()) {
                LogEvents.Kind unused = events.accept(ddl.number(), ddl.text());
            }
            LogIndex.Mark mark = start.mark();
            builder.resumeAfter(mark.resolvedTs(), mark.rowsToSyncPoint());
            retainAfter(mark.resolvedTs());
            publish(mark.resolvedTs(), new ArrayList<>());
        }
    }

    /**
     * Behind the line that was taken last, if everything before is resolved.
     *
     * @param position in the file, in bytes
     * @return null if there is more than what is resolved
     */
    LogIndex.@Nullable Mark mark(long position, long line, String text) {
        synchronized (lock) {
            return builder.isWhole()
                    ? new LogIndex.Mark(
                            position,
                            line,
                            text,
                            builder.resolvedTs(),
                            builder.syncPoints().left())
                    : null;
        }
    }

    /** Gives back the room of all rows that are not needed any more. */
    void forget() {
        synchronized (lock) {
            builder.forgetUpTo(retainedTs);
        }
    }

    private void publish(long ts, List<Runnable> due) {
        for (GrowingTable table : builder.takeTouched(retainedTs)) {
            TailedRows readers = rows.get(table.id());
            if (readers != null) {
                readers.publish(table, due);
            }
        }
        List<DdlEvent> ddls = builder.ddls();
        int to = blockedDdls;
        while (to < ddls.size() && ddls.get(to).commitTs() <= ts) {
            to++;
        }
        blocks.add(ddls.subList(blockedDdls, to));
        blockedDdls = to;
        builder.syncPoints().publish(ts);
        blocks.refresh(due);
        resolvedTs = ts;
    }

    /** When the first line is there: the position before everything. */
    long firstStartTs() {
        synchronized (lock) {
            return builder.isEmpty() ? builder.resolvedTs() : builder.firstTs() - 1;
        }
    }

    /** Nothing is resolved below this: the log begins behind it. */
    void beginAt(long startTs) {
        synchronized (lock) {
            resolvedTs = Math.max(resolvedTs, startTs);
        }
    }

    /** The log cannot be read on, for the moment or for good: whoever reads is told so, and those that wait are woken. */
    void fail(MaintainerException cause) {
        boolean isNew = problem == null;
        problem = cause;
        if (isNew) {
            List<Runnable> due = new ArrayList<>();
            synchronized (lock) {
                rows.values().forEach(readers -> readers.collect(due));
                blocks.collectWaiting(due);
            }
            due.forEach(Runnable::run);
        }
    }

    /** It can be read again. */
    void recovered() {
        problem = null;
    }

    /** Throws if the log cannot be read on. */
    void check() {
        MaintainerException present = problem;
        if (present != null) {
            throw new MaintainerException(present.code(), String.valueOf(present.getMessage()), present);
        }
    }

    long resolvedTs() {
        return resolvedTs;
    }

    void retainAfter(long checkpointTs) {
        retainedTs = Math.max(retainedTs, checkpointTs);
    }

    SchemaSnapshot tablesAt(long ts) {
        check();
        synchronized (lock) {
            if (ts > resolvedTs) {
                throw new MaintainerException(
                        ErrorCode.SOURCE_UNAVAILABLE,
                        "the tables at " + ts + " are not known yet: the change log is read up to " + resolvedTs
                                + "; ask again");
            }
            return new SchemaSnapshot(
                    ts,
                    builder.tables().stream()
                            .filter(table -> table.existsAt(ts))
                            .map(table -> table.infoAt(ts))
                            .toList());
        }
    }

    List<TableInfo> tables() {
        synchronized (lock) {
            return builder.tables().stream().map(GrowingTable::info).toList();
        }
    }

    Optional<TableInfo> table(TableId id) {
        synchronized (lock) {
            return Optional.ofNullable(find(id)).map(GrowingTable::info);
        }
    }

    private @Nullable GrowingTable find(TableId id) {
        long index = id.value() - 1;
        List<GrowingTable> tables = builder.tables();
        return index >= 0 && index < tables.size() ? tables.get((int) index) : null;
    }

    private TailedRows rowsOf(TableId id) {
        return rows.computeIfAbsent(id, any -> {
            TailedRows made = new TailedRows(lock, id, builder.cache());
            GrowingTable table = find(id);
            if (table != null) {
                made.publish(table, new ArrayList<>());
            }
            return made;
        });
    }

    RowReader rows(TableSpan span, long startTs, Runnable available) {
        check();
        synchronized (lock) {
            return rowsOf(span.table()).read(span, startTs, this::check, available);
        }
    }

    BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        check();
        synchronized (lock) {
            if (span.equals(TableSpan.DDL)) {
                return blocks.read(startTs, partial, available);
            }
            TailedRows table = rowsOf(span.table());
            return blocks.read(span.table(), table::createdTs, table::droppedTs, startTs, partial, available);
        }
    }

    DdlReader ddls(long startTs) {
        check();
        return new Ddls(startTs);
    }

    RecentWork work() {
        return work;
    }

    void close() {
        synchronized (lock) {
            builder.close();
        }
    }

    private final class Ddls implements DdlReader {
        private int next;

        Ddls(long startTs) {
            synchronized (lock) {
                List<DdlEvent> all = builder.ddls();
                this.startTs = startTs;
                skip(all);
            }
        }

        private final long startTs;

        /** Some of those before the start may not have been read when it began. */
        private void skip(List<DdlEvent> all) {
            while (next < all.size() && all.get(next).commitTs() <= startTs) {
                next++;
            }
        }

        @Override
        public List<DdlEvent> poll(long upToTs) {
            check();
            List<DdlEvent> together = new ArrayList<>();
            synchronized (lock) {
                List<DdlEvent> all = builder.ddls();
                long ts = nextTs();
                while (ts != RowReader.NONE
                        && ts <= upToTs
                        && next < all.size()
                        && all.get(next).commitTs() == ts) {
                    together.add(all.get(next++));
                }
            }
            return together;
        }

        @Override
        public long nextTs() {
            synchronized (lock) {
                List<DdlEvent> all = builder.ddls();
                skip(all);
                return next < all.size() ? all.get(next).commitTs() : RowReader.NONE;
            }
        }
    }
}
