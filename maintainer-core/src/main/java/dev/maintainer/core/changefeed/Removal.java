package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport.CloseDone;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The end of a maintainer. Without cascade it quiesces everything and closes its DDL trigger dispatcher; with cascade it
 * closes the changefeed on all nodes. What was asked for is only ever added to, never taken back.
 */
final class Removal {
    private static final long FIRST_RETRY_MILLIS = 100;
    private static final int SHOWN = 16;

    private static final class Close {
        long nextAt;
        long pauseMillis = FIRST_RETRY_MILLIS;
    }

    /** Some milliseconds on the loop. */
    private static final int MANIFEST_PIECE = 4_096;

    private final Pipeline pipeline;
    private final TreeSet<NodeId> closed = new TreeSet<>();
    private final Map<NodeId, Close> closing = new HashMap<>();
    private long committedAtStart;
    private long begunAt;
    private long stuckAt;
    private long triggerAskedAt;
    private boolean begun;
    private boolean cascade;
    private boolean removed;

    Removal(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Adds to what is asked for. Returns whether that is more than before. */
    boolean strengthen(boolean withCascade, boolean forGood) {
        boolean more = (withCascade && !cascade) || (forGood && !removed);
        cascade |= withCascade || forGood;
        removed |= forGood;
        return more;
    }

    /** Quiesces, and sends the first close. The phase is REMOVING already. */
    void begin(long nowMillis) {
        begun = true;
        begunAt = nowMillis;
        stuckAt = nowMillis + pipeline.config.operators().stuckMillis();
        committedAtStart = pipeline.checkpoint.committedTs();
        pipeline.operators.quiesce(QuiesceAllowlist.closing(pipeline.trigger.id()));
        // What was stuck is frozen now, and nobody waits for it any more.
        pipeline.errors.own(ErrorCode.OPERATOR_STUCK, null);
        if (!cascade) {
            triggerAskedAt = nowMillis;
            pipeline.operators.closeTrigger(pipeline.trigger.id(), pipeline.self, nowMillis);
            closeTriggerWithoutOperator();
        }
        sendCloses(nowMillis);
    }

    /** Repeats what is not answered yet: the close of the trigger or, in a cascade, the close requests. Says if that hangs. */
    void repeat(long nowMillis) {
        boolean due = nowMillis - triggerAskedAt >= pipeline.config.closeResendMillis();
        if (!cascade && due) {
            triggerAskedAt = nowMillis;
            pipeline.operators.repeat(pipeline.trigger.id(), nowMillis);
            closeTriggerWithoutOperator();
        }
        sendCloses(nowMillis);
        reportIfStuck(nowMillis);
    }

    private void reportIfStuck(long nowMillis) {
        if (nowMillis < stuckAt) {
            return;
        }
        SortedSet<NodeId> awaited = awaited();
        if (awaited.isEmpty()) {
            return;
        }
        stuckAt = nowMillis + pipeline.config.operators().stuckMillis();
        String what = cascade
                ? "the close of the changefeed waits for " + shown(awaited)
                : "the close of the DDL trigger dispatcher " + pipeline.trigger.id() + " waits for " + awaited;
        pipeline.errors.own(
                ErrorCode.OPERATOR_STUCK, what + " since " + (nowMillis - begunAt) + " ms. Look at that node.");
    }

    private static String shown(SortedSet<NodeId> nodes) {
        String first = nodes.stream().limit(SHOWN).toList().toString();
        return nodes.size() <= SHOWN ? first : first + " and " + (nodes.size() - SHOWN) + " more";
    }

    /** The operator ends at once if the own node has left the membership view; the trigger may run all the same. */
    private void closeTriggerWithoutOperator() {
        if (!pipeline.trigger.hasEnded() && !pipeline.operators.isInFlight(pipeline.trigger.id())) {
            pipeline.sendRemove(LifecycleAction.RUN_TRIGGER_CLOSE, pipeline.self, pipeline.trigger.id());
        }
    }

    /** In a cascade, asks every living node that has not closed, less and less often. */
    void sendCloses(long nowMillis) {
        if (!cascade) {
            return;
        }
        for (NodeId node : pipeline.members.latest()) {
            Close close = closing.computeIfAbsent(node, n -> new Close());
            if (!closed.contains(node) && nowMillis >= close.nextAt) {
                close.nextAt = nowMillis + close.pauseMillis;
                close.pauseMillis = Math.min(close.pauseMillis * 2, pipeline.config.closeResendMillis());
                pipeline.gate.send(
                        LifecycleAction.SEND_CLOSE,
                        node,
                        new WorkerCommand.CloseChangefeed(pipeline.changefeed, pipeline.epoch, removed));
            }
        }
    }

    Disposition onCloseDone(NodeId from, CloseDone done) {
        if (!begun || !cascade) {
            return Disposition.REFUSED;
        }
        if (done.outcome() == CloseOutcome.CLOSING) {
            return Disposition.APPLIED;
        }
        // Refused means that a newer owner has the node: there is nothing left for this one to close there.
        return closed.add(from) ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    /** The nodes that have to do something before this ends: there are no others that it waits for. */
    SortedSet<NodeId> awaited() {
        TreeSet<NodeId> awaited = new TreeSet<>();
        if (cascade) {
            awaited.addAll(pipeline.members.latest());
            awaited.removeAll(closed);
        } else if (!pipeline.trigger.hasEnded()) {
            awaited.add(pipeline.self);
        }
        return awaited;
    }

    /** Writes a piece of the manifest down; returns whether it is complete. */
    boolean writeManifest() {
        return pipeline.operators.writeManifest(MANIFEST_PIECE);
    }

    /** Whether all that has to be closed is closed. */
    boolean isComplete() {
        return cascade
                ? pipeline.members.isKnown() && closed.containsAll(pipeline.members.latest())
                : pipeline.trigger.hasEnded();
    }

    /**
     * The checkpoint may not pass the DDLs that the trigger has handled: once it is gone, no watermark includes it. In
     * a cascade dispatchers end one by one, and the watermarks of those that remain say nothing of them: it stays.
     *
     * @return an upper bound for the checkpoint; a TSO
     */
    long checkpointCap() {
        return cascade ? committedAtStart : Math.max(committedAtStart, pipeline.trigger.checkpointTs());
    }

    /** What no checkpoint may have passed, whichever kind of removal was asked for in between; a TSO. */
    long highestCap() {
        return Math.max(committedAtStart, pipeline.trigger.checkpointTs());
    }

    boolean isCascade() {
        return cascade;
    }
}
