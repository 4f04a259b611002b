package dev.maintainer.simulator.world;

import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the redo log durably promises. Fails on what is not true. */
final class RedoPromises {
    private final Downstream sink;
    private final Downstream log;
    private @Nullable RedoMeta meta;
    private long owner;

    RedoPromises(Downstream sink, Downstream log) {
        this.sink = sink;
        this.log = log;
    }

    /** Owners before this one promise nothing any more. */
    void fence(MaintainerEpoch epoch) {
        owner = Math.max(owner, epoch.value());
    }

    /** Makes a promise durable. Returns what is promised now; empty if the owner of the trigger is a former one. */
    Optional<RedoMeta> persist(RedoMeta wanted, SimulatedDispatcher trigger) {
        return isFormer(trigger.spec.epoch()) ? Optional.empty() : Optional.of(raised(wanted, trigger));
    }

    private boolean isFormer(MaintainerEpoch epoch) {
        return epoch.value() < owner;
    }

    private RedoMeta raised(RedoMeta wanted, SimulatedDispatcher trigger) {
        RedoMeta before = meta;
        if (!log.accepts(trigger.spec.epoch())) {
            throw new Violation(
                    Invariant.REDO_HONEST,
                    trigger + " promises " + wanted + " for epoch " + trigger.spec.epoch()
                            + ", and the redo log is at a later one");
        }
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
        owner = 0;
    }
}
