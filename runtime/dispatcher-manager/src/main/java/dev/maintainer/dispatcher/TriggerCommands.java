package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.WriteBound;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.dispatcher.OwnerFence.Standing;
import org.jspecify.annotations.Nullable;

/** What the owner of a changefeed asks of its DDL trigger dispatcher here: at most one runs, and which one matters. */
final class TriggerCommands {
    private final WorkerSurroundings surroundings;
    private final DispatcherSet dispatchers;
    private final DispatcherHosting hosting;
    private final DispatcherEnds ends;
    private final BlockStatusOutbox blockStatuses;
    private final WriteBound released;
    private @Nullable MaintainerEpoch triggerRemovedUnder;

    TriggerCommands(
            WorkerSurroundings surroundings,
            DispatcherSet dispatchers,
            DispatcherHosting hosting,
            DispatcherEnds ends,
            BlockStatusOutbox blockStatuses,
            WriteBound released) {
        this.surroundings = surroundings;
        this.dispatchers = dispatchers;
        this.hosting = hosting;
        this.ends = ends;
        this.blockStatuses = blockStatuses;
        this.released = released;
    }

    /**
     * Whether the trigger that runs here, if any, is the one that the owner knows. Somebody newer does not need to know
     * it: the former owner may have been fenced before it could close it. Null if it is, or none runs.
     */
    @Nullable
    WorkerError check(WorkerCommand.Bootstrap bootstrap, Standing standing) {
        DispatcherSet.Trigger running = dispatchers.trigger();
        boolean same = running != null && running.id().equals(bootstrap.trigger());
        if (running == null || (!same && standing == Standing.SUCCESSOR)) {
            return null;
        }
        if (!running.id().equals(bootstrap.trigger())) {
            return surroundings.error(
                    ErrorCode.TRIGGER_MISMATCH,
                    "DDL trigger dispatcher " + running.id() + " runs on " + surroundings.self() + ", bootstrap names "
                            + bootstrap.trigger() + "; remove the running one first");
        }
        if (running.hosted().isClosing()) {
            return surroundings.error(
                    ErrorCode.WORKER_CLOSING,
                    "DDL trigger dispatcher " + running.id() + " is being closed; bootstrap again when that has ended");
        }
        return null;
    }

    /** Makes the trigger that a bootstrap names, if it names one and none is here. Returns why that failed, or null. */
    @Nullable
    WorkerError createIfMissing(WorkerCommand.Bootstrap bootstrap) {
        DispatcherId id = bootstrap.trigger();
        // A bootstrap that was repeated before, and arrives after, the removal must not bring the trigger back.
        if (id == null || dispatchers.trigger() != null || bootstrap.epoch().equals(triggerRemovedUnder)) {
            return null;
        }
        DispatcherSpec spec = new DispatcherSpec(
                bootstrap.changefeed(),
                bootstrap.epoch(),
                id,
                TableSpan.DDL,
                SchemaId.DDL,
                bootstrap.startTs(),
                released);
        WorkerError error = hosting.createTrigger(spec);
        if (error == null) {
            ends.acknowledged(id);
        }
        return error;
    }

    /** Has it begin, after all nodes have been bootstrapped. Returns why it could not, or null. */
    @Nullable
    WorkerError begin(DispatcherId id) {
        DispatcherSet.Trigger trigger = dispatchers.livingTrigger(id);
        if (trigger == null) {
            return surroundings.error(
                    ErrorCode.TRIGGER_MISMATCH,
                    "DDL trigger dispatcher " + id + " does not run on " + surroundings.self() + "; bootstrap again");
        }
        if (!trigger.hosted().call("begin", trigger.dispatcher()::begin)) {
            return surroundings.error(
                    ErrorCode.DISPATCHER_FAILED,
                    "DDL trigger dispatcher " + id + " on " + surroundings.self()
                            + " could not begin; it is asked again");
        }
        return null;
    }

    Disposition acknowledge(WorkerCommand.AcknowledgeBlockStatus command) {
        DispatcherSet.Trigger trigger = dispatchers.livingTrigger(command.dispatcher());
        if (trigger == null) {
            return Disposition.REFUSED;
        }
        if (!trigger.hosted().call("acknowledge", () -> trigger.dispatcher().acknowledge(command.commitTs()))) {
            // The block status stays, so it is repeated and acknowledged again.
            return Disposition.REFUSED;
        }
        blockStatuses.acknowledged(command.commitTs());
        return Disposition.APPLIED;
    }

    /** Answered when the dispatcher says that it is durable. */
    Disposition persist(WorkerCommand.PersistRedoMeta command) {
        DispatcherSet.Trigger trigger = dispatchers.livingTrigger(command.trigger());
        boolean asked = trigger != null
                && trigger.hosted().call("persist", () -> trigger.dispatcher().persist(command.meta()));
        return asked ? Disposition.APPLIED : Disposition.REFUSED;
    }

    /** The owner with this epoch has removed it: what it waits for does not matter any more. */
    void removed(MaintainerEpoch epoch) {
        triggerRemovedUnder = epoch;
        blockStatuses.clear();
    }
}
