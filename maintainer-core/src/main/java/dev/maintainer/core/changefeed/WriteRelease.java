package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;

/**
 * How far the dispatchers of this pipeline may write: up to what is durable in the redo log. Workers hear of it with
 * their bootstrap, whenever it has risen, and now and then in case a word got lost. Without a redo log there is no bound,
 * and nothing to say.
 */
final class WriteRelease {
    private final Pipeline pipeline;
    private long releasedTs;
    private long waitsSince = Long.MAX_VALUE;
    private long sentAt = Long.MIN_VALUE / 2;
    private boolean news;

    /** @param releasedTs what may be written from the start; a TSO; {@link Long#MAX_VALUE} without a redo log */
    WriteRelease(Pipeline pipeline, long releasedTs) {
        this.pipeline = pipeline;
        this.releasedTs = releasedTs;
    }

    /** A TSO; {@link Long#MAX_VALUE} without a redo log. */
    long releasedTs() {
        return releasedTs;
    }

    boolean isBound() {
        return releasedTs != Long.MAX_VALUE;
    }

    /** Whether there is more to write, and the checkpoint can rise only when the redo log does. */
    boolean holdsCheckpoint() {
        return isBound()
                && pipeline.checkpoint.committedTs() >= releasedTs
                && pipeline.checkpoint.resolvedTs() > releasedTs;
    }

    /** The redo log is durable up to {@code ts}, a TSO. */
    void raise(long ts) {
        if (isBound() && ts > releasedTs && ts < Long.MAX_VALUE) {
            releasedTs = ts;
            waitsSince = Long.MAX_VALUE;
            news = true;
        }
    }

    /** Tells all members, if there is something to say. */
    void send(long nowMillis) {
        long pause = news ? pipeline.config.redoMillis() : pipeline.config.releaseRepeatMillis();
        if (!isBound() || nowMillis - sentAt < pause) {
            return;
        }
        news = false;
        sentAt = nowMillis;
        for (NodeId node : pipeline.members.alive()) {
            pipeline.gate.send(
                    LifecycleAction.FORWARD_REDO,
                    node,
                    new WorkerCommand.Release(pipeline.changefeed, pipeline.epoch, releasedTs));
        }
    }

    /** Reports a log that stands still while the sink waits for it. */
    void lookForStall(long nowMillis) {
        waitsSince = holdsCheckpoint() ? Math.min(waitsSince, nowMillis) : Long.MAX_VALUE;
        long waits = nowMillis - waitsSince;
        boolean stalled = waits >= pipeline.config.missingWatermarkMillis();
        pipeline.errors.own(
                ErrorCode.REDO_STALLED,
                stalled
                        ? "the redo log has been durable up to " + releasedTs + " and no further for " + waits
                                + " ms, and nothing later may be written to the sink; see what holds the checkpoint of "
                                + pipeline.changefeed.in(ReplicationMode.REDO)
                        : null);
    }
}
