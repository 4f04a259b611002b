package dev.maintainer.node.dispatch;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.node.changelog.DdlEvent;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.sink.RedoLog;
import dev.maintainer.node.sink.SegmentWriter;
import dev.maintainer.node.sink.WriteResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Follows the DDLs of the log: makes each durable, tells the maintainer about it, and holds the checkpoint below the
 * first that was not acknowledged. DDLs with one commitTs make one status.
 */
final class DdlTriggerDispatcher extends PollingDispatcher implements TriggerDispatcher {
    /** How many statuses may be unacknowledged at a time. */
    static final int WINDOW = 64;

    private final List<DdlEvent> ddls;
    private final Frontier frontier;
    private final long startTs;
    private final @Nullable RedoLog redo;
    private final AtomicReference<@Nullable RedoMeta> promise = new AtomicReference<>();
    private final Object lock = new Object();
    private final List<BlockStatus> unacknowledged = new ArrayList<>();
    private volatile boolean begun;
    private boolean changed;
    private int next;

    DdlTriggerDispatcher(
            DispatcherSpec spec,
            DispatcherListener listener,
            SegmentWriter writer,
            ScheduledExecutorService threads,
            List<DdlEvent> ddls,
            Frontier frontier,
            @Nullable RedoLog redo) {
        super(spec, listener, writer, threads);
        this.ddls = ddls;
        this.frontier = frontier;
        this.redo = redo;
        RedoMeta promised = spec.changefeed().isRedo() && redo != null ? redo.meta() : null;
        this.startTs = promised == null ? spec.startTs() : Math.max(spec.startTs(), promised.resolvedTs());
        while (next < ddls.size() && ddls.get(next).commitTs() <= startTs) {
            next++;
        }
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
    boolean turn() {
        keepPromise();
        if (!begun) {
            return true;
        }
        long received = frontier.resolvedTs();
        long resolved = writable(received);
        while (next < ddls.size() && ddls.get(next).commitTs() <= resolved && room()) {
            List<DdlEvent> together = together();
            WriteResult result = writer.writeDdls(together);
            if (result == WriteResult.SEALED) {
                return false;
            }
            if (result == WriteResult.HELD) {
                break;
            }
            next += together.size();
            synchronized (lock) {
                changed = true;
                unacknowledged.add(new BlockStatus(
                        spec.dispatcher(),
                        together.get(0).commitTs(),
                        BlockStage.NONE,
                        together.stream().map(DdlEvent::change).toList()));
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
        return true;
    }

    private long checkpoint(List<BlockStatus> report, long resolved) {
        if (!report.isEmpty()) {
            return report.get(0).commitTs() - 1;
        }
        return next < ddls.size() ? Math.min(resolved, ddls.get(next).commitTs() - 1) : resolved;
    }

    private boolean room() {
        synchronized (lock) {
            return unacknowledged.size() < WINDOW;
        }
    }

    private List<DdlEvent> together() {
        int end = next + 1;
        while (end < ddls.size() && ddls.get(end).commitTs() == ddls.get(next).commitTs()) {
            end++;
        }
        return ddls.subList(next, end);
    }
}
