package dev.maintainer.node.dispatch;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.changelog.LoggedTable;
import dev.maintainer.node.changelog.RowEvent;
import dev.maintainer.node.load.WrittenWork;
import dev.maintainer.node.sink.SegmentWriter;
import dev.maintainer.node.sink.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** Streams the rows of one span to the sink, in commit order. */
final class TableDispatcher extends PollingDispatcher {
    private static final int BATCH = 256;

    private final LoggedTable table;
    private final Frontier frontier;
    private final WrittenWork.OfNode written;
    private int next;

    TableDispatcher(
            DispatcherSpec spec,
            DispatcherListener listener,
            SegmentWriter writer,
            ScheduledExecutorService threads,
            LoggedTable table,
            Frontier frontier,
            WrittenWork.OfNode written) {
        super(spec, listener, writer, threads);
        this.table = table;
        this.frontier = frontier;
        this.written = written;
        this.next = table.firstAfter(spec.startTs());
    }

    @Override
    boolean turn() {
        long received = frontier.resolvedTs();
        long resolved = writable(received);
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
            WriteResult result = writer.write(batch);
            if (result != WriteResult.DURABLE) {
                return result == WriteResult.HELD;
            }
            written.add(batch);
        }
        next = position;
        advance(durableUpTo(position, resolved), received);
        return true;
    }

    /** A transaction counts as durable only when its last row is. */
    private long durableUpTo(int position, long resolved) {
        List<RowEvent> events = table.events();
        if (position == events.size() || events.get(position).commitTs() > resolved) {
            return resolved;
        }
        return events.get(position).commitTs() - 1;
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
