package dev.maintainer.connector.postgres.sink;

import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a batch amounts to: the last change of each key, without what the sink has already. Pure.
 *
 * @param written those that leave a row
 * @param deleted those that leave none
 * @param applied how many changes were new
 * @param again how many were not
 */
record LatestRows(List<RowEvent> written, List<RowEvent> deleted, int applied, int again) {
    /**
     * What the sink has of a key.
     *
     * @param commitTs the latest change that is there; 0 if none is
     * @param same whether the row that is there is exactly that of the change that was asked about
     */
    record Known(long commitTs, boolean same) {
        static final Known NOTHING = new Known(0, false);
    }

    /** Asks the sink what it has of some keys; those of which it has nothing may be missing in the answer. */
    interface Lookup<E extends Exception> {
        Map<String, Known> of(List<RowEvent> last) throws E;
    }

    /** A batch of rows that are all later than whatever was written. */
    static LatestRows ofNew(List<RowEvent> batch) {
        return split(lastOf(batch), batch.size(), 0);
    }

    /**
     * A batch of rows of which some may have been written before.
     *
     * @param batch in commit order
     * @param progress what is complete; of that no key is looked up, for it is forgotten what was deleted
     * @param lookup asks for the rest
     */
    static <E extends Exception> LatestRows ofRepeated(List<RowEvent> batch, SpanProgress progress, Lookup<E> lookup)
            throws E {
        List<RowEvent> open = batch.stream()
                .filter(event -> event.commitTs() > progress.floor(event.position()))
                .toList();
        List<RowEvent> last = lastOf(open);
        Map<String, Known> known = last.isEmpty() ? Map.of() : lookup.of(last);
        int applied = (int) open.stream()
                .filter(event -> event.commitTs() > knownOf(known, event).commitTs())
                .count();
        Predicate<RowEvent> isMissing = event -> {
            Known there = knownOf(known, event);
            return event.commitTs() > there.commitTs() || (event.commitTs() == there.commitTs() && !there.same());
        };
        return split(last.stream().filter(isMissing).toList(), applied, batch.size() - applied);
    }

    private static Known knownOf(Map<String, Known> known, RowEvent event) {
        return known.getOrDefault(event.key(), Known.NOTHING);
    }

    private static List<RowEvent> lastOf(List<RowEvent> batch) {
        Map<String, RowEvent> last = new LinkedHashMap<>();
        batch.forEach(event -> last.put(event.key(), event));
        return List.copyOf(last.values());
    }

    private static LatestRows split(List<RowEvent> last, int applied, int again) {
        List<RowEvent> written = new ArrayList<>();
        List<RowEvent> deleted = new ArrayList<>();
        last.forEach(event -> (event.row() == null ? deleted : written).add(event));
        return new LatestRows(written, deleted, applied, again);
    }

    /** Collects what is known of keys. */
    static final class KnownRows {
        private final Map<String, Known> known = new HashMap<>();

        void add(RowEvent asked, @Nullable Long row, @Nullable Long deletion, boolean sameRow) {
            long rowTs = row == null ? 0 : row;
            long deletionTs = deletion == null ? 0 : deletion;
            long ts = Math.max(rowTs, deletionTs);
            boolean isDeleted = deletionTs >= rowTs;
            known.put(asked.key(), new Known(ts, asked.row() == null ? isDeleted : !isDeleted && sameRow));
        }

        Map<String, Known> all() {
            return known;
        }
    }
}
