package dev.maintainer.coordinator;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.coordinator.PlacementPhase.Event;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Places one changefeed. Level-triggered: {@link #advance} compares what is durable with what the phase needs, and
 * takes the next step when it may. No request leaves under an epoch that is not durable, and no epoch is given to two
 * nodes.
 */
final class ChangefeedPlacement {
    private record Move(NodeId origin, MaintainerEpoch originEpoch, NodeId wish) {}

    private final ChangefeedId changefeed;
    private final MetadataSlot slot;
    private final Fleet fleet;
    private final CoordinatorConfig config;
    private final CoordinatorObserver observer;
    private PlacementPhase phase = PlacementPhase.ABSENT;
    private @Nullable NodeId owner;
    private @Nullable MaintainerEpoch ownerEpoch;
    private @Nullable NodeId preferred;
    private @Nullable Move move;
    private HandoffManifest manifest = HandoffManifest.EMPTY;
    private long usedEpoch;
    private long checkpointTs;
    private final Wishes wishes;
    private long addCheckpointTs;
    private boolean adopted;
    private long nextSendAt;
    private long heardAt;
    private DrainProgress drain = DrainProgress.NONE;
    private SortedSet<NodeId> suspects = Collections.emptySortedSet();

    /** An absent changefeed. No maintainer will be added under an epoch up to {@code usedEpoch}. */
    ChangefeedPlacement(
            MetadataSlot slot, Fleet fleet, CoordinatorConfig config, CoordinatorObserver observer, long usedEpoch) {
        this.changefeed = slot.metadata().changefeed();
        this.slot = slot;
        this.fleet = fleet;
        this.config = config;
        this.observer = observer;
        this.usedEpoch = usedEpoch;
        this.checkpointTs = slot.metadata().checkpointTs();
        this.wishes = new Wishes(slot.metadata());
    }

    ChangefeedId changefeed() {
        return changefeed;
    }

    MetadataSlot slot() {
        return slot;
    }

    PlacementPhase phase() {
        return phase;
    }

    ChangefeedView view() {
        return new ChangefeedView(
                owner, slot.metadata().epoch(), checkpointTs, slot.metadata().state(), phase);
    }

    /** A new leader finds a maintainer that owns the changefeed. */
    void adopt(NodeId node, MaintainerStatus status, long nowMillis) {
        bind(node, status.epoch(), nowMillis);
        drain = status.drain();
        accept(status);
        phase = PlacementPhase.RUNNING;
        adopted = true;
        if (status.phase() == LifecyclePhase.REMOVING && wishes.state() == DesiredState.RUN) {
            // Somebody told the rightful owner to stop: let it finish, and go on under the next epoch.
            beginMove(node, status.epoch(), node);
            step(Event.MOVE_ASKED, nowMillis);
        }
    }

    /** A new leader finds the last owner, under an epoch that is over: let it end, and take its last word. */
    void resumeMove(NodeId origin, MaintainerStatus status, long nowMillis) {
        bind(origin, status.epoch(), nowMillis);
        beginMove(origin, status.epoch(), origin);
        preferred = null;
        phase = PlacementPhase.REMOVE_ORIGIN;
    }

    /**
     * Whether what is stored now is another life than the one that is being deleted here: another coordinator has deleted
     * that one, and the changefeed was created again.
     */
    boolean isDeletingFormerLifeOf(Versioned stored) {
        return phase == PlacementPhase.DELETING
                && stored.version() > slot.version()
                && stored.metadata().state() != DesiredState.REMOVE;
    }

    /** What is stored is not what was known: the epoch may have been given to somebody. */
    void reloaded() {
        usedEpoch = Math.max(usedEpoch, slot.metadata().epoch().value());
        accept(slot.metadata().checkpointTs());
        wishes.reloaded(slot.metadata());
    }

    /** What was wanted is stored. */
    void stored() {
        wishes.stored(slot.metadata());
    }

    /** The node whose maintainer owns it, or is asked to; null if there is none. */
    @Nullable
    NodeId owner() {
        return owner;
    }

    /** Whether the maintainer is on a node, or was asked to be. */
    boolean isOn(NodeId node) {
        return node.equals(owner);
    }

    /** Whether a move is under way. */
    boolean isMoving() {
        return phase == PlacementPhase.CLAIMING || phase == PlacementPhase.REMOVE_ORIGIN;
    }

    /** Whether the owner is being asked to stop, as the origin of a move. */
    boolean isHandingOff() {
        return phase == PlacementPhase.REMOVE_ORIGIN;
    }

    /** What the present owner has said last of the node that is being drained. */
    DrainProgress drain() {
        return drain;
    }

    /** The members that the present owner does not hear. */
    SortedSet<NodeId> suspects() {
        return suspects;
    }

    // ---- requests -------------------------------------------------------------------------------------------------

    /** Begins a move; returns why not, or null. */
    @Nullable
    String move(NodeId target, long nowMillis) {
        NodeId origin = owner;
        MaintainerEpoch epoch = ownerEpoch;
        DesiredState wish = wishes.state();
        if (phase != PlacementPhase.RUNNING || wish != DesiredState.RUN || origin == null || epoch == null) {
            return "changefeed " + changefeed + " is " + phase
                    + (wish == DesiredState.RUN ? "" : ", what is wanted is " + wish);
        }
        if (!fleet.isAlive(target) || !fleet.hasAnswered(target)) {
            return "node " + target + " is not a member, or has not answered yet";
        }
        if (!fleet.isOpen(target)) {
            return "node " + target + " is being drained, or does not know yet which node is";
        }
        if (target.equals(origin)) {
            return "changefeed " + changefeed + " is on node " + target + " already";
        }
        beginMove(origin, epoch, target);
        step(Event.MOVE_ASKED, nowMillis);
        return null;
    }

    private void beginMove(NodeId origin, MaintainerEpoch epoch, NodeId target) {
        move = new Move(origin, epoch, target);
        preferred = target;
    }

    /** Asks for the removal; returns whether that is news. */
    boolean remove() {
        return wishes.want(DesiredState.REMOVE);
    }

    /** Asks for a pause, or for its end; returns why not, or null. */
    @Nullable
    String pause(boolean paused) {
        if (wishes.state() == DesiredState.REMOVE) {
            return "changefeed " + changefeed + " is to be removed";
        }
        wishes.want(paused ? DesiredState.PAUSE : DesiredState.RUN);
        return null;
    }

    /** Whether something of it runs, or will, so that a drain has to care for it. */
    boolean hasWork() {
        return switch (phase) {
            case PAUSED, DELETING, GONE -> false;
            case ABSENT, ADD_TARGET, RUNNING, CLAIMING, REMOVE_ORIGIN, ORIGIN_STOPPED, REMOVING, PAUSING -> true;
        };
    }

    // ---- reports --------------------------------------------------------------------------------------------------

    Disposition status(NodeId from, MaintainerStatus status, long nowMillis) {
        boolean fromOwner = from.equals(owner) && status.epoch().equals(ownerEpoch);
        if (fromOwner) {
            heardAt = nowMillis;
            drain = status.drain();
            suspects = status.suspects();
            wishes.choose(status.scheduler());
        }
        FinalStatus finalStatus = status.finalStatus();
        if (finalStatus != null) {
            return closed(from, status.epoch(), finalStatus, fromOwner, nowMillis);
        }
        if (!fromOwner || phase == PlacementPhase.REMOVE_ORIGIN) {
            return Disposition.STALE;
        }
        accept(status.checkpointTs());
        if (isEnding()) {
            adopted = true;
        } else if (phase == PlacementPhase.ADD_TARGET && status.phase() == LifecyclePhase.RUNNING) {
            onOwnerRunning(from, status.epoch(), nowMillis);
        }
        return Disposition.APPLIED;
    }

    /** The node that has said nothing of this changefeed, which it is meant to host, for too long; null if none. */
    @Nullable
    NodeId silentOwner(long nowMillis) {
        return owner != null && nowMillis - heardAt > config.silenceMillis() ? owner : null;
    }

    /**
     * A host that was silent has told all that it hosts. If the maintainer that ran there is not among it, it is lost,
     * and another is placed under the next epoch. In the other phases requests are repeated, and their answers tell.
     */
    void hosts(NodeId node, List<MaintainerStatus> all, long nowMillis) {
        boolean ran = phase == PlacementPhase.RUNNING || phase == PlacementPhase.CLAIMING;
        boolean listed = all.stream()
                .anyMatch(status ->
                        status.changefeed().equals(changefeed) && status.epoch().equals(ownerEpoch));
        if (ran && !listed && node.equals(silentOwner(nowMillis))) {
            onOwnerLost(nowMillis);
        }
    }

    /** A host will not take the maintainer under this epoch any more, so it needs another one. */
    void addRefused(NodeId node, MaintainerEpoch epoch, long nowMillis) {
        boolean asked = phase == PlacementPhase.ADD_TARGET || isEnding();
        if (asked && node.equals(owner) && epoch.equals(ownerEpoch)) {
            onOwnerLost(nowMillis);
        }
    }

    /** Whether a maintainer that reports this must be told to go. */
    boolean isForeign(NodeId from, MaintainerStatus status) {
        boolean owns = from.equals(owner) && status.epoch().equals(ownerEpoch);
        return !owns
                && status.finalStatus() == null
                && !status.epoch().isNewerThan(slot.metadata().epoch());
    }

    private void onOwnerRunning(NodeId node, MaintainerEpoch epoch, long nowMillis) {
        step(Event.RUNS, nowMillis);
        manifest = HandoffManifest.EMPTY;
        observer.ownerChanged(changefeed, node, epoch, move == null ? "placed" : "moved", nowMillis);
        Move done = move;
        if (done != null) {
            MoveOutcome outcome = node.equals(done.wish)
                    ? MoveOutcome.COMPLETED
                    : node.equals(done.origin) ? MoveOutcome.RETURNED : MoveOutcome.ELSEWHERE;
            observer.moveCompleted(changefeed, node, outcome, addCheckpointTs, nowMillis);
            move = null;
        }
    }

    /** Exactly one terminal report is taken: that of the owner, under its own epoch. */
    private Disposition closed(
            NodeId from, MaintainerEpoch epoch, FinalStatus finalStatus, boolean fromOwner, long nowMillis) {
        if (!fromOwner) {
            Move running = move;
            boolean repeated = phase == PlacementPhase.ORIGIN_STOPPED
                    && running != null
                    && from.equals(running.origin)
                    && epoch.equals(running.originEpoch);
            if (repeated) {
                // It is acknowledged, once, when what it said is durable and somebody takes over.
                return Disposition.DUPLICATE;
            }
            boolean paused = phase == PlacementPhase.PAUSED
                    && epoch.equals(slot.metadata().epoch())
                    && slot.metadata().checkpointTs() >= finalStatus.checkpointTs();
            if (paused || slot.metadata().epoch().isNewerThan(epoch)) {
                acknowledge(from, epoch);
            }
            return Disposition.STALE;
        }
        accept(finalStatus.checkpointTs());
        if (phase == PlacementPhase.REMOVE_ORIGIN) {
            observer.finalStatusAccepted(changefeed, from, epoch, finalStatus, nowMillis);
            originEnded(finalStatus, nowMillis);
        } else if (phase == PlacementPhase.PAUSING && finalStatus.checkpointTs() > 0) {
            // It is repeated, and acknowledged when its checkpoint is durable: that is where the changefeed goes on.
            unbind();
            step(Event.CLOSED, nowMillis);
        } else if (phase == PlacementPhase.REMOVING && finalStatus.checkpointTs() > 0) {
            acknowledge(from, epoch);
            unbind();
            step(Event.CLOSED, nowMillis);
        } else if (!isEnding() && finalStatus.checkpointTs() > 0) {
            // Told to stop by somebody else, as a former coordinator that does not know yet that it is one.
            move = new Move(from, epoch, move == null ? from : move.wish);
            preferred = move.wish;
            observer.finalStatusAccepted(changefeed, from, epoch, finalStatus, nowMillis);
            originEnded(finalStatus, nowMillis);
        } else {
            // While it ends: the word of a host that had no maintainer, so nobody has closed the workers. Again, then.
            acknowledge(from, epoch);
            onOwnerLost(nowMillis);
        }
        return Disposition.APPLIED;
    }

    private void originEnded(FinalStatus finalStatus, long nowMillis) {
        unbind();
        manifest = finalStatus.manifest();
        step(Event.ORIGIN_ENDED, nowMillis);
    }

    private void acknowledge(NodeId node, MaintainerEpoch epoch) {
        fleet.send(node, new CoordinatorRequest.AcknowledgeFinalStatus(changefeed, epoch));
    }

    private void accept(MaintainerStatus status) {
        accept(status.checkpointTs());
        wishes.choose(status.scheduler());
    }

    private void accept(long reported) {
        checkpointTs = Math.max(checkpointTs, reported);
    }

    /** A node has left the membership, which the fleet knows already. */
    void nodeGone(NodeId node, long nowMillis) {
        if (node.equals(owner)) {
            if (phase == PlacementPhase.REMOVE_ORIGIN) {
                unbind();
                manifest = HandoffManifest.EMPTY;
                step(Event.ORIGIN_ENDED, nowMillis);
            } else {
                onOwnerLost(nowMillis);
            }
        }
        if (node.equals(preferred)) {
            // Back to the origin, which is added again only after it has confirmed its end.
            preferred = move != null && fleet.isAlive(move.origin) ? move.origin : null;
        }
    }

    private void onOwnerLost(long nowMillis) {
        unbind();
        manifest = HandoffManifest.EMPTY;
        adopted = false;
        step(Event.OWNER_LOST, nowMillis);
    }

    // ---- progress -------------------------------------------------------------------------------------------------

    /** Takes every step that is due, and starts a write if one is needed. Returns whether {@code requestId} was used. */
    boolean advance(long requestId, long nowMillis) {
        ChangefeedMetadata durable = slot.metadata();
        boolean fresh = durable.epoch().value() > usedEpoch;
        DesiredState wish = wishes.state();
        boolean ends = wish != DesiredState.RUN && durable.state() == wish;
        if (ends && (phase == PlacementPhase.RUNNING || phase == PlacementPhase.ADD_TARGET)) {
            adopted = phase == PlacementPhase.RUNNING;
            step(wish == DesiredState.REMOVE ? Event.REMOVAL_ASKED : Event.PAUSE_ASKED, nowMillis);
        } else if (ends && phase == PlacementPhase.PAUSING && wish == DesiredState.REMOVE) {
            step(Event.REMOVAL_ASKED, nowMillis);
        } else if (phase == PlacementPhase.PAUSED && wish != DesiredState.PAUSE && durable.state() == wish) {
            step(Event.RESUMED, nowMillis);
        } else if (phase == PlacementPhase.CLAIMING && fresh) {
            step(Event.CLAIMED, nowMillis);
            Move begun = Objects.requireNonNull(move);
            observer.moveStarted(changefeed, begun.origin, begun.wish, begun.originEpoch, durable.epoch(), nowMillis);
        } else if (phase == PlacementPhase.ABSENT && fresh) {
            place(nowMillis);
        } else if (phase == PlacementPhase.ORIGIN_STOPPED && fresh && durable.checkpointTs() >= checkpointTs) {
            // Until somebody can take over, the origin keeps its word: this coordinator may die with the manifest.
            Move running = Objects.requireNonNull(move);
            if (place(nowMillis) && fleet.isAlive(running.origin)) {
                acknowledge(running.origin, running.originEpoch);
            }
        }
        send(nowMillis);
        if (phase == PlacementPhase.DELETING) {
            return slot.delete(requestId, nowMillis);
        }
        return phase != PlacementPhase.GONE && slot.write(wanted(), isUrgent(), requestId, nowMillis);
    }

    private ChangefeedMetadata wanted() {
        ChangefeedMetadata durable = slot.metadata();
        boolean needsFresh = phase == PlacementPhase.ABSENT
                || phase == PlacementPhase.CLAIMING
                || phase == PlacementPhase.ORIGIN_STOPPED;
        MaintainerEpoch epoch = needsFresh && durable.epoch().value() <= usedEpoch
                ? durable.epoch().next()
                : durable.epoch();
        return new ChangefeedMetadata(
                changefeed,
                epoch,
                Math.max(checkpointTs, durable.checkpointTs()),
                durable.state() == DesiredState.REMOVE ? DesiredState.REMOVE : wishes.state(),
                wishes.scheduler(),
                durable.redo());
    }

    private boolean isUrgent() {
        return phase == PlacementPhase.ORIGIN_STOPPED
                || !wanted().withCheckpointTs(slot.metadata().checkpointTs()).equals(slot.metadata());
    }

    private boolean place(long nowMillis) {
        NodeId node = preferred != null && fleet.isOpen(preferred) ? preferred : fleet.leastLoaded();
        if (node == null) {
            return false;
        }
        DesiredState wish = wishes.state();
        MaintainerEpoch epoch = slot.metadata().epoch();
        bind(node, epoch, nowMillis);
        preferred = null;
        adopted = false;
        addCheckpointTs = Math.max(1, checkpointTs);
        step(
                switch (slot.metadata().state() == wish ? wish : DesiredState.RUN) {
                    case REMOVE -> Event.PLACED_FOR_REMOVAL;
                    case PAUSE -> Event.PLACED_FOR_PAUSE;
                    case RUN -> Event.PLACED;
                },
                nowMillis);
        observer.targetAdded(changefeed, node, epoch, addCheckpointTs, nowMillis);
        return true;
    }

    private void send(long nowMillis) {
        NodeId node = owner;
        MaintainerEpoch epoch = ownerEpoch;
        if (nowMillis < nextSendAt || node == null || epoch == null) {
            return;
        }
        nextSendAt = nowMillis + config.resendMillis();
        boolean unheard = isEnding() && !adopted;
        if (phase == PlacementPhase.ADD_TARGET || unheard) {
            fleet.send(
                    node,
                    new CoordinatorRequest.AddMaintainer(
                            changefeed,
                            epoch,
                            addCheckpointTs,
                            manifest,
                            fleet.newestVersion(),
                            wishes.scheduler(),
                            slot.metadata().redo()));
        }
        RemovalMode mode = phase.removal();
        if (mode != null) {
            fleet.send(node, new CoordinatorRequest.RemoveMaintainer(changefeed, epoch, mode));
        }
    }

    private boolean isEnding() {
        return phase == PlacementPhase.REMOVING || phase == PlacementPhase.PAUSING;
    }

    /** The metadata is gone. */
    void deleted(long nowMillis) {
        unbind();
        step(Event.DELETED, nowMillis);
    }

    private void step(Event event, long nowMillis) {
        PlacementPhase.TABLE.on(phase, event).ifPresent(edge -> {
            phase = edge.next();
            nextSendAt = nowMillis;
        });
    }

    private void bind(NodeId node, MaintainerEpoch epoch, long nowMillis) {
        forgetReports();
        owner = node;
        heardAt = nowMillis;
        ownerEpoch = epoch;
        usedEpoch = Math.max(usedEpoch, epoch.value());
        fleet.bind(node);
    }

    private void unbind() {
        if (owner != null) {
            fleet.release(owner);
        }
        owner = null;
        ownerEpoch = null;
        forgetReports();
    }

    private void forgetReports() {
        drain = DrainProgress.NONE;
        suspects = Collections.emptySortedSet();
    }

    /** Checks the epochs, nobody may have been told of one that is not durable; and that a write that is under way ends. */
    void audit(ChangefeedId name, Map<Long, ChangefeedId> requests, Findings findings) {
        findings.require(changefeed.equals(name), "C-1", changefeed, " is placed under the name ", name);
        long request = slot.inFlight();
        boolean answerable = request == 0 || changefeed.equals(requests.get(request));
        findings.require(answerable, "C-4", changefeed, " waits for request ", request, ", which nobody will answer");
        MaintainerEpoch durable = slot.metadata().epoch();
        MaintainerEpoch announced = ownerEpoch;
        boolean bound = (owner == null) == (announced == null);
        findings.require(bound, "C-2", changefeed, ": owner ", owner, " under epoch ", announced);
        boolean first = announced == null || !announced.isNewerThan(durable);
        findings.require(first, "C-3", changefeed, ": epoch ", announced, " was announced, durable is ", durable);
        boolean used = announced == null || announced.value() <= usedEpoch;
        findings.require(used, "C-3", changefeed, ": epoch ", announced, " is announced, used are up to ", usedEpoch);
        boolean held = usedEpoch <= durable.value();
        findings.require(held, "C-3", changefeed, ": epochs are used up to ", usedEpoch, ", durable is ", durable);
    }
}
