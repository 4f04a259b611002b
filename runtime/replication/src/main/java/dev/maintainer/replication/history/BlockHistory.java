package dev.maintainer.replication.history;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.Bisection;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.BlockEvents;
import dev.maintainer.replication.event.DdlEvent;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The block events of a source, by whom they concern, so that a reader passes over none that are not its own. It may grow, by
 * later events. Thread-safe.
 */
public final class BlockHistory {
    private final Object lock;
    private final List<BlockEvent> ddls = new ArrayList<>();
    private final Map<TableId, List<BlockEvent>> byTable = new HashMap<>();
    private final List<BlockEvent> syncPoints;
    /** Those of one table that are at the end of a log that grows. */
    private final Map<TableId, Set<Reader>> waiting = new HashMap<>();
    /** Those of all tables that are. */
    private final Set<Reader> waitingForAll = new LinkedHashSet<>();
    /** The tables for which something has come since readers looked, and how many sync points they know. */
    private final Set<TableId> touched = new LinkedHashSet<>();

    private int knownSyncPoints;

    private final boolean grows;

    private BlockHistory(Object lock, List<BlockEvent> syncPoints, boolean grows) {
        this.lock = lock;
        this.syncPoints = syncPoints;
        this.grows = grows;
    }

    /**
     * The events of a finished history.
     *
     * @param all DDLs, in commit order
     * @param syncPoints in their order
     * @return the events
     */
    public static BlockHistory finished(List<DdlEvent> all, List<BlockEvent> syncPoints) {
        BlockHistory blocks = new BlockHistory(new Object(), syncPoints, false);
        blocks.add(all);
        return blocks;
    }

    /**
     * The events of a history that grows, without DDLs so far.
     *
     * @param lock held by whoever lets the history grow
     * @param syncPoints in their order; grows under the lock
     * @return the events
     */
    public static BlockHistory growing(Object lock, List<BlockEvent> syncPoints) {
        return new BlockHistory(lock, syncPoints, true);
    }

    /**
     * More DDLs.
     *
     * @param more in commit order, whole transactions, later than all before
     */
    public void add(List<DdlEvent> more) {
        synchronized (lock) {
            int from = 0;
            for (int to = 1; to <= more.size(); to++) {
                if (to == more.size()
                        || more.get(to).commitTs() != more.get(from).commitTs()) {
                    addEvent(more.subList(from, to));
                    from = to;
                }
            }
        }
    }

    private void addEvent(List<DdlEvent> together) {
        BlockEvents.of(together).ifPresent(event -> {
            ddls.add(event);
            for (TableId table : BlockEvents.concerned(together)) {
                of(table).add(event);
                if (grows) {
                    touched.add(table);
                }
            }
        });
    }

    private List<BlockEvent> of(TableId table) {
        return byTable.computeIfAbsent(table, any -> new ArrayList<>(1));
    }

    /**
     * Lets readers that were at the end see what has come.
     *
     * @param due takes what tells those for which something has come
     */
    public void refresh(Collection<Runnable> due) {
        synchronized (lock) {
            List<Reader> concerned = new ArrayList<>(waitingForAll);
            if (syncPoints.size() > knownSyncPoints) {
                waiting.values().forEach(concerned::addAll);
            } else {
                touched.forEach(table -> concerned.addAll(waiting.getOrDefault(table, Set.of())));
            }
            knownSyncPoints = syncPoints.size();
            touched.clear();
            for (Reader reader : concerned) {
                reader.advance();
                if (reader.nextTs() != RowReader.NONE) {
                    due.add(reader.available);
                }
            }
        }
    }

    /**
     * Names those that wait for more.
     *
     * @param due takes what tells them
     */
    public void collectWaiting(Collection<Runnable> due) {
        synchronized (lock) {
            waitingForAll.forEach(reader -> due.add(reader.available));
            waiting.values().forEach(readers -> readers.forEach(reader -> due.add(reader.available)));
        }
    }

    /**
     * All events.
     *
     * @param startTs what was committed after this position
     * @param partial what of the position after it is over
     * @param available called when something has come for a reader that was at the end
     * @return a reader before the first of them
     */
    public BlockReader read(long startTs, PartialCommit partial, Runnable available) {
        synchronized (lock) {
            return new Reader(null, List.of(ddls, syncPoints), isLeft(startTs, partial), any -> true, available);
        }
    }

    /**
     * The events of a table.
     *
     * @param table which one
     * @param createdTs when it came into being; {@link Long#MAX_VALUE} while that is not known
     * @param droppedTs when it went; {@link Long#MAX_VALUE} while it is there
     * @param startTs what was committed after this position
     * @param partial what of the position after it is over
     * @param available called when something has come for a reader that was at the end
     * @return a reader before the first of them
     */
    public BlockReader read(
            TableId table,
            LongSupplier createdTs,
            LongSupplier droppedTs,
            long startTs,
            PartialCommit partial,
            Runnable available) {
        Predicate<BlockKey> isLeft = isLeft(startTs, partial);
        synchronized (lock) {
            return new Reader(
                    table,
                    List.of(grows ? of(table) : byTable.getOrDefault(table, List.of()), syncPoints),
                    key -> isLeft.test(key) && isBehindDdlAt(key, createdTs.getAsLong()),
                    key -> !isBehindDdlAt(key, droppedTs.getAsLong()),
                    available);
        }
    }

    private static Predicate<BlockKey> isLeft(long startTs, PartialCommit partial) {
        return partial == PartialCommit.ROWS_AND_DDL
                ? key -> isBehindDdlAt(key, startTs + 1)
                : key -> key.commitTs() > startTs;
    }

    /** The DDL at {@code ts} itself, as all that precedes it, meets the tables that were there before. */
    private static boolean isBehindDdlAt(BlockKey key, long ts) {
        return key.commitTs() > ts || (key.commitTs() == ts && key.kind() != BlockKind.DDL);
    }

    /** Merges some lists. */
    private final class Reader implements BlockReader {
        private final @Nullable TableId table;
        private final List<List<BlockEvent>> lists;
        private final Predicate<BlockKey> begun;
        private final Predicate<BlockKey> alive;
        private final Runnable available;
        private final int[] next;
        private volatile @Nullable BlockEvent ahead;

        /**
         * Before the first event.
         *
         * @param table whose events these are; null if they are those of all tables
         * @param lists each in order, no two with the same event
         * @param begun false up to somewhere, true from there on: where to begin
         * @param alive true up to somewhere, false from there on: where to end
         */
        Reader(
                @Nullable TableId table,
                List<List<BlockEvent>> lists,
                Predicate<BlockKey> begun,
                Predicate<BlockKey> alive,
                Runnable available) {
            this.table = table;
            this.lists = lists;
            this.begun = begun;
            this.alive = alive;
            this.available = available;
            this.next = new int[lists.size()];
            advance();
        }

        private void advance() {
            BlockEvent earliest = null;
            int from = -1;
            for (int i = 0; i < next.length; i++) {
                List<BlockEvent> list = lists.get(i);
                if (next[i] < list.size() && !begun.test(list.get(next[i]).key())) {
                    next[i] = Bisection.first(
                            next[i],
                            list.size(),
                            index -> begun.test(list.get(index).key()));
                }
                if (next[i] < list.size()) {
                    BlockEvent event = list.get(next[i]);
                    boolean first = earliest == null || event.key().compareTo(earliest.key()) < 0;
                    if (first && alive.test(event.key())) {
                        earliest = event;
                        from = i;
                    }
                }
            }
            if (from >= 0) {
                next[from]++;
                stopWaiting();
            } else if (grows) {
                await();
            }
            ahead = earliest;
        }

        private void await() {
            if (table == null) {
                waitingForAll.add(this);
            } else {
                waiting.computeIfAbsent(table, any -> new LinkedHashSet<>(2)).add(this);
            }
        }

        private void stopWaiting() {
            if (table == null) {
                waitingForAll.remove(this);
                return;
            }
            Set<Reader> ofTable = waiting.get(table);
            if (ofTable != null && ofTable.remove(this) && ofTable.isEmpty()) {
                waiting.remove(table);
            }
        }

        @Override
        public @Nullable BlockEvent poll(long upToTs) {
            synchronized (lock) {
                BlockEvent event = ahead;
                if (event == null || event.key().commitTs() > upToTs) {
                    return null;
                }
                advance();
                return event;
            }
        }

        @Override
        public long nextTs() {
            BlockEvent event = ahead;
            return event == null ? RowReader.NONE : event.key().commitTs();
        }

        @Override
        public void close() {
            synchronized (lock) {
                stopWaiting();
            }
        }
    }
}
