package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport.CloseDone;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.operator.OperatorController;
import java.util.SortedSet;

/**
 * The end of a maintainer: everything is quiesced, and closed is what the {@link RemovalMode} says, the DDL trigger
 * dispatcher or the changefeed on all nodes.
 */
final class Removal {
    private static final int SHOWN = 16;
    /** Some milliseconds on the loop. */
    private static final int MANIFEST_PIECE = 4_096;

    private final LifecycleState lifecycle;
    private final OperatorController operators;
    private final CheckpointCalculator checkpoint;
    private final TriggerClose triggerClose;
    private final ChangefeedClose changefeedClose;
    private final ErrorBoard errors;
    private final long stuckMillis;
    private long committedAtStart;
    private long begunAt;
    private long stuckAt;

    /** @param stuckMillis how long it may take before people are told what it waits for */
    Removal(
            LifecycleState lifecycle,
            OperatorController operators,
            CheckpointCalculator checkpoint,
            TriggerClose triggerClose,
            ChangefeedClose changefeedClose,
            ErrorBoard errors,
            long stuckMillis) {
        this.lifecycle = lifecycle;
        this.operators = operators;
        this.checkpoint = checkpoint;
        this.triggerClose = triggerClose;
        this.changefeedClose = changefeedClose;
        this.errors = errors;
        this.stuckMillis = stuckMillis;
    }

    /** Quiesces, and sends the first close. The phase is REMOVING already. */
    void begin(long nowMillis) {
        begunAt = nowMillis;
        stuckAt = nowMillis + stuckMillis;
        committedAtStart = checkpoint.committedTs();
        operators.quiesce(QuiesceAllowlist.closing(trigger().id()));
        // What was stuck is frozen now, and nobody waits for it any more.
        errors.own(ErrorCode.OPERATOR_STUCK, null);
        errors.own(ErrorCode.BARRIER_STUCK, null);
        errors.own(ErrorCode.DDL_REFUSED, null);
        if (!lifecycle.closesDispatchers()) {
            triggerClose.begin(nowMillis);
        }
        sendCloses(nowMillis);
    }

    /** Repeats what is not answered yet. Says if that hangs. */
    void repeat(long nowMillis) {
        if (!lifecycle.closesDispatchers()) {
            triggerClose.repeat(nowMillis);
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
        stuckAt = nowMillis + stuckMillis;
        String what = lifecycle.closesDispatchers()
                ? "the close of the changefeed waits for " + shown(awaited)
                : "the close of the DDL trigger dispatcher " + trigger().id() + " waits for " + awaited;
        errors.own(ErrorCode.OPERATOR_STUCK, what + " since " + (nowMillis - begunAt) + " ms. Look at that node.");
    }

    private static String shown(SortedSet<NodeId> nodes) {
        String first = nodes.stream().limit(SHOWN).toList().toString();
        return nodes.size() <= SHOWN ? first : first + " and " + (nodes.size() - SHOWN) + " more";
    }

    /** If all is to be closed, asks every living node that has not closed. */
    void sendCloses(long nowMillis) {
        RemovalMode mode = lifecycle.removal();
        if (mode != null && mode.closesDispatchers()) {
            changefeedClose.send(mode, nowMillis);
        }
    }

    Disposition onCloseDone(NodeId from, CloseDone done) {
        if (!lifecycle.closesDispatchers()) {
            return Disposition.REFUSED;
        }
        if (done.outcome() == CloseOutcome.CLOSING) {
            return Disposition.APPLIED;
        }
        // Refused means that a newer owner has the node: there is nothing left for this one to close there.
        return changefeedClose.closed(from) ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    /** The nodes that have to do something before this ends: there are no others that it waits for. */
    SortedSet<NodeId> awaited() {
        return lifecycle.closesDispatchers() ? changefeedClose.awaited() : triggerClose.awaited();
    }

    /** Writes a piece of the manifest down; returns whether it is complete. */
    boolean writeManifest() {
        return operators.writeManifest(MANIFEST_PIECE);
    }

    /** Whether all that has to be closed is closed. */
    boolean isComplete() {
        return lifecycle.closesDispatchers() ? changefeedClose.isComplete() : triggerClose.isComplete();
    }

    /**
     * The checkpoint may not pass the DDLs that the trigger has handled: once it is gone, no watermark includes it. Where
     * all is closed, dispatchers end one by one, and the watermarks of those that remain say nothing of them: it stays.
     *
     * @return an upper bound for the checkpoint; a TSO
     */
    long checkpointCap() {
        return lifecycle.closesDispatchers() ? committedAtStart : highestCap();
    }

    /** What no checkpoint may have passed, whichever kind of removal was asked for in between; a TSO. */
    long highestCap() {
        return Math.max(committedAtStart, trigger().checkpointTs());
    }

    private Trigger trigger() {
        return triggerClose.trigger();
    }
}
