package dev.maintainer.node.dispatch;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.changelog.LoggedTable;
import dev.maintainer.node.changelog.RowEvent;
import dev.maintainer.node.load.WrittenWork;
import dev.maintainer.node.sink.SegmentWriter;
import dev.maintainer.node.sink.WriteResult;
import java.util.ArrayList;
import java.util.List;

/** Streams the rows of one span to the sink, in commit order. */
final class TableDispatcher extends PollingDispatcher {
    private static final int BATCH = 256;

    private final LoggedTable table;
    private final Frontier frontier;
    private final WrittenWork.OfNode written;
    private int next;
    /** When the first event was committed that is not durable; a TSO, the largest number if there is none. */
    private volatile long nextTs;

    TableDispatcher(
            DispatcherSpec spec,
            DispatcherListener listener,
            SegmentWriter writer,
            WriteLease lease,
            TurnQueue turns,
            LoggedTable table,
            Frontier frontier,
            WrittenWork.OfNode written) {
        super(spec, listener, writer, lease, turns);
        this.table = table;
        this.frontier = frontier;
        this.written = written;
        this.next = table.firstAfter(spec.startTs());
        this.nextTs = commitTsAt(next);
    }

    /** Of a table that is idle it rises with the frontier, without a turn. */
    @Override
    public long checkpointTs() {
        return Math.max(spec.startTs(), Math.min(writable(frontier.resolvedTs()), nextTs - 1));
    }

    @Override
    public long resolvedTs() {
        return Math.max(spec.startTs(), frontier.resolvedTs());
    }

    @Override
    long turn() {
        long resolved = writable(frontier.resolvedTs());
        List<RowEvent> events = table.events();
        List<RowEvent> batch = new ArrayList<>();
        int position = next;
        while (position < events.size()
                && batch.size() < BATCH
                && events.get(position).commitTs() <= resolved) {
            RowEvent event = events.get(position++);
            if (covers(event.key())) {
                batch.add(event);
            }
        }
        if (!batch.isEmpty()) {
            WriteResult result = whileLeased(() -> writer.write(batch));
            if (result != WriteResult.DURABLE) {
                return result == WriteResult.HELD ? SOON : SEALED;
            }
            written.add(batch);
        }
        next = position;
        nextTs = commitTsAt(position);
        long checkpoint = checkpointTs();
        writer.complete(checkpoint);
        if (nextTs <= resolved) {
            return NOW;
        }
        // Before a table goes, whoever keeps a redo log wants to know that nothing of it is missing.
        return table.droppedTs() - 1 > checkpoint ? Math.min(nextTs, table.droppedTs()) : nextTs;
    }

    private long commitTsAt(int position) {
        List<RowEvent> events = table.events();
        return position < events.size() ? events.get(position).commitTs() : NEVER;
    }

    private boolean covers(String key) {
        if (spec.span().isWhole()) {
            return true;
        }
        SpanBound bound = SpanBound.before(key);
        return spec.span().start().compareTo(bound) <= 0
                && bound.compareTo(spec.span().end()) < 0;
    }
}
