package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.lifecycle.RemovalMode;
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
 * The end of a maintainer: everything is quiesced, and closed is what the {@link RemovalMode} says, the DDL trigger
 * dispatcher or the changefeed on all nodes.
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

    Removal(Pipeline pipeline) {
        this.pipeline = pipeline;
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
        if (!closesDispatchers()) {
            triggerAskedAt = nowMillis;
            pipeline.operators.closeTrigger(pipeline.trigger.id(), pipeline.self, nowMillis);
            closeTriggerWithoutOperator();
        }
        sendCloses(nowMillis);
    }

    /** Repeats what is not answered yet: the close of the trigger or, the close requests to all nodes. Says if that hangs. */
    void repeat(long nowMillis) {
        boolean due = nowMillis - triggerAskedAt >= pipeline.config.closeResendMillis();
        if (!closesDispatchers() && due) {
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
        String what = closesDispatchers()
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

    /** If all is to be closed, asks every living node that has not closed, less and less often. */
    void sendCloses(long nowMillis) {
        RemovalMode mode = pipeline.lifecycle.removal();
        if (mode == null || !mode.closesDispatchers()) {
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
                        new WorkerCommand.CloseChangefeed(pipeline.changefeed, pipeline.epoch, mode));
            }
        }
    }

    Disposition onCloseDone(NodeId from, CloseDone done) {
        if (!begun || !closesDispatchers()) {
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
        if (closesDispatchers()) {
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
        return closesDispatchers()
                ? pipeline.members.isKnown() && closed.containsAll(pipeline.members.latest())
                : pipeline.trigger.hasEnded();
    }

    /**
     * The checkpoint may not pass the DDLs that the trigger has handled: once it is gone, no watermark includes it. Where
     * all is closed, dispatchers end one by one, and the watermarks of those that remain say nothing of them: it stays.
     *
     * @return an upper bound for the checkpoint; a TSO
     */
    long checkpointCap() {
        return closesDispatchers() ? committedAtStart : Math.max(committedAtStart, pipeline.trigger.checkpointTs());
    }

    /** What no checkpoint may have passed, whichever kind of removal was asked for in between; a TSO. */
    long highestCap() {
        return Math.max(committedAtStart, pipeline.trigger.checkpointTs());
    }

    private boolean closesDispatchers() {
        return pipeline.lifecycle.closesDispatchers();
    }
}
