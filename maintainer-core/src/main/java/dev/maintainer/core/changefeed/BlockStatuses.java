package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport.BlockStatusReport;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.membership.Members;
import org.jspecify.annotations.Nullable;

/**
 * Takes what the DDL trigger dispatcher reports: has each DDL applied once, in commit order, and acknowledges it. A report
 * begins with the first DDL that was not acknowledged, so there is never a gap before it.
 */
final class BlockStatuses {
    private final LifecycleState lifecycle;
    private final Members members;
    private final Trigger trigger;
    private final CommandSender commands;
    private final TableChanges tableChanges;
    private long appliedTs;

    BlockStatuses(
            LifecycleState lifecycle,
            Members members,
            Trigger trigger,
            CommandSender commands,
            TableChanges tableChanges) {
        this.lifecycle = lifecycle;
        this.members = members;
        this.trigger = trigger;
        this.commands = commands;
        this.tableChanges = tableChanges;
    }

    /** All DDLs up to {@code ts} (a TSO) are in the table list that the maintainer started from. */
    void startAt(long ts) {
        appliedTs = ts;
    }

    /** Why a block event must not be executed, for people; null if it may be, or was. */
    @Nullable
    String objection(BlockEvent event) {
        return event.key().commitTs() > appliedTs ? tableChanges.objection(event.changes()) : null;
    }

    /** A block event was executed: its changes follow, unless they are in what the maintainer started from. */
    void executed(BlockEvent event, long nowMillis) {
        long commitTs = event.key().commitTs();
        if (commitTs > appliedTs && !event.changes().isEmpty()) {
            event.changes().forEach(change -> tableChanges.apply(change, commitTs, nowMillis));
            appliedTs = commitTs;
        }
    }

    Disposition onReport(NodeId from, BlockStatusReport report, long nowMillis) {
        if (!lifecycle.allows(LifecycleAction.HANDLE_BLOCK_STATUS)) {
            return Disposition.REFUSED;
        }
        if (!from.equals(trigger.node()) || !members.isCurrent(from, report.incarnation())) {
            return Disposition.STALE;
        }
        long before = appliedTs;
        long acknowledgedTs = 0;
        for (BlockStatus status : report.statuses()) {
            boolean known = status.dispatcher().equals(trigger.id())
                    && status.stage() == BlockStage.NONE
                    && status.commitTs() >= 1
                    && status.commitTs() < Long.MAX_VALUE;
            if (!known) {
                break;
            }
            // Against the state before this report: several DDLs may have one commit time.
            if (status.commitTs() > before) {
                status.changes().forEach(change -> tableChanges.apply(change, status.commitTs(), nowMillis));
                appliedTs = Math.max(appliedTs, status.commitTs());
            }
            acknowledgedTs = Math.max(acknowledgedTs, status.commitTs());
        }
        if (acknowledgedTs == 0) {
            return Disposition.REFUSED;
        }
        commands.acknowledgeBlockStatus(acknowledgedTs);
        return appliedTs > before ? Disposition.APPLIED : Disposition.DUPLICATE;
    }
}
