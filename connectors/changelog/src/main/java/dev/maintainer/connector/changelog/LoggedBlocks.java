package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.BlockEvents;
import dev.maintainer.replication.event.DdlEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The block events of a log, by whom they concern, so that a reader passes over none that are not its own. Immutable,
 * thread-safe.
 */
final class LoggedBlocks {
    private final List<BlockEvent> ddls = new ArrayList<>();
    private final Map<TableId, List<BlockEvent>> byTable = new HashMap<>();
    private final List<BlockEvent> syncPoints;

    /**
     * The events of a log.
     *
     * @param all DDLs, in commit order
     * @param syncPoints in their order
     */
    LoggedBlocks(List<DdlEvent> all, List<BlockEvent> syncPoints) {
        this.syncPoints = syncPoints;
        int from = 0;
        for (int to = 1; to <= all.size(); to++) {
            if (to == all.size() || all.get(to).commitTs() != all.get(from).commitTs()) {
                add(all.subList(from, to));
                from = to;
            }
        }
    }

    private void add(List<DdlEvent> together) {
        BlockEvents.of(together).ifPresent(event -> {
            ddls.add(event);
            BlockEvents.concerned(together)
                    .forEach(table -> byTable.computeIfAbsent(table, any -> new ArrayList<>(1))
                            .add(event));
        });
    }

    /**
     * All events.
     *
     * @param startTs what was committed after this moment; a TSO
     * @param partial what of the time after it is over
     */
    BlockReader read(long startTs, PartialCommit partial) {
        return new Reader(List.of(ddls, syncPoints), isLeft(startTs, partial), any -> true);
    }

    /** The events of a table; otherwise as {@link #read}. */
    BlockReader read(LoggedTable table, long startTs, PartialCommit partial) {
        Predicate<BlockKey> isLeft = isLeft(startTs, partial);
        return new Reader(
                List.of(byTable.getOrDefault(table.table(), List.of()), syncPoints),
                key -> isLeft.test(key) && isBehindDdlAt(key, table.createdTs()),
                key -> !isBehindDdlAt(key, table.droppedTs()));
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
    private static final class Reader implements BlockReader {
        private final List<List<BlockEvent>> lists = new ArrayList<>(1);
        private final int[] next;
        private volatile @Nullable BlockEvent ahead;

        /**
         * Before the first event.
         *
         * @param all each in order, no two with the same event
         * @param begun false up to somewhere, true from there on: where to begin
         * @param alive true up to somewhere, false from there on: where to end
         */
        Reader(List<List<BlockEvent>> all, Predicate<BlockKey> begun, Predicate<BlockKey> alive) {
            List<Integer> first = new ArrayList<>(1);
            for (List<BlockEvent> list : all) {
                int from = firstWith(list, begun);
                int to = firstWith(list, alive.negate());
                if (from < to) {
                    lists.add(list.subList(0, to));
                    first.add(from);
                }
            }
            next = first.stream().mapToInt(Integer::intValue).toArray();
            advance();
        }

        private static int firstWith(List<BlockEvent> list, Predicate<BlockKey> holds) {
            int low = 0;
            int high = list.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (holds.test(list.get(middle).key())) {
                    high = middle;
                } else {
                    low = middle + 1;
                }
            }
            return low;
        }

        private void advance() {
            BlockEvent earliest = null;
            int from = -1;
            for (int i = 0; i < next.length; i++) {
                if (next[i] < lists.get(i).size()) {
                    BlockEvent event = lists.get(i).get(next[i]);
                    if (earliest == null || event.key().compareTo(earliest.key()) < 0) {
                        earliest = event;
                        from = i;
                    }
                }
            }
            if (from >= 0) {
                next[from]++;
            }
            ahead = earliest;
        }

        @Override
        public @Nullable BlockEvent poll(long upToTs) {
            BlockEvent event = ahead;
            if (event == null || event.key().commitTs() > upToTs) {
                return null;
            }
            advance();
            return event;
        }

        @Override
        public long nextTs() {
            BlockEvent event = ahead;
            return event == null ? RowReader.NONE : event.key().commitTs();
        }
    }
}
