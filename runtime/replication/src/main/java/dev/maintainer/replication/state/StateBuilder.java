package dev.maintainer.replication.state;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.api.text.Utf8Order;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.event.RowEvent.Op;
import dev.maintainer.replication.file.Spool;
import dev.maintainer.replication.json.PartOfRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.PriorityQueue;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Computes the rows of one table from changes in any order: of all changes of a key the latest one that tells all of the row counts,
 * with those after it that tell a part. Memory is bounded: whatever exceeds it is sorted and set aside in a file, and merged when it
 * is read (external merge sort; Knuth, The Art of Computer Programming, volume 3, section 5.4). Not thread-safe.
 */
public final class StateBuilder implements AutoCloseable {
    /** What a change costs beside its text. */
    private static final int OVERHEAD = 200;

    private static final Comparator<RowEvent> BY_KEY = Comparator.comparing(RowEvent::key, Utf8Order.INSTANCE);
    private static final Comparator<RowEvent> BY_TIME =
            Comparator.comparingLong(RowEvent::commitTs).thenComparingLong(RowEvent::number);

    private final Spool spool;
    private final int limit;
    /** Of each key, its latest change that tells all of the row. */
    private final Map<String, RowEvent> latest = new HashMap<>();
    /** Of keys that have any, later changes that tell a part. */
    private final Map<String, NavigableSet<RowEvent>> parts = new HashMap<>();

    private final List<SortedRun> runs = new ArrayList<>();
    private long held;

    /** No changes yet; holds some 16 MB of them in memory. */
    public StateBuilder() {
        this(16 << 20);
    }

    /**
     * No changes yet.
     *
     * @param limit how many bytes of them may be in memory, about
     */
    public StateBuilder(int limit) {
        this.limit = limit;
        this.spool = new Spool(0);
    }

    /**
     * A change of a row.
     *
     * @throws IOException if what exceeds the memory cannot be set aside
     */
    public void add(RowEvent event) throws IOException {
        RowEvent known = latest.get(event.key());
        if (known != null && !event.isLaterThan(known)) {
            return;
        }
        if (event.op() == Op.P) {
            addPart(event);
        } else {
            latest.put(event.key(), event);
            held += cost(event) - (known == null ? 0 : cost(known));
            dropParts(event);
        }
        if (held > limit) {
            runs.add(SortedRun.write(spool, sorted()));
            latest.clear();
            parts.clear();
            held = 0;
        }
    }

    private void addPart(RowEvent event) {
        if (parts.computeIfAbsent(event.key(), any -> new TreeSet<>(BY_TIME)).add(event)) {
            held += cost(event);
        }
    }

    /** Those before a change that tells all. */
    private void dropParts(RowEvent whole) {
        NavigableSet<RowEvent> known = parts.get(whole.key());
        if (known == null) {
            return;
        }
        NavigableSet<RowEvent> earlier = known.headSet(whole, true);
        earlier.forEach(part -> held -= cost(part));
        earlier.clear();
        if (known.isEmpty()) {
            parts.remove(whole.key());
        }
    }

    private static long cost(RowEvent event) {
        String row = event.row();
        return OVERHEAD + 2L * event.key().length() + (row == null ? 0 : 2L * row.length());
    }

    private List<RowEvent> sorted() {
        List<RowEvent> events = new ArrayList<>(latest.values());
        parts.values().forEach(events::addAll);
        events.sort(BY_KEY.thenComparing(BY_TIME));
        return events;
    }

    /**
     * The rows that there are; called once, after the last change. The cursor is to be closed, and this with it.
     *
     * @throws IOException if what was set aside cannot be read
     */
    public RowCursor finish() throws IOException {
        PriorityQueue<SortedRun.Reader> readers =
                new PriorityQueue<>(Comparator.comparing(SortedRun.Reader::first, BY_KEY));
        for (SortedRun run : runs) {
            readers.add(run.read(spool));
        }
        List<RowEvent> last = sorted();
        if (!last.isEmpty()) {
            readers.add(SortedRun.Reader.of(last));
        }
        return new RowCursor() {
            @Override
            public @Nullable Row next() {
                return StateBuilder.next(readers);
            }

            @Override
            public void close() {
                StateBuilder.this.close();
            }
        };
    }

    private static @Nullable Row next(PriorityQueue<SortedRun.Reader> readers) {
        List<RowEvent> changes = new ArrayList<>();
        while (!readers.isEmpty()) {
            changes.clear();
            String key = readers.element().first().key();
            while (!readers.isEmpty() && readers.element().first().key().equals(key)) {
                SortedRun.Reader reader = readers.remove();
                changes.add(reader.first());
                if (reader.advance()) {
                    readers.add(reader);
                }
            }
            Row row = amount(changes);
            if (row != null) {
                return row;
            }
        }
        return null;
    }

    /** What all changes of one key amount to; null if the row is gone. */
    private static @Nullable Row amount(List<RowEvent> changes) {
        changes.sort(BY_TIME);
        int from = changes.size() - 1;
        while (from > 0 && changes.get(from).op() == Op.P) {
            from--;
        }
        RowEvent whole = changes.get(from);
        String row = whole.op() == Op.P ? null : whole.row();
        for (RowEvent part : changes.subList(whole.op() == Op.P ? from : from + 1, changes.size())) {
            row = after(row, part);
        }
        RowEvent last = changes.get(changes.size() - 1);
        return row == null ? null : new Row(last.key(), row, last.definition());
    }

    private static String after(@Nullable String before, RowEvent part) {
        String told = part.row();
        if (before == null || told == null) {
            throw new MaintainerException(
                    ErrorCode.ROW_MISSING,
                    "of row " + Printable.quoted(part.key()) + " of table " + part.table()
                            + " only a part is known that was committed at " + part.commitTs()
                            + ", and not what it was before: something of what was replicated is missing, not by us");
        }
        return PartOfRow.after(before, told);
    }

    /** Removes what was set aside. */
    @Override
    public void close() {
        spool.close();
    }
}
