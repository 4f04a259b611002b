package dev.maintainer.replication.state;

import dev.maintainer.api.text.Utf8Order;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.Spool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Computes the rows of one table from changes in any order: of all changes of a key the one with the highest commitTs
 * counts. Memory is bounded: whatever exceeds it is sorted and set aside in a file, and merged when it is read
 * (external merge sort; Knuth, The Art of Computer Programming, volume 3, section 5.4). Not thread-safe.
 */
public final class StateBuilder implements AutoCloseable {
    /** What a change costs beside its text. */
    private static final int OVERHEAD = 200;

    private static final Comparator<RowEvent> BY_KEY = Comparator.comparing(RowEvent::key, Utf8Order.INSTANCE);

    private final Spool spool;
    private final int limit;
    private final Map<String, RowEvent> latest = new HashMap<>();
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
        if (known != null && known.commitTs() >= event.commitTs()) {
            return;
        }
        latest.put(event.key(), event);
        held += cost(event) - (known == null ? 0 : cost(known));
        if (held > limit) {
            runs.add(SortedRun.write(spool, sorted()));
            latest.clear();
            held = 0;
        }
    }

    private static long cost(RowEvent event) {
        String row = event.row();
        return OVERHEAD + 2L * event.key().length() + (row == null ? 0 : 2L * row.length());
    }

    private List<RowEvent> sorted() {
        List<RowEvent> events = new ArrayList<>(latest.values());
        events.sort(BY_KEY);
        return events;
    }

    /**
     * The rows that there are; called once, after the last change. The cursor is to be closed, and this with it.
     *
     * @throws IOException if what was set aside cannot be read
     */
    public RowCursor finish() throws IOException {
        PriorityQueue<SortedRun.Reader> readers =
                new PriorityQueue<>(Comparator.comparing(SortedRun.Reader::first, BY_KEY)
                        .thenComparing(each -> -each.first().commitTs()));
        for (SortedRun run : runs) {
            readers.add(run.read(spool));
        }
        if (!latest.isEmpty()) {
            readers.add(SortedRun.Reader.of(sorted()));
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
        SortedRun.Reader reader;
        while ((reader = readers.poll()) != null) {
            RowEvent event = reader.first();
            advance(readers, reader);
            // Older changes of the same key are behind it.
            while (readers.peek() != null && readers.peek().first().key().equals(event.key())) {
                advance(readers, readers.remove());
            }
            String row = event.row();
            if (row != null) {
                return new Row(event.key(), row, event.definition());
            }
        }
        return null;
    }

    private static void advance(PriorityQueue<SortedRun.Reader> readers, SortedRun.Reader reader) {
        if (reader.advance()) {
            readers.add(reader);
        }
    }

    /** Removes what was set aside. */
    @Override
    public void close() {
        spool.close();
    }
}
