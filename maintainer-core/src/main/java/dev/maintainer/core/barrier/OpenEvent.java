package dev.maintainer.core.barrier;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.barrier.BarrierTransitions.Consequence;
import dev.maintainer.core.barrier.BarrierTransitions.Happening;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A block event that the checkpoint has not passed, and how many wait at it on which node. */
final class OpenEvent {
    private BlockEvent event;
    private final long openedAt;
    private BarrierPhase phase = BarrierPhase.COLLECTING;
    private long attempt;
    private @Nullable String refusal;
    /** Whether it must not be executed, whoever executes it. */
    private boolean forbidden;

    private long toldAt;
    private boolean over;
    private long changedAt;
    /** It has come nearer to its end since that was last noted. */
    private boolean moved;

    private long movedAt;
    /** How many waited when it was nearest to the end of its phase: the most while they arrive, the fewest while they go. */
    private int nearest;

    private final TreeMap<NodeId, Integer> waiting = new TreeMap<>();
    private int waitingCount;
    /** Where somebody has come to wait since it was executed, and has not been told. */
    private final TreeSet<NodeId> untold = new TreeSet<>();

    OpenEvent(BlockEvent event, long nowMillis) {
        this.event = event;
        this.openedAt = nowMillis;
        this.changedAt = nowMillis;
        this.movedAt = nowMillis;
    }

    BlockEvent event() {
        return event;
    }

    /** This is what it really is: others may have described it differently. */
    void vouch(BlockEvent described) {
        event = described;
    }

    BlockKey key() {
        return event.key();
    }

    BarrierPhase phase() {
        return phase;
    }

    /** Since when it is known. */
    long openedAt() {
        return openedAt;
    }

    /** How often it was to be executed, repetitions not counted. */
    long attempt() {
        return attempt;
    }

    /** Whether it is this event, in this phase, at this attempt. */
    boolean is(BlockKey wanted, BarrierPhase there, long attempted) {
        return key().equals(wanted) && phase == there && attempt == attempted;
    }

    /** Why the present attempt was refused; null if it was not. */
    @Nullable
    String refusal() {
        return refusal;
    }

    /** It was refused, and why. */
    void refusedBecause(String reason) {
        refusal = reason;
    }

    /** It must not be executed, and why. */
    void forbiddenBecause(String reason) {
        refusal = reason;
        forbidden = true;
    }

    /** Whether the present attempt was refused because it must not be executed. */
    boolean isForbidden() {
        return forbidden;
    }

    /** Takes a step if the table has one; returns what follows. */
    List<Consequence> on(Happening happening) {
        if (phase == BarrierPhase.DONE) {
            return List.of();
        }
        return BarrierTransitions.TABLE
                .on(phase, happening)
                .map(edge -> {
                    boolean tried = phase == BarrierPhase.COLLECTING && edge.next() != BarrierPhase.PASSING;
                    phase = edge.next();
                    moved(waitingCount);
                    attempt += tried ? 1 : 0;
                    refusal = null;
                    forbidden = false;
                    return edge.effects();
                })
                .orElse(List.of());
    }

    /** Somebody on this node waits at it. */
    void arrived(NodeId node, long nowMillis) {
        waiting.merge(node, 1, Integer::sum);
        waitingCount++;
        changedAt = nowMillis;
        if (phase == BarrierPhase.PASSING) {
            untold(node);
        }
        // Whoever was there, left and is back, as one that is moved, brings it no nearer to its end.
        boolean nearer = phase == BarrierPhase.PASSING ? waitingCount == 1 : waitingCount > nearest;
        if (nearer) {
            moved(waitingCount);
        }
    }

    /** The trigger has come to it. */
    void triggerArrived() {
        moved(nearest);
    }

    private void moved(int count) {
        nearest = count;
        moved = true;
    }

    /** Time has passed: it stands still since now, if it has moved. */
    void noteMove(long nowMillis) {
        movedAt = moved ? nowMillis : movedAt;
        moved = false;
    }

    /** For how long it has come no nearer to its end. */
    long stillMillis(long nowMillis) {
        return moved ? 0 : nowMillis - movedAt;
    }

    /** Somebody on this node has not been told that it was executed. */
    void untold(NodeId node) {
        untold.add(node);
    }

    /** Somebody on this node does not wait at it any more. */
    void left(NodeId node) {
        int left = waiting.merge(node, -1, Integer::sum);
        if (left < 0) {
            throw new IllegalStateException("more have left " + key() + " on " + node + " than have waited");
        }
        if (left == 0) {
            waiting.remove(node);
        }
        waitingCount--;
        if (phase == BarrierPhase.PASSING && waitingCount < nearest) {
            moved(waitingCount);
        }
    }

    /** How many spans wait at it; the trigger is not among them. */
    int waitingCount() {
        return waitingCount;
    }

    /** How many spans wait at it on which node. */
    SortedMap<NodeId, Integer> waiting() {
        return waiting;
    }

    /** The nodes that have to be told that it was executed; told they count from now on. */
    SortedSet<NodeId> takeUntold() {
        TreeSet<NodeId> nodes = new TreeSet<>(untold);
        untold.clear();
        return nodes;
    }

    /** Whether those that wait have to be told again; not while others still arrive. */
    boolean isRepetitionDue(long nowMillis, long repeatMillis) {
        return nowMillis - Math.max(toldAt, changedAt) >= repeatMillis;
    }

    void told(long nowMillis) {
        toldAt = nowMillis;
    }

    /** Whether the last that waited has just gone on; once. */
    boolean isJustOver(boolean triggerWaits) {
        boolean now = !over && !triggerWaits && phase == BarrierPhase.PASSING && waitingCount == 0;
        over |= now;
        return now;
    }
}
