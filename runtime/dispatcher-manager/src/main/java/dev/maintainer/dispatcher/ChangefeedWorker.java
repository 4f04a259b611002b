package dev.maintainer.dispatcher;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.dispatcher.OwnerFence.Standing;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One changefeed on this node: the commands of its owner, the signals of its dispatchers, the reports to its owner. */
final class ChangefeedWorker {
    private static final Logger LOG = LoggerFactory.getLogger(ChangefeedWorker.class);

    private final WorkerSurroundings surroundings;
    private final ChangefeedId changefeed;
    private final long incarnation;
    private final OwnerFence fence;
    private final DispatcherSet dispatchers = new DispatcherSet();
    private final RequestJournal journal = new RequestJournal();
    private final HeartbeatAssembler heartbeats;
    private final BlockStatusOutbox blockStatuses;
    private final DispatcherHosting hosting;
    private final Merges merges;
    /**
     * What ended unasked, or could not begin, until the owner removes it: its last word may get lost, and nobody may
     * pass it by.
     */
    private final Map<DispatcherId, DispatcherStatus> unacknowledgedEnds = new LinkedHashMap<>();

    private @Nullable MaintainerEpoch triggerRemovedUnder;
    /** What the close of the changefeed means, if it was asked for; the strongest that was. */
    private @Nullable RemovalMode closing;

    /** How far may be written; the highest that any owner has said, as it is a fact whoever says it. */
    private final Released released;
    /** The highest request of the present owner. */
    private long executed;

    private ChangefeedWorker(
            WorkerSurroundings surroundings,
            ChangefeedId changefeed,
            long incarnation,
            OwnerFence fence,
            long releasedTs,
            long nowMillis) {
        this.surroundings = surroundings;
        this.changefeed = changefeed;
        this.incarnation = incarnation;
        this.fence = fence;
        this.released = new Released(releasedTs);
        SignalPost listener = new SignalPost(changefeed, incarnation, surroundings.mailbox());
        this.heartbeats = new HeartbeatAssembler(surroundings.config(), nowMillis);
        this.blockStatuses = new BlockStatusOutbox(surroundings.config().blockStatusResendMillis());
        this.hosting = new DispatcherHosting(surroundings, changefeed, listener, dispatchers, heartbeats);
        this.merges = new Merges(changefeed, released, dispatchers, hosting, heartbeats, new Ends());
    }

    /**
     * The first owner takes over an empty node. Null if that failed and left nothing behind; the owner has been told in
     * any case.
     */
    static @Nullable ChangefeedWorker begin(
            WorkerSurroundings surroundings,
            long incarnation,
            NodeId from,
            WorkerCommand.Bootstrap bootstrap,
            long nowMillis) {
        ChangefeedWorker worker = new ChangefeedWorker(
                surroundings,
                bootstrap.changefeed(),
                incarnation,
                new OwnerFence(from, bootstrap.epoch()),
                bootstrap.releasedTs(),
                nowMillis);
        WorkerError error = worker.hosting.fenceSink(bootstrap.epoch());
        if (error == null) {
            error = worker.createTriggerIfMissing(bootstrap);
        }
        if (error != null) {
            worker.bootstrapFailed(from, bootstrap, error);
            return worker.dispatchers.isEmpty() ? null : worker;
        }
        worker.sendSnapshot();
        LOG.info(
                "changefeed {} begins here, owned by {} under epoch {}",
                bootstrap.changefeed(),
                from,
                bootstrap.epoch());
        return worker;
    }

    ChangefeedId changefeed() {
        return changefeed;
    }

    long incarnation() {
        return incarnation;
    }

    MaintainerEpoch epoch() {
        return fence.epoch();
    }

    /** What its close means; null if nobody has asked for one. */
    @Nullable
    RemovalMode closing() {
        return closing;
    }

    private boolean isClosing() {
        return closing != null;
    }

    boolean isClosed() {
        return isClosing() && dispatchers.isEmpty();
    }

    Collection<HostedDispatcher> hosted() {
        return dispatchers.values();
    }

    /** Tells the owner, unasked, that the close has come to its end. */
    void reportClosed() {
        report(new WorkerReport.CloseDone(changefeed, fence.epoch(), CloseOutcome.CLOSED));
    }

    /** Stops all writing now. Nothing else may be called afterwards. */
    void abandon() {
        dispatchers.values().forEach(HostedDispatcher::abandon);
    }

    // ---- commands -------------------------------------------------------------------------------------------------

    Disposition command(NodeId from, WorkerCommand command, long nowMillis) {
        Standing standing = fence.standingOf(from, command.epoch());
        if (command instanceof WorkerCommand.CloseChangefeed close) {
            return close(from, close, standing);
        }
        if (standing == Standing.STALE) {
            return refuseStale(from, command);
        }
        if (command instanceof WorkerCommand.Bootstrap bootstrap) {
            return bootstrap(from, bootstrap, standing, nowMillis);
        }
        if (standing == Standing.SUCCESSOR) {
            // It has to bootstrap here first, and it repeats that until it is answered.
            return Disposition.REFUSED;
        }
        if (command instanceof WorkerCommand.CreateDispatcher create) {
            return create(create);
        }
        if (command instanceof WorkerCommand.RemoveDispatcher remove) {
            return remove(remove);
        }
        if (command instanceof WorkerCommand.MergeDispatchers merge) {
            return merge(merge);
        }
        if (command instanceof WorkerCommand.PostBootstrap postBootstrap) {
            return postBootstrap(postBootstrap);
        }
        if (command instanceof WorkerCommand.AcknowledgeBlockStatus acknowledge) {
            return acknowledge(acknowledge);
        }
        if (command instanceof WorkerCommand.Release release) {
            return released.raise(release.releasedTs()) ? Disposition.APPLIED : Disposition.DUPLICATE;
        }
        if (command instanceof WorkerCommand.PersistRedoMeta persist) {
            return persist(persist);
        }
        throw new IllegalStateException("unknown command " + command);
    }

    private Disposition refuseStale(NodeId from, WorkerCommand command) {
        surroundings.send(
                from, new WorkerReport.CommandRefused(changefeed, command.epoch(), fence.epoch(), command.kind()));
        return Disposition.STALE;
    }

    private Disposition bootstrap(NodeId from, WorkerCommand.Bootstrap bootstrap, Standing standing, long nowMillis) {
        WorkerError error = isClosing()
                ? surroundings.error(
                        ErrorCode.WORKER_CLOSING,
                        "changefeed " + changefeed + " is being closed on " + surroundings.self()
                                + "; bootstrap again when that has ended")
                : checkTrigger(bootstrap, standing);
        if (error == null) {
            error = abandonLeftovers(bootstrap, standing);
        }
        if (error == null && standing == Standing.SUCCESSOR) {
            error = hosting.fenceSink(bootstrap.epoch());
            if (error == null) {
                // From here on the sink refuses what former owners created, so they must not create here any more.
                LOG.info("changefeed {} passes to {} under epoch {}", changefeed, from, bootstrap.epoch());
                passTo(from, bootstrap.epoch(), nowMillis);
            }
        }
        if (error == null) {
            released.raise(bootstrap.releasedTs());
            error = createTriggerIfMissing(bootstrap);
        }
        if (error != null) {
            bootstrapFailed(from, bootstrap, error);
            return Disposition.REFUSED;
        }
        sendSnapshot();
        return standing == Standing.OWNER ? Disposition.DUPLICATE : Disposition.APPLIED;
    }

    private void passTo(NodeId successor, MaintainerEpoch epoch, long nowMillis) {
        fence.passTo(successor, epoch);
        executed = 0;
        merges.restart();
        // The snapshot that follows shows the successor what runs, and so what does not.
        unacknowledgedEnds.clear();
        heartbeats.restart(dispatchers.values(), id -> dispatchers.get(id) != null, nowMillis);
        blockStatuses.makeDue(nowMillis);
    }

    /**
     * Ends what must not write for the owner that asks, before its sink is fenced, because afterwards it would write under
     * the new epoch: the trigger of a former owner, and, at a late bootstrap, everything of former owners. If the takeover
     * fails after this, whoever still owns hears of the ends as of any other.
     */
    private @Nullable WorkerError abandonLeftovers(WorkerCommand.Bootstrap bootstrap, Standing standing) {
        WorkerError error = null;
        if (bootstrap.late() && standing == Standing.SUCCESSOR) {
            merges.dropAll();
        }
        for (HostedDispatcher hosted : List.copyOf(dispatchers.values())) {
            boolean leftover = dispatchers.isTrigger(hosted.id())
                    ? standing == Standing.SUCCESSOR && !hosted.id().equals(bootstrap.trigger())
                    : bootstrap.late()
                            && bootstrap.epoch().isNewerThan(hosted.spec().epoch());
            if (leftover && hosting.abandon(hosted)) {
                ended(hosted);
            } else if (leftover) {
                String why = "dispatcher " + hosted.id() + " of a former owner may still write; bootstrap again later";
                error = surroundings.error(ErrorCode.WORKER_CLOSING, why);
            }
        }
        return error;
    }

    /**
     * Whether the trigger that runs here, if any, is the one that the owner knows. Somebody newer does not need to know
     * it: the former owner may have been fenced before it could close it.
     */
    private @Nullable WorkerError checkTrigger(WorkerCommand.Bootstrap bootstrap, Standing standing) {
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

    private @Nullable WorkerError createTriggerIfMissing(WorkerCommand.Bootstrap bootstrap) {
        DispatcherId id = bootstrap.trigger();
        // A bootstrap that was repeated before, and arrives after, the removal must not bring the trigger back.
        if (id == null || dispatchers.trigger() != null || bootstrap.epoch().equals(triggerRemovedUnder)) {
            return null;
        }
        DispatcherSpec spec = new DispatcherSpec(
                changefeed, bootstrap.epoch(), id, TableSpan.DDL, SchemaId.DDL, bootstrap.startTs(), released);
        WorkerError error = hosting.createTrigger(spec);
        if (error == null) {
            unacknowledgedEnds.remove(id);
        }
        return error;
    }

    private Disposition create(WorkerCommand.CreateDispatcher create) {
        executed = Math.max(executed, create.request());
        HostedDispatcher present = dispatchers.get(create.dispatcher());
        if (present != null) {
            return present.isClosing() ? Disposition.REFUSED : Disposition.DUPLICATE;
        }
        if (isClosing() || merges.isTarget(create.dispatcher())) {
            return Disposition.REFUSED;
        }
        if (unacknowledgedEnds.containsKey(create.dispatcher())) {
            // It may be the repetition of a create whose dispatcher has ended since: one that nobody would know of.
            heartbeats.changed(new DispatcherStatus(create.dispatcher(), ComponentState.REMOVED, 0));
            return Disposition.REFUSED;
        }
        DispatcherSpec spec = new DispatcherSpec(
                changefeed,
                create.epoch(),
                create.dispatcher(),
                create.span(),
                create.schema(),
                create.startTs(),
                released);
        journal.open(
                create.epoch(),
                new JournalEntry(
                        JournalEntry.Kind.CREATE,
                        create.dispatcher(),
                        create.span(),
                        create.schema(),
                        create.startTs(),
                        create.intent()));
        boolean created = hosting.create(spec);
        if (!created && dispatchers.get(create.dispatcher()) == null) {
            unacknowledgedEnds.put(
                    create.dispatcher(), new DispatcherStatus(create.dispatcher(), ComponentState.REMOVED, 0));
        }
        journal.finish(create.dispatcher());
        return created ? Disposition.APPLIED : Disposition.REFUSED;
    }

    private Disposition remove(WorkerCommand.RemoveDispatcher remove) {
        executed = Math.max(executed, remove.request());
        DispatcherId id = remove.dispatcher();
        heartbeats.errors().over(id);
        if (merges.isTarget(id) || merges.owns(id)) {
            merges.giveUp(id, fence.epoch(), isClosing(), "dispatcher " + id + " is removed");
        }
        unacknowledgedEnds.remove(id);
        HostedDispatcher present = dispatchers.get(id);
        if (present == null) {
            // It may be the target of a merge that has not arrived yet.
            merges.refuseUpTo(remove.request());
            heartbeats.changed(new DispatcherStatus(id, merges.endOf(id, remove.intent()), 0));
            return Disposition.APPLIED;
        }
        DispatcherSpec spec = present.spec();
        journal.open(
                remove.epoch(),
                new JournalEntry(JournalEntry.Kind.REMOVE, id, spec.span(), spec.schema(), 0, remove.intent()));
        if (dispatchers.isTrigger(id)) {
            triggerRemovedUnder = remove.epoch();
            blockStatuses.clear();
        }
        if (present.isClosing()) {
            merges.doNotReturn(id);
            return Disposition.DUPLICATE;
        }
        if (hosting.askToEnd(present)) {
            ended(present);
        }
        return Disposition.APPLIED;
    }

    /** Answered by a status of the target in any case. */
    private Disposition merge(WorkerCommand.MergeDispatchers merge) {
        executed = Math.max(executed, merge.request());
        merges.heard(merge.request());
        DispatcherId target = merge.target();
        HostedDispatcher present = dispatchers.get(target);
        if (present != null) {
            if (present.isWorking() && !present.isClosing()) {
                heartbeats.changed(present.status());
            }
            return Disposition.DUPLICATE;
        }
        if (merges.isTarget(target)) {
            return Disposition.DUPLICATE;
        }
        if (merges.hasCommitted(target) && !unacknowledgedEnds.containsKey(target)) {
            heartbeats.changed(new DispatcherStatus(target, ComponentState.STOPPED, 0));
            return Disposition.DUPLICATE;
        }
        DispatcherStatus last = unacknowledgedEnds.get(target);
        if (last != null) {
            heartbeats.changed(last);
            return Disposition.DUPLICATE;
        }
        if (isClosing() || merges.obstacle(merge).isPresent()) {
            // Whoever asked takes this for the end of the merge, so no repetition may begin it.
            merges.refuseUpTo(merge.request());
            heartbeats.changed(new DispatcherStatus(target, ComponentState.REMOVED, 0));
            return Disposition.REFUSED;
        }
        merges.begin(merge, fence.epoch());
        return Disposition.APPLIED;
    }

    private Disposition postBootstrap(WorkerCommand.PostBootstrap command) {
        DispatcherSet.Trigger trigger = dispatchers.livingTrigger(command.trigger());
        WorkerError error = null;
        if (trigger == null) {
            error = surroundings.error(
                    ErrorCode.TRIGGER_MISMATCH,
                    "DDL trigger dispatcher " + command.trigger() + " does not run on " + surroundings.self()
                            + "; bootstrap again");
        } else if (!trigger.hosted().call("begin", trigger.dispatcher()::begin)) {
            error = surroundings.error(
                    ErrorCode.DISPATCHER_FAILED,
                    "DDL trigger dispatcher " + command.trigger() + " on " + surroundings.self()
                            + " could not begin; it is asked again");
        }
        report(new WorkerReport.PostBootstrapDone(changefeed, fence.epoch(), command.trigger(), error));
        return error == null ? Disposition.APPLIED : Disposition.REFUSED;
    }

    private Disposition acknowledge(WorkerCommand.AcknowledgeBlockStatus command) {
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
    private Disposition persist(WorkerCommand.PersistRedoMeta command) {
        DispatcherSet.Trigger trigger = dispatchers.livingTrigger(command.trigger());
        boolean asked = trigger != null
                && trigger.hosted().call("persist", () -> trigger.dispatcher().persist(command.meta()));
        return asked ? Disposition.APPLIED : Disposition.REFUSED;
    }

    private Disposition close(NodeId from, WorkerCommand.CloseChangefeed close, Standing standing) {
        if (standing == Standing.STALE) {
            surroundings.send(from, new WorkerReport.CloseDone(changefeed, close.epoch(), CloseOutcome.REFUSED));
            return Disposition.STALE;
        }
        if (standing == Standing.SUCCESSOR) {
            WorkerError error = hosting.fenceSink(close.epoch());
            if (error != null) {
                // Not closed, and not refused by a newer owner either: it has to ask again.
                LOG.warn("changefeed {}: a take-over close has to wait: {}", changefeed, error.message());
                surroundings.send(from, new WorkerReport.CloseDone(changefeed, close.epoch(), CloseOutcome.CLOSING));
                return Disposition.REFUSED;
            }
            LOG.info("changefeed {} passes to {} under epoch {}, to be closed", changefeed, from, close.epoch());
            fence.passTo(from, close.epoch());
            executed = 0;
            merges.restart();
        }
        RemovalMode before = closing;
        closing = before == null ? close.mode() : before.or(close.mode());
        if (before == null) {
            blockStatuses.clear();
            merges.dropAll();
            List.copyOf(dispatchers.values()).stream()
                    .filter(hosted -> !hosted.isClosing() && hosting.askToEnd(hosted))
                    .forEach(this::ended);
        }
        if (!dispatchers.isEmpty()) {
            report(new WorkerReport.CloseDone(changefeed, fence.epoch(), CloseOutcome.CLOSING));
        }
        return closing != before || standing == Standing.SUCCESSOR ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    /** Compares what is known in several places. */
    void audit(Findings findings) {
        new WorkerAudit(changefeed + ": ", findings)
                .run(
                        dispatchers,
                        journal.dispatchers(),
                        heartbeats.watermark(),
                        unacknowledgedEnds,
                        hosting.stuck(),
                        merges);
        findings.require(!isClosed(), "W-6", changefeed, ": closed, and still here");
    }

    // ---- signals --------------------------------------------------------------------------------------------------

    Disposition signal(WorkerInput.DispatcherSignal signal, long nowMillis) {
        HostedDispatcher hosted = dispatchers.get(signal.dispatcher());
        if (hosted == null) {
            return Disposition.STALE;
        }
        if (signal instanceof WorkerInput.DispatcherWorking) {
            if (hosted.isClosing() || !hosted.isInitializing()) {
                return Disposition.DUPLICATE;
            }
            hosted.markWorking();
            heartbeats.changed(hosted.status());
            return Disposition.APPLIED;
        }
        if (signal instanceof WorkerInput.DispatcherStopped) {
            stopped(hosted);
            return Disposition.APPLIED;
        }
        if (signal instanceof WorkerInput.DispatcherFailed failed) {
            String message =
                    "dispatcher " + failed.dispatcher() + " of " + hosted.spec().span() + ": " + failed.message();
            heartbeats.errors().record(failed.dispatcher(), surroundings.error(failed.code(), message));
            return Disposition.APPLIED;
        }
        if (signal instanceof WorkerInput.DispatcherBlocked blocked) {
            if (dispatchers.livingTrigger(hosted.id()) == null) {
                return Disposition.REFUSED;
            }
            blockStatuses.replace(blocked.unacknowledged(), nowMillis);
            return Disposition.APPLIED;
        }
        if (signal instanceof WorkerInput.RedoMetaPersisted persisted) {
            if (dispatchers.livingTrigger(hosted.id()) == null) {
                return Disposition.REFUSED;
            }
            report(new WorkerReport.RedoMetaPersisted(changefeed, fence.epoch(), hosted.id(), persisted.meta()));
            return Disposition.APPLIED;
        }
        throw new IllegalStateException("unknown signal " + signal);
    }

    /** The dispatcher will surely never write again; for a merge that is not its end. */
    private void stopped(HostedDispatcher hosted) {
        if (merges.owns(hosted.id())) {
            merges.ended(hosted, fence.epoch(), isClosing());
        } else {
            ended(hosted);
        }
    }

    private final class Ends implements Merges.Ends {
        @Override
        public void ended(HostedDispatcher hosted) {
            ChangefeedWorker.this.ended(hosted);
        }

        @Override
        public void addUnacknowledgedEnd(DispatcherStatus last) {
            unacknowledgedEnds.put(last.dispatcher(), last);
            heartbeats.changed(last);
        }
    }

    /** The dispatcher will surely never write again. */
    private void ended(HostedDispatcher hosted) {
        DispatcherStatus last = hosted.finalStatus();
        heartbeats.changed(last);
        if (!hosted.isClosing()) {
            unacknowledgedEnds.put(hosted.id(), last);
        }
        heartbeats.errors().gone(hosted.id());
        if (dispatchers.isTrigger(hosted.id())) {
            blockStatuses.clear();
        }
        hosting.remove(hosted.id());
        journal.finish(hosted.id());
    }

    // ---- reports --------------------------------------------------------------------------------------------------

    /** Sends what cannot wait for the next period. */
    void flush(long nowMillis) {
        heartbeats.flush(nowMillis).forEach(this::sendHeartbeat);
        if (blockStatuses.isDue(nowMillis)) {
            report(new WorkerReport.BlockStatusReport(
                    changefeed, fence.epoch(), incarnation, blockStatuses.take(nowMillis)));
        }
    }

    void tick(long nowMillis) {
        hosting.retryStuck(nowMillis).forEach(this::stopped);
        flush(nowMillis);
        heartbeats
                .periodic(dispatchers.values(), unacknowledgedEnds.values(), nowMillis)
                .forEach(this::sendHeartbeat);
    }

    private void sendHeartbeat(HeartbeatAssembler.Content content) {
        report(new WorkerReport.Heartbeat(
                changefeed,
                fence.epoch(),
                incarnation,
                executed,
                content.watermark(),
                content.statuses(),
                content.complete(),
                content.errors()));
    }

    private void sendSnapshot() {
        report(new WorkerReport.BootstrapSnapshot(
                changefeed,
                fence.epoch(),
                incarnation,
                dispatchers.triggerStartTs(),
                dispatchers.snapshot(),
                journal.entriesFor(fence.epoch(), id -> dispatchers.get(id) != null && !dispatchers.isTrigger(id)),
                merges.inProgress()));
    }

    private void bootstrapFailed(NodeId from, WorkerCommand.Bootstrap bootstrap, WorkerError error) {
        surroundings.send(from, new WorkerReport.BootstrapFailed(changefeed, bootstrap.epoch(), error));
    }

    private void report(WorkerReport report) {
        surroundings.send(fence.owner(), report);
    }
}
