package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;

/** Replicates a table, more or less far behind upstream. */
final class TableModel extends DispatcherModel {
    private final Upstream upstream;

    TableModel(
            DispatcherSpec spec,
            DispatcherListener listener,
            SimulatedNode node,
            Timeline timeline,
            Downstream downstream,
            Upstream upstream) {
        super(spec, listener, node, timeline, downstream);
        this.upstream = upstream;
    }

    TableSpan span() {
        return spec.span();
    }

    TableId table() {
        return spec.span().table();
    }

    @Override
    void work(Timeline time) {
        long lag = node().faults().lag();
        long target = writable(upstream.frontier() - lag);
        if (target > checkpointTs() && downstream.write(this, target)) {
            advance(target);
        }
    }
}
