package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import java.util.ArrayList;
import java.util.List;

/** Follows the DDLs by the contract of a trigger dispatcher. */
final class TriggerModel extends DispatcherModel implements TriggerDispatcher {
    private static final int WINDOW = 8;

    private final Upstream upstream;
    private final List<BlockStatus> unacknowledged = new ArrayList<>();
    private boolean begun;
    private boolean changed;
    private int next;

    TriggerModel(
            DispatcherSpec spec,
            DispatcherListener listener,
            SimulatedNode node,
            Timeline timeline,
            Downstream downstream,
            Upstream upstream) {
        super(spec, listener, node, timeline, downstream);
        this.upstream = upstream;
        while (next < upstream.ddls().size() && upstream.ddls().get(next).commitTs() <= spec.startTs()) {
            next++;
        }
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
    void work(Timeline time) {
        if (!begun) {
            return;
        }
        long resolved = upstream.frontier() - node().faults().lag();
        List<Upstream.Ddl> ddls = upstream.ddls();
        while (next < ddls.size() && ddls.get(next).commitTs() <= resolved && unacknowledged.size() < WINDOW) {
            Upstream.Ddl ddl = ddls.get(next);
            if (!downstream.writeDdl(this, ddl.commitTs())) {
                break;
            }
            next++;
            changed = true;
            unacknowledged.add(new BlockStatus(id(), ddl.commitTs(), BlockStage.NONE, ddl.changes()));
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
