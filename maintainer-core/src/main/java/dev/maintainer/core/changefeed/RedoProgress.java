package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport.RedoMetaPersisted;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.core.lifecycle.LifecycleState;
import org.jspecify.annotations.Nullable;

/**
 * What the redo log promises, and how much of that is durable. The DDL trigger dispatcher of the redo pipeline writes it;
 * what it has not confirmed counts for nothing and is asked for again, by then with more.
 */
final class RedoProgress {
    private final LifecycleState lifecycle;
    private final Trigger trigger;
    private final CommandSender commands;
    private final long pauseMillis;
    private @Nullable RedoMeta wanted;
    private @Nullable RedoMeta durable;
    private long sentAt = Long.MIN_VALUE / 2;

    /** @param pauseMillis the shortest time between two requests */
    RedoProgress(LifecycleState lifecycle, Trigger trigger, CommandSender commands, long pauseMillis) {
        this.lifecycle = lifecycle;
        this.trigger = trigger;
        this.commands = commands;
        this.pauseMillis = pauseMillis;
    }

    /** Wants a promise made; it is never taken back. */
    void want(RedoMeta meta) {
        wanted = wanted == null ? meta : wanted.max(meta);
    }

    /** Asks for what is not durable yet. */
    void send(long nowMillis) {
        boolean due = nowMillis - sentAt >= pauseMillis;
        if (wanted != null && due && !(durable != null && durable.max(wanted).equals(durable))) {
            sentAt = nowMillis;
            commands.persistRedoMeta(wanted);
        }
    }

    Disposition onPersisted(NodeId from, RedoMetaPersisted persisted) {
        if (!from.equals(trigger.node()) || !persisted.trigger().equals(trigger.id())) {
            return Disposition.STALE;
        }
        if (!lifecycle.allows(LifecycleAction.FORWARD_REDO)) {
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
