package dev.maintainer.connector.postgres.sink;

import dev.maintainer.connector.postgres.catalog.KeylessKey;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a batch amounts to for a table without a key, where no two rows can be told apart that are equal. Each change counts once,
 * because it is known up to which place in the log everything was written. Pure.
 */
final class KeylessBatch {
    /** What is done, one after the other. */
    sealed interface Step {}

    /** All rows go. */
    record Empty() implements Step {}

    /**
     * As many rows go as are equal to some, and then others come.
     *
     * @param format how they are written
     * @param places of the columns that are told
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Exchange(RowFormat format, int[] places, List<RowValues> going, List<RowValues> coming) implements Step {
        @Override
        public String toString() {
            return going.size() + " rows go, and " + coming.size() + " come";
        }
    }

    private final Function<@Nullable String, RowFormat> formats;
    private final List<Step> steps = new ArrayList<>();
    private KeylessProgress progress;
    private int applied;
    private int again;
    private boolean begins;
    private long completeTs;

    // Of the step that is being made.
    private @Nullable RowFormat format;
    private BitSet known = new BitSet();
    private List<RowValues> going = new ArrayList<>();
    /** Those that come, in their order, and by their text. */
    private final TreeMap<Integer, RowValues> coming = new TreeMap<>();

    private final Map<String, Deque<Integer>> comingByText = new HashMap<>();
    private int nextComing;

    private KeylessBatch(KeylessProgress progress, Function<@Nullable String, RowFormat> formats) {
        this.progress = progress;
        this.formats = formats;
    }

    /**
     * A batch without what is there.
     *
     * @param progress what is there
     * @param events in the order of the log
     * @param formats how rows of a definition are written; not asked for those that are there
     */
    static KeylessBatch of(
            KeylessProgress progress, List<RowEvent> events, Function<@Nullable String, RowFormat> formats) {
        KeylessBatch batch = new KeylessBatch(progress, formats);
        events.forEach(batch::add);
        batch.endStep();
        return batch;
    }

    private void add(RowEvent event) {
        KeylessKey key = KeylessKey.parse(event.key());
        if (key instanceof KeylessKey.CopyBegins) {
            endStep();
            steps.add(new Empty());
            progress = new KeylessProgress(event.commitTs(), 0, null);
            begins = true;
            completeTs = 0;
        } else if (key instanceof KeylessKey.Copied) {
            comes(event);
            applied++;
        } else if (key instanceof KeylessKey.CopyEnds end) {
            progress = new KeylessProgress(event.commitTs(), 0, end);
            completeTs = event.commitTs();
        } else if (key instanceof KeylessKey.Change change) {
            add(event, change);
        }
    }

    private void add(RowEvent event, KeylessKey.Change change) {
        if (progress.has(event.commitTs(), change.place())) {
            again++;
            return;
        }
        boolean isCopied = progress.isCopied(event.commitTs(), change.xid());
        progress = progress.behind(event.commitTs(), change.place());
        if (isCopied) {
            again++;
            return;
        }
        applied++;
        if (change.before() != null) {
            goes(event, change.before());
        }
        if (event.row() != null) {
            comes(event);
        }
    }

    private void goes(RowEvent event, String row) {
        RowValues values = begin(event, row);
        Deque<Integer> equal = comingByText.get(row);
        Integer last = equal == null ? null : equal.pollLast();
        if (last == null) {
            going.add(values);
        } else {
            coming.remove(last);
        }
    }

    private void comes(RowEvent event) {
        String row = Objects.requireNonNull(event.row());
        RowValues values = begin(event, row);
        coming.put(nextComing, values);
        comingByText.computeIfAbsent(row, any -> new ArrayDeque<>(1)).addLast(nextComing++);
    }

    /** Rows that tell other columns are equal to what the table has, and not to what is still to come. */
    private RowValues begin(RowEvent event, String row) {
        RowFormat fitting = formats.apply(event.definition());
        RowValues values = fitting.values(row);
        if (!fitting.equals(format) || !values.knows(known)) {
            endStep();
            format = fitting;
            known = values.known();
        }
        return values;
    }

    private void endStep() {
        RowFormat fitting = format;
        if (fitting != null && !(going.isEmpty() && coming.isEmpty())) {
            steps.add(new Exchange(fitting, known.stream().toArray(), going, List.copyOf(coming.values())));
        }
        going = new ArrayList<>();
        coming.clear();
        comingByText.clear();
    }

    List<Step> steps() {
        return steps;
    }

    /** What is there when all steps are done. */
    KeylessProgress progress() {
        return progress;
    }

    /** Whether a copy begins, so that nothing counts that was known before. */
    boolean begins() {
        return begins;
    }

    /** Up to which position all is there, because a copy has ended; 0 if none has. */
    long completeTs() {
        return completeTs;
    }

    int applied() {
        return applied;
    }

    int again() {
        return again;
    }
}
