package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport.RedoMetaPersisted;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import org.jspecify.annotations.Nullable;

/**
 * What the redo log promises, and how much of that is durable. The DDL trigger dispatcher of the redo pipeline writes it;
 * what it has not confirmed counts for nothing and is asked for again, by then with more.
 */
final class RedoProgress {
    private final Pipeline pipeline;
    private @Nullable RedoMeta wanted;
    private @Nullable RedoMeta durable;
    private long sentAt = Long.MIN_VALUE / 2;

    RedoProgress(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Wants a promise made; it is never taken back. */
    void want(RedoMeta meta) {
        wanted = wanted == null ? meta : wanted.max(meta);
    }

    /** Asks for what is not durable yet. */
    void send(long nowMillis) {
        boolean due = nowMillis - sentAt >= pipeline.config.redoMillis();
        if (wanted != null && due && !(durable != null && durable.max(wanted).equals(durable))) {
            sentAt = nowMillis;
            pipeline.gate.send(
                    LifecycleAction.FORWARD_REDO,
                    pipeline.self,
                    new WorkerCommand.PersistRedoMeta(
                            pipeline.changefeed, pipeline.epoch, pipeline.trigger.id(), wanted));
        }
    }

    Disposition onPersisted(NodeId from, RedoMetaPersisted persisted) {
        if (!from.equals(pipeline.self) || !persisted.trigger().equals(pipeline.trigger.id())) {
            return Disposition.STALE;
        }
        if (!pipeline.lifecycle.allows(LifecycleAction.FORWARD_REDO)) {
            return Disposition.REFUSED;
        }
        RedoMeta before = durable;
        durable = before == null ? persisted.meta() : before.max(persisted.meta());
        return durable.equals(before) ? Disposition.DUPLICATE : Disposition.APPLIED;
    }

    /** Everything up to it, inclusive, is durably promised to be in the log; a TSO; 0 if nothing is. */
    long durableTs() {
        return durable == null ? 0 : durable.resolvedTs();
    }
}
