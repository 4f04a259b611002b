package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.BarrierProgress;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport.BarrierReport;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.barrier.Barrier;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanReplica;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Brings what workers say of block events to the barrier. Every report that is taken in is acknowledged as a whole; what
 * cannot be taken in yet is deferred, and whoever has nothing to say any more is acknowledged too, so that it stops.
 */
final class BarrierReports {
    /** The last report of a node that was taken in. */
    private record Taken(long incarnation, long sequence) {}

    private final LifecycleState lifecycle;
    private final Members members;
    private final Trigger trigger;
    private final SpanState spans;
    private final CommandSender commands;
    private final Barrier barrier;
    private final TreeMap<NodeId, Taken> taken = new TreeMap<>();

    BarrierReports(
            LifecycleState lifecycle,
            Members members,
            Trigger trigger,
            SpanState spans,
            CommandSender commands,
            Barrier barrier) {
        this.lifecycle = lifecycle;
        this.members = members;
        this.trigger = trigger;
        this.spans = spans;
        this.commands = commands;
        this.barrier = barrier;
    }

    Disposition onReport(NodeId from, BarrierReport report, long nowMillis) {
        if (!lifecycle.allows(LifecycleAction.HANDLE_BLOCK_STATUS)) {
            return Disposition.REFUSED;
        }
        if (!members.isCurrent(from, report.incarnation())) {
            return Disposition.STALE;
        }
        Taken last = taken.get(from);
        if (last != null && last.incarnation() == report.incarnation() && report.sequence() <= last.sequence()) {
            // What it says may be over; what is not over was said again since, or will be.
            return Disposition.STALE;
        }
        taken.put(from, new Taken(report.incarnation(), report.sequence()));
        boolean news = false;
        List<DispatcherId> deferred = new ArrayList<>();
        for (BarrierProgress progress : report.progress()) {
            for (DispatcherId dispatcher : progress.dispatchers()) {
                news |= dispatcher.equals(trigger.id())
                        ? ofTrigger(from, progress, deferred, nowMillis)
                        : ofSpan(from, dispatcher, report.executed(), progress, deferred, nowMillis);
            }
        }
        commands.acknowledgeBarrierReport(from, report.sequence(), deferred);
        return news ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    /** A node is gone. */
    void forget(NodeId node) {
        taken.remove(node);
    }

    private boolean ofTrigger(NodeId from, BarrierProgress progress, List<DispatcherId> deferred, long nowMillis) {
        if (!from.equals(trigger.node())) {
            return false;
        }
        if (trigger.isLost()) {
            deferred.add(trigger.id());
            return false;
        }
        return switch (progress.stage()) {
            // One that writes for a former owner stands there too; it answers when that is done.
            case WAITING, WRITING -> barrier.triggerWaiting(progress.event(), nowMillis);
            case DONE -> barrier.triggerPassed(progress.event().key(), progress.attempt(), nowMillis);
            case REFUSED ->
                barrier.triggerRefused(
                        progress.event().key(),
                        progress.attempt(),
                        Objects.requireNonNullElse(progress.refusal(), "no reason given"),
                        nowMillis);
            case NONE -> false;
        };
    }

    private boolean ofSpan(
            NodeId from,
            DispatcherId dispatcher,
            long executed,
            BarrierProgress progress,
            List<DispatcherId> deferred,
            long nowMillis) {
        SpanReplica span = spans.registry().get(dispatcher);
        if (span == null || !from.equals(span.node())) {
            // One that nobody knows yet may take part later, as the target of a merge does.
            if (span == null && spans.isTaken(dispatcher)) {
                deferred.add(dispatcher);
            }
            return false;
        }
        if (!span.isReplicating() || executed < span.request()) {
            // It is being placed. What it says is about an earlier dispatcher, or too early; it may say it again.
            deferred.add(dispatcher);
            return false;
        }
        if (progress.stage() == BlockStage.WAITING) {
            spans.registry().reportWaiting(span, progress.event().key());
            return barrier.waiting(span, progress.event(), nowMillis);
        }
        return progress.stage() == BlockStage.DONE
                && barrier.passed(span, progress.event().key(), nowMillis);
    }
}
