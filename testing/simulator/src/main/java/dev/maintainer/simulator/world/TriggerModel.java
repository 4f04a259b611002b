package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Follows the DDLs by the contract of a trigger dispatcher. */
final class TriggerModel extends DispatcherModel implements TriggerDispatcher {
    private static final int WINDOW = 8;

    private final Upstream upstream;
    private final List<BlockStatus> unacknowledged = new ArrayList<>();
    private final RedoPromises promises;
    private @Nullable RedoMeta wanted;
    private final long startTs;
    private boolean begun;
    private boolean changed;
    private int next;
    /** The last sync point that was met, or passed by. */
    private long syncTs;
    /** The event that it is past, and of which the maintainer may not know; 0 if there is none. */
    private long unacknowledgedTs;
    /** The sink refuses these DDLs, for which nobody waits; 0 if it refuses none. */
    private long refusedTs;

    TriggerModel(
            DispatcherSpec spec,
            DispatcherListener listener,
            SimulatedNode node,
            Timeline timeline,
            Downstream downstream,
            Upstream upstream,
            RedoPromises promises) {
        super(spec, listener, node, timeline, downstream);
        this.upstream = upstream;
        this.promises = promises;
        this.startTs = spec.changefeed().isRedo() ? Math.max(spec.startTs(), promises.resolvedTs()) : spec.startTs();
        advance(startTs);
        this.syncTs = startTs;
        while (next < upstream.ddls().size() && upstream.ddls().get(next).commitTs() <= startTs) {
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
        changed |= unacknowledged.removeIf(status -> status.commitTs() <= commitTs);
        if (commitTs >= unacknowledgedTs) {
            unacknowledgedTs = 0;
        }
    }

    @Override
    public void persist(RedoMeta meta) {
        wanted = meta;
    }

    private void keepPromise() {
        RedoMeta meta = wanted;
        if (meta != null) {
            wanted = null;
            promises.persist(meta, this).ifPresent(durable -> listener.persisted(id(), durable));
        }
    }

    @Override
    void work(Timeline time) {
        keepPromise();
        if (!begun) {
            return;
        }
        BlockEvent waiting = waitsAt();
        if (waiting != null && !executed(waiting)) {
            return;
        }
        long resolved = writable(upstream.frontier() - node().faults().lag());
        while (unacknowledgedTs == 0 && waitsAt() == null && next(resolved)) {}
        if (changed) {
            changed = false;
            listener.blocked(id(), List.copyOf(unacknowledged));
        }
        if (unacknowledgedTs != 0 || waitsAt() != null) {
            return;
        }
        if (!unacknowledged.isEmpty()) {
            advance(unacknowledged.get(0).commitTs() - 1);
        } else {
            advance(Math.min(resolved, Math.min(nextDdlTs(), nextSyncTs()) - 1));
        }
    }

    private long nextDdlTs() {
        return next < upstream.ddls().size() ? upstream.ddls().get(next).commitTs() : Long.MAX_VALUE;
    }

    private long nextSyncTs() {
        return spec.changefeed().isRedo() ? Long.MAX_VALUE : upstream.blocks().syncAfter(syncTs);
    }

    /** Does what was decided about the event where it waits; returns whether it is past it. */
    private boolean executed(BlockEvent waiting) {
        BarrierAction action = decided();
        if (action == BarrierAction.WRITE && node().faults().refusesDdl()) {
            undecided();
            downstream.events().refuse(this, waiting.key());
            listener.refused(id(), waiting.key(), "the sink is in a bad mood");
            node().awaitDecision(this, waiting.key());
            return false;
        }
        boolean done =
                action == BarrierAction.PASS || (action == BarrierAction.WRITE && downstream.execute(this, waiting));
        if (!done) {
            return false;
        }
        if (action == BarrierAction.PASS) {
            downstream.events().goesOn(this, waiting);
        }
        unacknowledgedTs = waiting.key().commitTs();
        goOn();
        return true;
    }

    /** Takes the next DDLs, or the next sync point; false if there is none, or it has to wait. */
    private boolean next(long resolved) {
        long ddlTs = nextDdlTs();
        long sync = nextSyncTs();
        if (Math.min(ddlTs, sync) > resolved) {
            return false;
        }
        BlockEvent event = sync < ddlTs
                ? BlockEvent.syncPoint(sync)
                : ddlTs == refusedTs
                        ? upstream.blocks().refusedAt(ddlTs, changesAt(ddlTs))
                        : upstream.blocks().ddlAt(ddlTs);
        if (event == null || spec.changefeed().isRedo()) {
            return announce(ddlTs);
        }
        if (!unacknowledged.isEmpty()) {
            // Which tables there are is known when what was told before is.
            return false;
        }
        if (event.key().kind() == BlockKind.SYNC_POINT) {
            syncTs = sync;
        } else {
            skip(ddlTs);
        }
        advance(event.key().waitingTs());
        waitAt(event);
        return false;
    }

    private boolean announce(long ddlTs) {
        if (unacknowledged.size() >= WINDOW) {
            return false;
        }
        if (!spec.changefeed().isRedo() && node().faults().refusesDdl()) {
            refusedTs = ddlTs;
            return true;
        }
        if (!downstream.writeDdl(this, ddlTs)) {
            return false;
        }
        changed = true;
        // An acknowledgement is of a commit time, so all of its DDLs go out together.
        List<Upstream.Ddl> ddls = upstream.ddls();
        while (next < ddls.size() && ddls.get(next).commitTs() == ddlTs) {
            unacknowledged.add(
                    new BlockStatus(id(), ddlTs, BlockStage.NONE, ddls.get(next).changes()));
            next++;
        }
        return true;
    }

    private List<TableChange> changesAt(long ddlTs) {
        return upstream.ddls().stream()
                .filter(ddl -> ddl.commitTs() == ddlTs)
                .flatMap(ddl -> ddl.changes().stream())
                .toList();
    }

    private void skip(long ddlTs) {
        while (next < upstream.ddls().size() && nextDdlTs() == ddlTs) {
            next++;
        }
    }
}
