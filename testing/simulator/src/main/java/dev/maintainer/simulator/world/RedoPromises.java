package dev.maintainer.simulator.world;

import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.simulator.invariant.Invariant;
import org.jspecify.annotations.Nullable;

/** What the redo log durably promises. Fails on what is not true. */
final class RedoPromises {
    private final Downstream sink;
    private final Downstream log;
    private @Nullable RedoMeta meta;

    RedoPromises(Downstream sink, Downstream log) {
        this.sink = sink;
        this.log = log;
    }

    /** Makes a promise durable. Returns what is promised now. */
    RedoMeta persist(RedoMeta wanted, TriggerModel trigger) {
        RedoMeta before = meta;
        log.checkPromise(wanted.resolvedTs(), trigger + " for the redo log", Invariant.REDO_HONEST);
        sink.checkPromise(wanted.checkpointTs(), trigger + " for the sink", Invariant.REDO_HONEST);
        meta = before == null ? wanted : before.max(wanted);
        return meta;
    }

    /** Up to where the log is complete, it says; a TSO; 0 if nothing was promised. */
    long resolvedTs() {
        return meta == null ? 0 : meta.resolvedTs();
    }

    /** The changefeed is gone, and its redo log with it. */
    void forget() {
        meta = null;
    }
}
