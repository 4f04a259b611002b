package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.RedoMeta;
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
    }

    @Override
    public void persist(RedoMeta meta) {
        wanted = meta;
    }

    private void keepPromise() {
        RedoMeta meta = wanted;
        if (meta != null) {
            wanted = null;
            listener.persisted(id(), promises.persist(meta, this));
        }
    }

    @Override
    void work(Timeline time) {
        keepPromise();
        if (!begun) {
            return;
        }
        long resolved = writable(upstream.frontier() - node().faults().lag());
        List<Upstream.Ddl> ddls = upstream.ddls();
        while (next < ddls.size() && ddls.get(next).commitTs() <= resolved && unacknowledged.size() < WINDOW) {
            Upstream.Ddl ddl = ddls.get(next);
            if (!downstream.writeDdl(this, ddl.commitTs())) {
                break;
            }
            changed = true;
            // An acknowledgement is of a commit time, so all of its DDLs go out together.
            while (next < ddls.size() && ddls.get(next).commitTs() == ddl.commitTs()) {
                unacknowledged.add(new BlockStatus(
                        id(), ddl.commitTs(), BlockStage.NONE, ddls.get(next).changes()));
                next++;
            }
        }
        if (changed) {
            changed = false;
            listener.blocked(id(), List.copyOf(unacknowledged));
        }
        if (!unacknowledged.isEmpty()) {
            advance(unacknowledged.get(0).commitTs() - 1);
        } else {
            advance(next < ddls.size() ? Math.min(resolved, ddls.get(next).commitTs() - 1) : resolved);
        }
    }
}
