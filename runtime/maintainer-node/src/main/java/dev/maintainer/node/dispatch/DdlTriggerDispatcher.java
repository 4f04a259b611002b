package dev.maintainer.node.dispatch;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.DdlEvent;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.changelog.LoggedTable;
import dev.maintainer.node.sink.RedoLog;
import dev.maintainer.node.sink.SegmentWriter;
import dev.maintainer.node.sink.WriteResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Follows the DDLs of the log: makes each durable, tells the maintainer about it, and holds the checkpoint below the
 * first that was not acknowledged. DDLs with one commitTs make one status.
 */
final class DdlTriggerDispatcher extends PollingDispatcher implements TriggerDispatcher {
    /** How many statuses may be unacknowledged at a time. */
    static final int WINDOW = 512;

    private final List<DdlEvent> ddls;
    /** Of a redo log: tables that go, by when. */
    private final Map<Long, List<LoggedTable>> dropped = new HashMap<>();

    private final Frontier frontier;
    private final long startTs;
    private final @Nullable RedoLog redo;
    private final AtomicReference<@Nullable RedoMeta> promise = new AtomicReference<>();
    private final Object lock = new Object();
    private final List<BlockStatus> unacknowledged = new ArrayList<>();
    private volatile boolean begun;
    private volatile long checkpointTs;
    private volatile long resolvedTs;
    private boolean changed;
    private int next;

    DdlTriggerDispatcher(
            DispatcherSpec spec,
            DispatcherListener listener,
            SegmentWriter writer,
            WriteLease lease,
            TurnQueue turns,
            ChangeLog log,
            Frontier frontier,
            @Nullable RedoLog redo) {
        super(spec, listener, writer, lease, turns);
        this.ddls = log.ddls();
        this.frontier = frontier;
        this.checkpointTs = spec.startTs();
        this.resolvedTs = spec.startTs();
        this.redo = redo;
        RedoMeta promised = spec.changefeed().isRedo() && redo != null ? redo.meta() : null;
        this.startTs = promised == null ? spec.startTs() : Math.max(spec.startTs(), promised.resolvedTs());
        if (spec.changefeed().isRedo()) {
            for (LoggedTable table : log.tables()) {
                if (table.droppedTs() > startTs && table.createdTs() < table.droppedTs()) {
                    dropped.computeIfAbsent(table.droppedTs(), any -> new ArrayList<>())
                            .add(table);
                }
            }
        }
        while (next < ddls.size() && ddls.get(next).commitTs() <= startTs) {
            next++;
        }
    }

    @Override
    public long checkpointTs() {
        return checkpointTs;
    }

    @Override
    public long resolvedTs() {
        return Math.max(resolvedTs, checkpointTs);
    }

    /** Both only rise. */
    private void advance(long checkpoint, long resolved) {
        resolvedTs = Math.max(resolvedTs, resolved);
        checkpointTs = Math.max(checkpointTs, checkpoint);
    }

    @Override
    public long startTs() {
        return startTs;
    }

    @Override
    public void begin() {
        begun = true;
    }

    @Override
    public void acknowledge(long commitTs) {
        synchronized (lock) {
            changed |= unacknowledged.removeIf(status -> status.commitTs() <= commitTs);
        }
    }

    @Override
    public void persist(RedoMeta meta) {
        promise.set(meta);
    }

    private void keepPromise() {
        RedoMeta wanted = promise.getAndSet(null);
        if (wanted != null && redo != null) {
            listener.persisted(spec.dispatcher(), redo.persist(wanted));
        }
    }

    @Override
    long turn() {
        keepPromise();
        if (!begun) {
            return SOON;
        }
        long received = frontier.resolvedTs();
        long resolved = writable(received);
        List<List<DdlEvent>> groups = writableUpTo(resolved);
        if (!groups.isEmpty()) {
            List<DdlEvent> all = groups.stream().flatMap(List::stream).toList();
            WriteResult result = whileLeased(() -> writer.writeDdls(all));
            if (result == WriteResult.SEALED) {
                return SEALED;
            }
            if (result == WriteResult.DURABLE) {
                next += all.size();
                announce(groups);
            }
        }
        List<BlockStatus> report;
        synchronized (lock) {
            report = List.copyOf(unacknowledged);
            // Said also when the list got shorter: an older, longer list may still be on its way.
            if (changed) {
                changed = false;
                listener.blocked(spec.dispatcher(), report);
            }
        }
        advance(checkpoint(report, resolved), received);
        return SOON;
    }

    private long checkpoint(List<BlockStatus> report, long resolved) {
        if (!report.isEmpty()) {
            return report.get(0).commitTs() - 1;
        }
        return next < ddls.size() ? Math.min(resolved, ddls.get(next).commitTs() - 1) : resolved;
    }

    /** What can be written now, together if it has one commitTs. */
    private List<List<DdlEvent>> writableUpTo(long resolved) {
        int room;
        synchronized (lock) {
            room = WINDOW - unacknowledged.size();
        }
        List<List<DdlEvent>> groups = new ArrayList<>();
        int position = next;
        while (position < ddls.size() && ddls.get(position).commitTs() <= resolved && groups.size() < room) {
            List<DdlEvent> together = together(position);
            if (!isLogged(together)) {
                break;
            }
            groups.add(together);
            position += together.size();
        }
        return groups;
    }

    private void announce(List<List<DdlEvent>> groups) {
        synchronized (lock) {
            changed = true;
            for (List<DdlEvent> together : groups) {
                unacknowledged.add(new BlockStatus(
                        spec.dispatcher(),
                        together.get(0).commitTs(),
                        BlockStage.NONE,
                        together.stream().map(DdlEvent::change).toList()));
            }
        }
    }

    /**
     * Whether the log has every row of the tables that go. Once they have gone nobody looks after them, and a promise that
     * passes the drop would be one about moments before it, too.
     */
    private boolean isLogged(List<DdlEvent> together) {
        RedoLog kept = redo;
        long ts = together.get(0).commitTs();
        return kept == null
                || dropped.getOrDefault(ts, List.of()).stream()
                        .allMatch(table -> kept.rows().completeTo(table.table()) >= ts - 1);
    }

    private List<DdlEvent> together(int position) {
        int end = position + 1;
        while (end < ddls.size()
                && ddls.get(end).commitTs() == ddls.get(position).commitTs()) {
            end++;
        }
        return ddls.subList(position, end);
    }
}
