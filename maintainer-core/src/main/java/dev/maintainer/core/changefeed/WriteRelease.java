package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.membership.Members;

/**
 * How far the dispatchers of this pipeline may write: up to what is durable in the redo log. Workers hear of it with
 * their bootstrap, whenever it has risen, and now and then in case a word got lost. Without a redo log there is no bound,
 * and nothing to say.
 */
final class WriteRelease {
    private final ChangefeedId changefeed;
    private final Members members;
    private final CheckpointCalculator checkpoint;
    private final CommandSender commands;
    private final ErrorBoard errors;
    private final MaintainerConfig config;
    private long releasedTs;
    private long waitsSince = Long.MAX_VALUE;
    private long sentAt = Long.MIN_VALUE / 2;
    private boolean news;

    /** @param assignment whether there is a redo log, and what is in the sink already */
    WriteRelease(
            Assignment assignment,
            Members members,
            CheckpointCalculator checkpoint,
            CommandSender commands,
            ErrorBoard errors,
            MaintainerConfig config) {
        this.changefeed = assignment.changefeed();
        this.members = members;
        this.checkpoint = checkpoint;
        this.commands = commands;
        this.errors = errors;
        this.config = config;
        // What the checkpoint to start from has passed is in the sink already.
        this.releasedTs = assignment.bound() ? assignment.startTs() : Long.MAX_VALUE;
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
        return isBound() && checkpoint.committedTs() >= releasedTs && checkpoint.resolvedTs() > releasedTs;
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
        long pause = news ? config.redoMillis() : config.releaseRepeatMillis();
        if (!isBound() || nowMillis - sentAt < pause) {
            return;
        }
        news = false;
        sentAt = nowMillis;
        for (NodeId node : members.alive()) {
            commands.release(node, releasedTs);
        }
    }

    /** Reports a log that stands still while the sink waits for it. */
    void lookForStall(long nowMillis) {
        waitsSince = holdsCheckpoint() ? Math.min(waitsSince, nowMillis) : Long.MAX_VALUE;
        long waits = nowMillis - waitsSince;
        boolean stalled = waits >= config.missingWatermarkMillis();
        errors.own(
                ErrorCode.REDO_STALLED,
                stalled
                        ? "the redo log has been durable up to " + releasedTs + " and no further for " + waits
                                + " ms, and nothing later may be written to the sink; see what holds the checkpoint of "
                                + changefeed.in(ReplicationMode.REDO)
                        : null);
    }
}
