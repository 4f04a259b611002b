package dev.maintainer.simulator.world;

import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
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
    RedoMeta persist(RedoMeta wanted, SimulatedDispatcher trigger) {
        RedoMeta before = meta;
        log.checkPromise(wanted.resolvedTs(), trigger + " for the redo log", Invariant.REDO_HONEST);
        sink.checkPromise(wanted.checkpointTs(), trigger + " for the sink", Invariant.REDO_HONEST);
        meta = before == null ? wanted : before.max(wanted);
        return meta;
    }

    /** Fails if a dispatcher writes to the sink what could not be restored: what the log has and has promised. */
    void checkWrite(SimulatedDispatcher dispatcher, long upToTs) {
        checkPromised(dispatcher, upToTs);
        log.checkHas(dispatcher, upToTs);
    }

    /** The same for a DDL. */
    void checkDdl(SimulatedDispatcher trigger, long commitTs) {
        checkPromised(trigger, commitTs);
        if (!log.events().hasDdl(commitTs)) {
            throw new Violation(
                    Invariant.REDO_FIRST, trigger + " writes the DDL at " + commitTs + ", and the redo log has it not");
        }
    }

    private void checkPromised(SimulatedDispatcher dispatcher, long upToTs) {
        if (upToTs > resolvedTs()) {
            throw new Violation(
                    Invariant.REDO_FIRST,
                    dispatcher + " writes up to " + upToTs + ", and the redo log promises " + resolvedTs());
        }
    }

    /** Up to where the log is complete, it says; a TSO; 0 if nothing was promised. */
    long resolvedTs() {
        return meta == null ? 0 : meta.resolvedTs();
    }

    /** What is promised; null if nothing is yet. */
    @Nullable
    RedoMeta meta() {
        return meta;
    }

    /** The changefeed is gone, and its redo log with it. */
    void forget() {
        meta = null;
    }
}
