package dev.maintainer.coordinator;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.coordinator.PlacementPhase.Event;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Places one changefeed. Level-triggered: {@link #advance} compares what is durable with what the phase needs, and
 * takes the next step when it may. No request leaves under an epoch that is not durable, and no epoch is given to two
 * nodes.
 */
final class ChangefeedPlacement {
    private final ChangefeedId changefeed;
    private final MetadataSlot slot;
    private final Fleet fleet;
    private final CoordinatorObserver observer;
    private final Ownership ownership;
    private final Wishes wishes;
    private final OwnerRequests requests;
    private final PlacementBackoff backoff = new PlacementBackoff();
    private PlacementPhase phase = PlacementPhase.ABSENT;
    private @Nullable NodeId preferred;
    private @Nullable Move move;
    private long checkpointTs;
    /** Whether {@link #checkpointTs} is from an owner, and not only what was stored. */
    private boolean heard;

    /** An absent changefeed. No maintainer will be added under an epoch up to {@code usedEpoch}. */
    ChangefeedPlacement(
            MetadataSlot slot, Fleet fleet, CoordinatorConfig config, CoordinatorObserver observer, long usedEpoch) {
        this.changefeed = slot.metadata().changefeed();
        this.slot = slot;
        this.fleet = fleet;
        this.observer = observer;
        this.ownership = new Ownership(fleet, config.silenceMillis(), usedEpoch);
        this.checkpointTs = slot.metadata().checkpointTs();
        this.wishes = new Wishes(slot.metadata());
        this.requests = new OwnerRequests(slot, wishes, fleet, config);
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
                ownership.node(),
                slot.metadata().epoch(),
                checkpointTs,
                heard,
                ownership.heardMillis(),
                ownership.errors(),
                slot.metadata().state(),
                phase,
                backoff.waitsFor(),
                slot.metadata().scheduler(),
                slot.metadata().configuration());
    }

    /** It was created by this coordinator, so nobody has shown anything of it before. */
    void created() {
        heard = true;
    }

    /** Why a change must not be carried out that somebody wants of another version than there is; null if it may. */
    @Nullable
    String otherVersion(@Nullable String wanted) {
        String present = view().version();
        if (wanted == null
                || (wanted.equals(present) && wishes.state() == slot.metadata().state())) {
            return null;
        }
        return wanted.equals(present)
                ? "changefeed " + changefeed + " is being changed by somebody else at this moment"
                : "changefeed " + changefeed + " has version " + present + " now; look at it, and ask again";
    }

    /** A new leader finds a maintainer that owns the changefeed. */
    void adopt(NodeId node, MaintainerStatus status, long nowMillis) {
        ownership.bind(node, status.epoch(), nowMillis);
        ownership.heard(status, nowMillis);
        accept(status);
        phase = PlacementPhase.RUNNING;
        requests.hosted(true);
        if (status.phase() == LifecyclePhase.REMOVING && wishes.state() == DesiredState.RUN) {
            // Somebody told the rightful owner to stop: let it finish, and go on under the next epoch.
            beginMove(new Owner(node, status.epoch()), node);
            step(Event.MOVE_ASKED, nowMillis);
        }
    }

    /** A new leader finds the last owner, under an epoch that is over: let it end, and take its final status. */
    void resumeMove(NodeId origin, MaintainerStatus status, long nowMillis) {
        ownership.bind(origin, status.epoch(), nowMillis);
        beginMove(new Owner(origin, status.epoch()), origin);
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
        ownership.use(slot.metadata().epoch());
        accept(slot.metadata().checkpointTs());
        wishes.reloaded(slot.metadata());
    }

    /** What was wanted is stored. */
    void stored() {
        wishes.stored(slot.metadata());
    }

    /** Whose it is. */
    Ownership ownership() {
        return ownership;
    }

    /** Whether a move is under way. */
    boolean isMoving() {
        return phase == PlacementPhase.CLAIMING || phase == PlacementPhase.REMOVE_ORIGIN;
    }

    /** Whether the owner is being asked to stop, as the origin of a move. */
    boolean isHandingOff() {
        return phase == PlacementPhase.REMOVE_ORIGIN;
    }

    // ---- requests -------------------------------------------------------------------------------------------------

    /** Begins a move; returns why not, or null. */
    @Nullable
    String move(NodeId target, long nowMillis) {
        Owner origin = ownership.owner();
        DesiredState wish = wishes.state();
        if (phase != PlacementPhase.RUNNING || wish != DesiredState.RUN || origin == null) {
            return "changefeed " + changefeed + " is " + phase
                    + (wish == DesiredState.RUN ? "" : ", what is wanted is " + wish);
        }
        if (!fleet.isAlive(target) || !fleet.hasAnswered(target)) {
            return "node " + target + " is not a member, or has not answered yet";
        }
        if (!fleet.isOpen(target)) {
            return "node " + target + " is being drained, or does not know yet which node is";
        }
        if (target.equals(origin.node())) {
            return "changefeed " + changefeed + " is on node " + target + " already";
        }
        beginMove(origin, target);
        step(Event.MOVE_ASKED, nowMillis);
        return null;
    }

    private void beginMove(Owner origin, NodeId target) {
        move = new Move(origin, target);
        preferred = target;
    }

    /** Asks for the removal; returns whether that is news. */
    boolean remove() {
        backoff.reset();
        return wishes.want(DesiredState.REMOVE);
    }

    /** Asks for a pause, or for its end; returns why not, or null. */
    @Nullable
    String pause(boolean paused) {
        if (wishes.state() == DesiredState.REMOVE) {
            return "changefeed " + changefeed + " is to be removed";
        }
        backoff.reset();
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
        boolean fromOwner = ownership.isOf(from, status.epoch());
        if (fromOwner) {
            ownership.heard(status, nowMillis);
            wishes.choose(status.scheduler());
        }
        FinalStatus finalStatus = status.finalStatus();
        if (finalStatus != null) {
            return closed(from, status.epoch(), finalStatus, fromOwner, nowMillis);
        }
        if (!fromOwner || phase == PlacementPhase.REMOVE_ORIGIN) {
            return Disposition.STALE;
        }
        heard = true;
        accept(status.checkpointTs());
        if (phase.isEnding()) {
            requests.hosted(true);
        } else if (phase == PlacementPhase.ADD_TARGET && status.phase() == LifecyclePhase.RUNNING) {
            onOwnerRunning(from, status.epoch(), nowMillis);
        }
        return Disposition.APPLIED;
    }

    /**
     * A host that was silent has told all that it hosts. If the maintainer that ran there is not among it, it is lost,
     * and another is placed under the next epoch. In the other phases requests are repeated, and their answers tell.
     */
    void hosts(NodeId node, List<MaintainerStatus> all, long nowMillis) {
        boolean ran = phase == PlacementPhase.RUNNING || phase == PlacementPhase.CLAIMING;
        boolean listed = all.stream()
                .anyMatch(status -> status.changefeed().equals(changefeed) && ownership.isOf(node, status.epoch()));
        if (ran && !listed && node.equals(ownership.silent(nowMillis))) {
            onOwnerLost(nowMillis);
        }
    }

    /** A host will not take the maintainer under this epoch any more, so it needs another one. */
    void addRefused(NodeId node, MaintainerEpoch epoch, long nowMillis) {
        boolean asked = phase == PlacementPhase.ADD_TARGET || phase.isEnding();
        if (asked && ownership.isOf(node, epoch)) {
            backoff.refused(node, nowMillis);
            onOwnerLost(nowMillis);
        }
    }

    /** Whether a maintainer that reports this must be told to go. */
    boolean isForeign(NodeId from, MaintainerStatus status) {
        return !ownership.isOf(from, status.epoch())
                && status.finalStatus() == null
                && !status.epoch().isNewerThan(slot.metadata().epoch());
    }

    private void onOwnerRunning(NodeId node, MaintainerEpoch epoch, long nowMillis) {
        backoff.reset();
        step(Event.RUNS, nowMillis);
        requests.handOver(HandoffManifest.EMPTY);
        observer.ownerChanged(changefeed, node, epoch, move == null ? "placed" : "moved", nowMillis);
        Move done = move;
        if (done != null) {
            observer.moveCompleted(changefeed, node, done.outcomeOn(node), requests.startTs(), nowMillis);
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
                    && running.origin().is(from, epoch);
            if (repeated) {
                // It is acknowledged, once, when what it said is durable and somebody takes over.
                return Disposition.DUPLICATE;
            }
            boolean paused = phase == PlacementPhase.PAUSED
                    && epoch.equals(slot.metadata().epoch())
                    && slot.metadata().checkpointTs() >= finalStatus.checkpointTs();
            if (paused || slot.metadata().epoch().isNewerThan(epoch)) {
                requests.acknowledge(from, epoch);
            }
            return Disposition.STALE;
        }
        heard |= finalStatus.checkpointTs() > 0;
        accept(finalStatus.checkpointTs());
        if (phase == PlacementPhase.REMOVE_ORIGIN) {
            observer.finalStatusAccepted(changefeed, from, epoch, finalStatus, nowMillis);
            originEnded(finalStatus, nowMillis);
        } else if (phase == PlacementPhase.PAUSING && finalStatus.checkpointTs() > 0) {
            // It is repeated, and acknowledged when its checkpoint is durable: that is where the changefeed goes on.
            ownership.unbind();
            step(Event.CLOSED, nowMillis);
        } else if (phase == PlacementPhase.REMOVING && finalStatus.checkpointTs() > 0) {
            requests.acknowledge(from, epoch);
            ownership.unbind();
            step(Event.CLOSED, nowMillis);
        } else if (!phase.isEnding() && finalStatus.checkpointTs() > 0) {
            // Told to stop by somebody else, as a former coordinator that does not know yet that it is one.
            beginMove(new Owner(from, epoch), move == null ? from : move.wish());
            observer.finalStatusAccepted(changefeed, from, epoch, finalStatus, nowMillis);
            originEnded(finalStatus, nowMillis);
        } else {
            // While it ends: the word of a host that had no maintainer, so nobody has closed the workers. Again, then.
            requests.acknowledge(from, epoch);
            backoff.refused(from, nowMillis);
            onOwnerLost(nowMillis);
        }
        return Disposition.APPLIED;
    }

    private void originEnded(FinalStatus finalStatus, long nowMillis) {
        ownership.unbind();
        requests.handOver(finalStatus.manifest());
        step(Event.ORIGIN_ENDED, nowMillis);
    }

    private void accept(MaintainerStatus status) {
        heard = true;
        accept(status.checkpointTs());
        wishes.choose(status.scheduler());
    }

    private void accept(long reported) {
        checkpointTs = Math.max(checkpointTs, reported);
    }

    /** A node has left the membership, which the fleet knows already. */
    void nodeGone(NodeId node, long nowMillis) {
        backoff.reset();
        if (ownership.isOn(node)) {
            if (phase == PlacementPhase.REMOVE_ORIGIN) {
                ownership.unbind();
                requests.handOver(HandoffManifest.EMPTY);
                step(Event.ORIGIN_ENDED, nowMillis);
            } else {
                onOwnerLost(nowMillis);
            }
        }
        if (node.equals(preferred)) {
            // Back to the origin, which is added again only after it has confirmed its end.
            preferred = move != null && fleet.isAlive(move.origin().node())
                    ? move.origin().node()
                    : null;
        }
    }

    private void onOwnerLost(long nowMillis) {
        ownership.unbind();
        requests.handOver(HandoffManifest.EMPTY);
        step(Event.OWNER_LOST, nowMillis);
    }

    // ---- progress -------------------------------------------------------------------------------------------------

    /** Takes every step that is due, and starts a write if one is needed. Returns whether {@code requestId} was used. */
    boolean advance(long requestId, long nowMillis) {
        ChangefeedMetadata durable = slot.metadata();
        boolean fresh = ownership.isUnused(durable.epoch());
        DesiredState wish = wishes.state();
        boolean ends = wish != DesiredState.RUN && durable.state() == wish;
        if (ends && (phase == PlacementPhase.RUNNING || phase == PlacementPhase.ADD_TARGET)) {
            requests.hosted(phase == PlacementPhase.RUNNING);
            step(wish == DesiredState.REMOVE ? Event.REMOVAL_ASKED : Event.PAUSE_ASKED, nowMillis);
        } else if (ends && phase == PlacementPhase.PAUSING && wish == DesiredState.REMOVE) {
            step(Event.REMOVAL_ASKED, nowMillis);
        } else if (phase == PlacementPhase.PAUSED && wish != DesiredState.PAUSE && durable.state() == wish) {
            step(Event.RESUMED, nowMillis);
        } else if (phase == PlacementPhase.CLAIMING && fresh) {
            step(Event.CLAIMED, nowMillis);
            Move begun = Objects.requireNonNull(move);
            Owner origin = begun.origin();
            observer.moveStarted(changefeed, origin.node(), begun.wish(), origin.epoch(), durable.epoch(), nowMillis);
        } else if (phase == PlacementPhase.ABSENT && fresh && !backoff.isWaiting(nowMillis)) {
            place(nowMillis);
        } else if (phase == PlacementPhase.ORIGIN_STOPPED && fresh && durable.checkpointTs() >= checkpointTs) {
            // Until somebody can take over, the origin keeps its word: this coordinator may die with the manifest.
            Owner origin = Objects.requireNonNull(move).origin();
            if (place(nowMillis) && fleet.isAlive(origin.node())) {
                requests.acknowledge(origin.node(), origin.epoch());
            }
        }
        requests.send(phase, ownership.owner(), nowMillis);
        if (phase == PlacementPhase.DELETING) {
            return slot.delete(requestId, nowMillis);
        }
        return phase != PlacementPhase.GONE && slot.write(wanted(nowMillis), isUrgent(nowMillis), requestId, nowMillis);
    }

    private ChangefeedMetadata wanted(long nowMillis) {
        ChangefeedMetadata durable = slot.metadata();
        boolean needsFresh = (phase == PlacementPhase.ABSENT && !backoff.isWaiting(nowMillis))
                || phase == PlacementPhase.CLAIMING
                || phase == PlacementPhase.ORIGIN_STOPPED;
        MaintainerEpoch epoch = needsFresh && !ownership.isUnused(durable.epoch())
                ? durable.epoch().next()
                : durable.epoch();
        return new ChangefeedMetadata(
                changefeed,
                epoch,
                Math.max(checkpointTs, durable.checkpointTs()),
                durable.state() == DesiredState.REMOVE ? DesiredState.REMOVE : wishes.state(),
                wishes.scheduler(),
                durable.redo(),
                durable.configuration());
    }

    private boolean isUrgent(long nowMillis) {
        return phase == PlacementPhase.ORIGIN_STOPPED
                || !wanted(nowMillis)
                        .withCheckpointTs(slot.metadata().checkpointTs())
                        .equals(slot.metadata());
    }

    private boolean place(long nowMillis) {
        NodeId node = preferred != null && fleet.isOpen(preferred) ? preferred : fleet.leastLoaded();
        if (node == null) {
            return false;
        }
        DesiredState wish = wishes.state();
        MaintainerEpoch epoch = slot.metadata().epoch();
        ownership.bind(node, epoch, nowMillis);
        preferred = null;
        requests.begin(checkpointTs);
        step(
                switch (slot.metadata().state() == wish ? wish : DesiredState.RUN) {
                    case REMOVE -> Event.PLACED_FOR_REMOVAL;
                    case PAUSE -> Event.PLACED_FOR_PAUSE;
                    case RUN -> Event.PLACED;
                },
                nowMillis);
        observer.targetAdded(changefeed, node, epoch, requests.startTs(), nowMillis);
        return true;
    }

    /** The metadata is gone. */
    void deleted(long nowMillis) {
        ownership.unbind();
        step(Event.DELETED, nowMillis);
    }

    private void step(Event event, long nowMillis) {
        PlacementPhase.TABLE.on(phase, event).ifPresent(edge -> {
            phase = edge.next();
            requests.makeDue(nowMillis);
        });
    }

    /** Checks the epochs, and that a write that is under way ends. */
    void audit(ChangefeedId name, Map<Long, ChangefeedId> awaited, Findings findings) {
        findings.require(changefeed.equals(name), "C-1", changefeed, " is placed under the name ", name);
        long request = slot.inFlight();
        boolean answerable = request == 0 || changefeed.equals(awaited.get(request));
        findings.require(answerable, "C-4", changefeed, " waits for request ", request, ", which nobody will answer");
        ownership.audit(changefeed, slot.metadata().epoch(), findings);
    }
}
