package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RedoStore;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.BlockEvents;
import dev.maintainer.replication.event.DdlEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Follows the DDLs and sync points of the source, and holds the checkpoint below the first that the maintainer has not
 * acknowledged. DDLs that nobody has to wait for it makes durable and tells; DDLs with one commitTs make one status. At
 * all others it waits until everybody whom they concern does, and then executes them.
 */
final class DdlTriggerDispatcher extends PollingDispatcher implements TriggerDispatcher {
    /** How many statuses may be unacknowledged at a time. */
    static final int WINDOW = 512;

    private final Source source;
    private final DdlReader reader;
    private final BlockReader blocks;
    /** Read and not durable yet, each with all DDLs of its commitTs. */
    private final Deque<List<DdlEvent>> pending = new ArrayDeque<>();

    private final long startTs;
    private final @Nullable RedoStore redo;
    private final AtomicReference<@Nullable RedoMeta> promise = new AtomicReference<>();
    private final Object lock = new Object();
    private final List<BlockStatus> unacknowledged = new ArrayList<>();
    private volatile boolean begun;
    private volatile long checkpointTs;
    private volatile long resolvedTs;
    private boolean changed;
    /** The next event, once it was read. */
    private @Nullable BlockEvent ahead;
    /** Where it waits, and the DDLs that this is; none for a sync point. */
    private volatile @Nullable BlockEvent waitingAt;

    private List<DdlEvent> waiting = List.of();
    private volatile @Nullable Decision decision;
    /** The event that is over, and of which the maintainer may not know; 0 if there is none. */
    private volatile long unacknowledgedTs;

    /** DDLs that nobody waits for are written one commit time after the other, since the sink has refused several. */
    private boolean onlyFirst;
    /** DDLs that nobody waits for and that the sink refuses; none most of the time. */
    private List<DdlEvent> refused = List.of();

    private record Decision(BlockKey event, BarrierAction action) {}

    DdlTriggerDispatcher(
            DispatcherSpec spec,
            DispatcherListener listener,
            SpanWriter writer,
            WriteLease lease,
            TurnQueue turns,
            Source source,
            @Nullable RedoStore redo) {
        super(spec, listener, writer, lease, turns);
        this.source = source;
        this.checkpointTs = spec.startTs();
        this.resolvedTs = spec.startTs();
        this.redo = redo;
        RedoMeta promised = spec.changefeed().isRedo() && redo != null ? redo.meta() : null;
        this.startTs = promised == null ? spec.startTs() : Math.max(spec.startTs(), promised.resolvedTs());
        this.reader = source.ddls(startTs);
        this.blocks = blocks(source, startTs, reader::close);
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
        if (commitTs >= unacknowledgedTs) {
            unacknowledgedTs = 0;
        }
        wake();
    }

    @Override
    public void resolve(BlockKey event, BarrierAction action) {
        BlockEvent here = waitingAt;
        if (here != null && here.key().equals(event)) {
            decision = new Decision(event, action);
            wake();
        }
    }

    @Override
    public void persist(RedoMeta meta) {
        promise.set(meta);
    }

    private void keepPromise() {
        RedoMeta wanted = promise.getAndSet(null);
        if (wanted != null && redo != null) {
            redo.persist(wanted, spec.epoch()).ifPresent(durable -> listener.persisted(spec.dispatcher(), durable));
        }
    }

    @Override
    long turn(GroupCommit group) {
        // A DDL may take long.
        group.commit();
        keepPromise();
        if (!begun) {
            return SOON;
        }
        BlockEvent here = waitingAt;
        if (here != null) {
            return waitAt(here);
        }
        if (unacknowledgedTs != 0) {
            return SOON;
        }
        long received = source.resolvedTs();
        long resolved = writable(received);
        long blockTs = ahead == null ? blocks.nextTs() : ahead.key().commitTs();
        if (refused.isEmpty() && write(writableUpTo(Math.min(resolved, unblockedTs(blockTs)))) == WriteResult.SEALED) {
            return SEALED;
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
        advance(checkpoint(report, Math.min(resolved, blockTs - 1)), received);
        if (report.isEmpty() && !refused.isEmpty()) {
            return blockAtRefused();
        }
        if (report.isEmpty() && pending.isEmpty() && blockTs <= resolved && reader.nextTs() >= blockTs) {
            return block(resolved);
        }
        return SOON;
    }

    /** Makes DDLs durable that nobody has to wait for, and tells. */
    private WriteResult write(List<List<DdlEvent>> groups) {
        List<List<DdlEvent>> some = onlyFirst && !groups.isEmpty() ? List.of(groups.get(0)) : groups;
        if (some.isEmpty()) {
            return WriteResult.HELD;
        }
        WriteResult result;
        try {
            List<DdlEvent> all = some.stream().flatMap(List::stream).toList();
            result = whileLeased(() -> writer.writeDdls(all));
        } catch (MaintainerException e) {
            if (e.code() != ErrorCode.DDL_REFUSED || spec.changefeed().isRedo()) {
                throw e;
            }
            // Of several it is not known which was refused, and those before it may be durable.
            onlyFirst = true;
            refused = some.size() == 1 ? some.get(0) : List.of();
            return WriteResult.HELD;
        }
        if (result == WriteResult.DURABLE) {
            some.forEach(pending::remove);
            onlyFirst &= !pending.isEmpty();
            announce(some);
        }
        return result;
    }

    /** Somebody has to decide about DDLs that nobody waits for: they become an event, at which only this one waits. */
    private long blockAtRefused() {
        List<DdlEvent> ddls = refused;
        pending.remove(ddls);
        refused = List.of();
        onlyFirst = false;
        return stopAt(BlockEvents.ofNobody(ddls), ddls);
    }

    /** Up to when DDLs are none that somebody waits for. Those of the time of a sync point come before it. */
    private long unblockedTs(long blockTs) {
        BlockEvent next = ahead;
        return next != null && next.key().kind() == BlockKind.SYNC_POINT ? blockTs : blockTs - 1;
    }

    /** Comes to the next event, if whatever was before is over, and the maintainer knows. */
    private long block(long resolved) {
        BlockEvent event = ahead == null ? blocks.poll(resolved) : ahead;
        ahead = event;
        if (event == null || reader.nextTs() <= unblockedTs(event.key().commitTs())) {
            return NOW;
        }
        ahead = null;
        return stopAt(event, event.key().kind() == BlockKind.DDL ? ddlsOf(event.key()) : List.of());
    }

    private long stopAt(BlockEvent event, List<DdlEvent> ddls) {
        waiting = ddls;
        decision = null;
        waitingAt = event;
        listener.waiting(spec.dispatcher(), event);
        return SOON;
    }

    private List<DdlEvent> ddlsOf(BlockKey event) {
        List<DdlEvent> ddls = reader.poll(event.commitTs());
        if (ddls.isEmpty() || ddls.get(0).commitTs() != event.commitTs()) {
            throw new MaintainerException(
                    ErrorCode.SOURCE_UNAVAILABLE,
                    "the source names " + event + " as an event to wait for, and its DDLs of that time are " + ddls
                            + "; both must come from one history");
        }
        return ddls;
    }

    /** Does what was decided about the event at which it waits. */
    private long waitAt(BlockEvent here) {
        Decision decided = decision;
        if (decided == null || !decided.event().equals(here.key())) {
            return SOON;
        }
        if (decided.action() == BarrierAction.WRITE) {
            WriteResult result = execute(here);
            if (result != WriteResult.DURABLE) {
                return result == WriteResult.SEALED ? SEALED : SOON;
            }
        }
        unacknowledgedTs = here.key().commitTs();
        waitingAt = null;
        waiting = List.of();
        listener.passed(spec.dispatcher(), here.key());
        return SOON;
    }

    /** A refusal is told, and counts as held: what becomes of it is decided elsewhere. */
    private WriteResult execute(BlockEvent here) {
        try {
            return whileLeased(() -> here.key().kind() == BlockKind.DDL
                    ? writer.writeDdls(waiting)
                    : writeSyncPoint(here.key().commitTs()));
        } catch (MaintainerException e) {
            if (e.code() != ErrorCode.DDL_REFUSED) {
                throw e;
            }
            decision = null;
            listener.refused(spec.dispatcher(), here.key(), String.valueOf(e.getMessage()));
            return WriteResult.HELD;
        }
    }

    private WriteResult writeSyncPoint(long ts) {
        return writer.writeSyncPoint(ts, source.wallMillis(ts));
    }

    private long checkpoint(List<BlockStatus> report, long resolved) {
        if (!report.isEmpty()) {
            return report.get(0).commitTs() - 1;
        }
        List<DdlEvent> first = pending.peekFirst();
        long next = first == null ? reader.nextTs() : first.get(0).commitTs();
        return next == RowReader.NONE ? resolved : Math.min(resolved, next - 1);
    }

    /** What can be written now, together if it has one commitTs. */
    private List<List<DdlEvent>> writableUpTo(long resolved) {
        int room;
        synchronized (lock) {
            room = WINDOW - unacknowledged.size();
        }
        while (pending.size() < room) {
            List<DdlEvent> together = reader.poll(resolved);
            if (together.isEmpty()) {
                break;
            }
            pending.addLast(together);
        }
        List<List<DdlEvent>> groups = new ArrayList<>();
        for (List<DdlEvent> together : pending) {
            if (groups.size() >= room || together.get(0).commitTs() > resolved || !isLogged(together)) {
                break;
            }
            groups.add(together);
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
                        together.stream().flatMap(ddl -> ddl.changes().stream()).toList()));
            }
        }
    }

    /**
     * Whether the log has every row of the tables that go, those of the same transaction included: the sink gets them too.
     * Once the tables have gone nobody looks after them, and a promise that passes the drop would be one about moments before
     * it, too.
     */
    private boolean isLogged(List<DdlEvent> together) {
        RedoStore kept = spec.changefeed().isRedo() ? redo : null;
        long ts = together.get(0).commitTs();
        return kept == null
                || together.stream()
                        .flatMap(ddl -> ddl.dropped().stream())
                        .allMatch(table -> kept.completeTo(table) >= ts);
    }

    @Override
    void ended() {
        reader.close();
        blocks.close();
    }
}
