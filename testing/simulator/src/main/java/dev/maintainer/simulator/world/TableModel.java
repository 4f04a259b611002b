package dev.maintainer.simulator.world;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.simulator.timeline.Timeline;
import org.jspecify.annotations.Nullable;

/** Replicates a table, more or less far behind upstream. */
final class TableModel extends DispatcherModel {
    private final Upstream upstream;
    /** The first commit time of which not all is over. */
    private long fromTs;
    /** Whether its DDL is. */
    private boolean afterDdl;
    /** The rows up to here are durable. */
    private long writtenTs;

    TableModel(
            DispatcherSpec spec,
            DispatcherListener listener,
            SimulatedNode node,
            Timeline timeline,
            Downstream downstream,
            Upstream upstream) {
        super(spec, listener, node, timeline, downstream);
        this.upstream = upstream;
        this.fromTs = spec.startTs() + 1;
        this.afterDdl = spec.partial() == PartialCommit.ROWS_AND_DDL;
        this.writtenTs = spec.partial() == PartialCommit.NONE ? spec.startTs() : fromTs;
    }

    @Override
    void work(Timeline time) {
        BlockEvent waiting = waitsAt();
        if (waiting != null) {
            if (decided() == null) {
                return;
            }
            downstream.events().goesOn(this, waiting);
            fromTs = waiting.key().kind() == BlockKind.DDL
                    ? waiting.key().commitTs()
                    : waiting.key().commitTs() + 1;
            afterDdl = waiting.key().kind() == BlockKind.DDL;
            goOn();
        }
        goUpTo(writable(upstream.frontier() - node().faults().lag()));
    }

    private @Nullable BlockEvent nextEvent(long target) {
        return spec.changefeed().isRedo() || target < fromTs
                ? null
                : upstream.blocks().next(table(), fromTs, afterDdl, target, ts -> upstream.schemaBefore(table(), ts));
    }

    /** Writes what there is, and comes to the next event if there is one. */
    private void goUpTo(long target) {
        BlockEvent next = nextEvent(target);
        if (next != null) {
            long ts = next.key().commitTs();
            if (ts <= writtenTs || downstream.write(this, ts)) {
                writtenTs = Math.max(writtenTs, ts);
                waitAt(next);
            }
            return;
        }
        if (target > checkpointTs() && downstream.write(this, target)) {
            writtenTs = Math.max(writtenTs, target);
            fromTs = Math.max(fromTs, target + 1);
            afterDdl = fromTs == target + 1 ? false : afterDdl;
            advance(target);
        }
    }
}
