package dev.maintainer.node.server;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.cluster.distributed.ClusterObserver;
import dev.maintainer.cluster.distributed.HeldWrites;
import dev.maintainer.cluster.distributed.StoreOutage;
import dev.maintainer.cluster.distributed.StoreSilence;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.coordinator.MoveOutcome;
import dev.maintainer.core.MaintainerFigures;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.node.metrics.NodeActivity;
import java.time.Instant;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.ObjIntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes down what the parts of a node say, and has it counted. */
final class NodeEvents implements ClusterObserver, MaintainerObserver, CoordinatorObserver {
    private static final Logger LOG = LoggerFactory.getLogger(NodeEvents.class);
    /** Somebody may mend a wrong place meanwhile; writes are held. */
    private static final long FOREIGN_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final EventLog log;
    private final NodeActivity activity;
    private final ErrorEvents errors;
    private final boolean recordsRenewals;
    private final ObjIntConsumer<Roster> rosters;
    private final BiConsumer<ServerExit, String> ends;
    /** On the thread of the store. */
    private String foreign = "";

    private long foreignSince;

    /**
     * @param recordsRenewals whether each renewal of the lease is written down
     * @param rosters hears of each roster, with the active protocol
     * @param ends hears that this process must end, and why
     */
    NodeEvents(
            EventLog log,
            NodeActivity activity,
            boolean recordsRenewals,
            ObjIntConsumer<Roster> rosters,
            BiConsumer<ServerExit, String> ends) {
        this.log = log;
        this.activity = activity;
        this.errors = new ErrorEvents(log);
        this.recordsRenewals = recordsRenewals;
        this.rosters = rosters;
        this.ends = ends;
    }

    // ---- the cluster -----------------------------------------------------------------------------------------------

    @Override
    public void sessionBegun(long session) {
        foreign = "";
        log.add("session-begun", "session", Long.toHexString(session));
    }

    @Override
    public void sessionEnded() {
        log.add("session-ended");
    }

    @Override
    public void foreignStore(String reason) {
        if (foreign.isEmpty()) {
            foreignSince = System.nanoTime();
        }
        if (!reason.equals(foreign)) {
            foreign = reason;
            LOG.error(
                    "waits for the store of its cluster: {}. See zookeeper.connect, zookeeper.root and cluster.name",
                    reason);
            log.add("foreign-store", "reason", reason);
        }
        if (System.nanoTime() - foreignSince > FOREIGN_NANOS) {
            ends.accept(ServerExit.OTHER_STORE, reason);
        }
    }

    @Override
    public void roster(Roster roster, int protocol) {
        log.add(
                "roster",
                "version",
                roster.version(),
                "members",
                roster.members().keySet(),
                "protocol",
                protocol);
        rosters.accept(roster, protocol);
    }

    @Override
    public void elected(long leaderEpoch) {
        log.add("elected", "leaderEpoch", leaderEpoch);
    }

    @Override
    public void deposed(String reason) {
        activity.deposed();
        log.add("deposed", "reason", reason);
    }

    @Override
    public void storeSilent(StoreSilence silence, Instant leaseEnds) {
        LOG.warn(
                "{}: {}. The lease of this node is not renewed meanwhile, and writes are held when it ends at {}",
                ErrorCode.METADATA_UNAVAILABLE.code(),
                silence.describe(),
                leaseEnds);
        log.add("store-silent", "since", silence.since(), "leaseEnds", leaseEnds);
    }

    @Override
    public void writesHeld(HeldWrites held) {
        LOG.warn(
                "{}writes are held, because the lease of this node has ended: {}. They go on when it is renewed",
                held.silence() == null ? "" : ErrorCode.METADATA_UNAVAILABLE.code() + ": ",
                held.reason());
        log.add("writes-held", "since", held.since(), "reason", held.reason());
    }

    @Override
    public void storeAnswers(StoreOutage outage) {
        LOG.info("{}", outage.describe());
        log.add(
                "store-answers",
                "silentMillis",
                outage.silent().toMillis(),
                "heldMillis",
                outage.held().toMillis());
    }

    /** Each renewal, which is much to keep: only beside a journal. */
    @Override
    public void renewing(long deadlineNanos, long lastWriteNanos) {
        if (recordsRenewals) {
            log.add("renewing", "deadline", deadlineNanos, "lastWrite", lastWriteNanos);
        }
    }

    @Override
    public void removed(SortedSet<NodeId> members, long sentNanos) {
        log.add("removed", "members", members, "sent", sentNanos);
    }

    @Override
    public void lost(String reason, long lastWriteNanos) {
        log.add("lost", "reason", reason, "lastWrite", lastWriteNanos);
        ends.accept(ServerExit.FENCED, reason);
    }

    @Override
    public void failed(Throwable cause) {
        log.add("failed", "reason", cause);
        ends.accept(ServerExit.BROKEN, "a thread of its own has died: " + cause);
    }

    // ---- maintainers -----------------------------------------------------------------------------------------------

    @Override
    public void phaseChanged(ChangefeedId changefeed, MaintainerEpoch epoch, PhaseChange change) {
        if (change.to() == LifecyclePhase.CLOSED) {
            activity.closed(changefeed);
            errors.forget(changefeed);
        }
        log.add(
                "phase",
                "changefeed",
                changefeed,
                "epoch",
                epoch.value(),
                "from",
                change.from(),
                "to",
                change.to(),
                "checkpointTs",
                change.checkpointTs());
    }

    @Override
    public void quiesced(
            ChangefeedId changefeed, MaintainerEpoch epoch, int inFlight, long checkpointTs, long nowMillis) {
        log.add(
                "quiesced",
                "changefeed",
                changefeed,
                "epoch",
                epoch.value(),
                "inFlight",
                inFlight,
                "checkpointTs",
                checkpointTs);
    }

    @Override
    public void commandSent(ChangefeedId changefeed, MaintainerEpoch epoch, SentCommand sent) {
        if (sent.quiesced()) {
            log.add(
                    "command-after-quiesce",
                    "changefeed",
                    changefeed,
                    "epoch",
                    epoch.value(),
                    "phase",
                    sent.phase(),
                    "command",
                    sent.command().kind(),
                    // Tells the trigger, which may be closed then, from all that may not.
                    "dispatcher",
                    sent.command() instanceof WorkerCommand.RemoveDispatcher remove ? remove.dispatcher() : null,
                    "to",
                    sent.to());
        }
    }

    @Override
    public void commandSuppressed(
            ChangefeedId changefeed, MaintainerEpoch epoch, LifecyclePhase phase, WorkerCommand command) {
        activity.suppressed(command.kind());
        log.add(
                "command-suppressed",
                "changefeed",
                changefeed,
                "epoch",
                epoch.value(),
                "phase",
                phase,
                "command",
                command.kind());
    }

    @Override
    public void finalStatus(ChangefeedId changefeed, MaintainerEpoch epoch, FinalStatus word, long nowMillis) {
        log.add("final-status", "changefeed", changefeed, "epoch", epoch.value(), "checkpointTs", word.checkpointTs());
    }

    @Override
    public void published(MaintainerView view) {
        activity.published(view);
        errors.published(view);
    }

    @Override
    public void measured(MaintainerFigures figures) {
        activity.measured(figures);
    }

    // ---- the coordinator -------------------------------------------------------------------------------------------

    @Override
    public void moveStarted(
            ChangefeedId changefeed,
            NodeId from,
            NodeId to,
            MaintainerEpoch oldEpoch,
            MaintainerEpoch newEpoch,
            long nowMillis) {
        activity.moveStarted(changefeed);
        log.add(
                "move-started",
                "changefeed",
                changefeed,
                "from",
                from,
                "to",
                to,
                "oldEpoch",
                oldEpoch.value(),
                "newEpoch",
                newEpoch.value());
    }

    @Override
    public void moveCompleted(
            ChangefeedId changefeed, NodeId node, MoveOutcome outcome, long takeOverCheckpoint, long nowMillis) {
        activity.moveCompleted(changefeed, outcome);
        log.add(
                "move-completed",
                "changefeed",
                changefeed,
                "to",
                node,
                "outcome",
                outcome,
                "checkpointTs",
                takeOverCheckpoint);
    }

    @Override
    public void ownerChanged(
            ChangefeedId changefeed, NodeId node, MaintainerEpoch epoch, String reason, long nowMillis) {
        activity.ownerChanged(reason);
        log.add("owner", "changefeed", changefeed, "owner", node, "epoch", epoch.value(), "reason", reason);
    }

    @Override
    public void drainChanged(DrainTarget target, long nowMillis) {
        log.add("drain", "target", target);
    }

    @Override
    public void drained(DrainTarget target, long nowMillis) {
        log.add("drained", "target", target);
    }

    @Override
    public void expelled(NodeId node, long nowMillis) {
        activity.expelled();
        log.add("expelled", "member", node);
    }

    @Override
    public void reportRefused(String kind, String reason) {
        activity.reportRefused(kind);
    }
}
