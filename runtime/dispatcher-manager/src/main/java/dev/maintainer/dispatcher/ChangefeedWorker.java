package dev.maintainer.dispatcher;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.dispatcher.OwnerFence.Standing;
import java.util.Collection;
import java.util.List;
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
    private final BarrierStandings standings;
    private final BarrierCommands barriers;
    private final DispatcherHosting hosting;
    private final DispatcherEnds ends;
    private final Merges merges;
    private final TriggerCommands trigger;
    private final DispatcherCommands commands;
    /** What the close of the changefeed means, if it was asked for; the strongest that was. */
    private @Nullable RemovalMode closing;

    /** How far may be written; the highest that any owner has said, as it is a fact whoever says it. */
    private final Released released;

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
        this.standings = new BarrierStandings(surroundings.config().blockStatusResendMillis());
        this.barriers = new BarrierCommands(dispatchers, standings);
        this.hosting = new DispatcherHosting(surroundings, changefeed, listener, dispatchers, heartbeats, standings);
        this.ends = new DispatcherEnds(dispatchers, hosting, heartbeats, journal, blockStatuses);
        this.merges = new Merges(changefeed, released, dispatchers, hosting, heartbeats, ends, standings);
        this.trigger = new TriggerCommands(surroundings, dispatchers, hosting, ends, blockStatuses, released);
        this.commands = new DispatcherCommands(
                fence, dispatchers, hosting, heartbeats, journal, merges, ends, trigger, released);
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
            error = worker.trigger.createIfMissing(bootstrap);
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
            return commands.create(create, isClosing());
        }
        if (command instanceof WorkerCommand.RemoveDispatcher remove) {
            return commands.remove(remove, isClosing());
        }
        if (command instanceof WorkerCommand.MergeDispatchers merge) {
            return commands.merge(merge, isClosing());
        }
        if (command instanceof WorkerCommand.PostBootstrap postBootstrap) {
            return postBootstrap(postBootstrap);
        }
        if (command instanceof WorkerCommand.ResolveBarrier resolve) {
            return barriers.resolve(resolve);
        }
        if (command instanceof WorkerCommand.AcknowledgeBarrierReport acknowledge) {
            return barriers.acknowledged(acknowledge, nowMillis);
        }
        if (command instanceof WorkerCommand.AcknowledgeBlockStatus acknowledge) {
            return trigger.acknowledge(acknowledge);
        }
        if (command instanceof WorkerCommand.Release release) {
            return released.raise(release.releasedTs()) ? Disposition.APPLIED : Disposition.DUPLICATE;
        }
        if (command instanceof WorkerCommand.PersistRedoMeta persist) {
            return trigger.persist(persist);
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
                : trigger.check(bootstrap, standing);
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
            error = trigger.createIfMissing(bootstrap);
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
        commands.restart();
        // The snapshot that follows shows the successor what runs, and so what does not.
        ends.clear();
        heartbeats.restart(dispatchers.values(), id -> dispatchers.get(id) != null, nowMillis);
        blockStatuses.makeDue(nowMillis);
        standings.restart();
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
                ends.ended(hosted);
            } else if (leftover) {
                String why = "dispatcher " + hosted.id() + " of a former owner may still write; bootstrap again later";
                error = surroundings.error(ErrorCode.WORKER_CLOSING, why);
            }
        }
        return error;
    }

    private Disposition postBootstrap(WorkerCommand.PostBootstrap command) {
        WorkerError error = trigger.begin(command.trigger());
        report(new WorkerReport.PostBootstrapDone(changefeed, fence.epoch(), command.trigger(), error));
        return error == null ? Disposition.APPLIED : Disposition.REFUSED;
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
            commands.restart();
        }
        RemovalMode before = closing;
        closing = before == null ? close.mode() : before.or(close.mode());
        if (before == null) {
            blockStatuses.clear();
            standings.clear();
            merges.dropAll();
            List.copyOf(dispatchers.values()).stream()
                    .filter(hosted -> !hosted.isClosing() && hosting.askToEnd(hosted))
                    .forEach(ends::ended);
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
                        ends.unacknowledged(),
                        hosting.stuck(),
                        standings.dispatchers(),
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
        if (signal instanceof WorkerInput.DispatcherWaiting waiting) {
            if (hosted.isClosing()) {
                return Disposition.REFUSED;
            }
            standings.waiting(hosted.id(), waiting.event());
            return Disposition.APPLIED;
        }
        if (signal instanceof WorkerInput.DispatcherPassed passed) {
            return standings.passed(hosted.id(), passed.event()) ? Disposition.APPLIED : Disposition.STALE;
        }
        if (signal instanceof WorkerInput.DispatcherRefused refused) {
            boolean asTold = standings.refused(hosted.id(), refused.event(), refused.reason());
            return asTold ? Disposition.APPLIED : Disposition.STALE;
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
            ends.ended(hosted);
        }
    }

    // ---- reports --------------------------------------------------------------------------------------------------

    /** Sends what cannot wait for the next period. */
    void flush(long nowMillis) {
        heartbeats.flush(nowMillis).forEach(this::sendHeartbeat);
        if (blockStatuses.isDue(nowMillis)) {
            report(new WorkerReport.BlockStatusReport(
                    changefeed, fence.epoch(), incarnation, blockStatuses.take(nowMillis)));
        }
        for (BarrierStandings.Report report : standings.take(nowMillis)) {
            report(new WorkerReport.BarrierReport(
                    changefeed, fence.epoch(), incarnation, commands.executed(), report.sequence(), report.progress()));
        }
    }

    void tick(long nowMillis) {
        hosting.retryStuck(nowMillis).forEach(this::stopped);
        flush(nowMillis);
        List<HeartbeatAssembler.Content> due =
                heartbeats.periodic(dispatchers.values(), ends.unacknowledged().values(), nowMillis);
        if (!due.isEmpty()) {
            surroundings.counters().hosts(changefeed, heartbeats.states().counts());
            due.forEach(this::sendHeartbeat);
        }
    }

    private void sendHeartbeat(HeartbeatAssembler.Content content) {
        report(new WorkerReport.Heartbeat(
                changefeed,
                fence.epoch(),
                incarnation,
                commands.executed(),
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
