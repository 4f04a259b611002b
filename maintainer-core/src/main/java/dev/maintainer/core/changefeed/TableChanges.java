package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport.BlockStatusReport;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.registry.SpanReplica;
import java.util.ArrayList;
import java.util.List;

/**
 * Applies what DDLs do to the set of tables: in commit order, each once, drops through removals that replace whatever
 * is in flight. A report begins with the first DDL that was not acknowledged, so there is never a gap before it.
 */
final class TableChanges {
    private final Pipeline pipeline;
    private long appliedTs;

    TableChanges(Pipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** All DDLs up to {@code ts} (a TSO) are in the table list that the maintainer started from. */
    void startAt(long ts) {
        appliedTs = ts;
    }

    Disposition onReport(NodeId from, BlockStatusReport report, long nowMillis) {
        if (!pipeline.lifecycle.allows(LifecycleAction.HANDLE_BLOCK_STATUS)) {
            return Disposition.REFUSED;
        }
        if (!from.equals(pipeline.self) || !pipeline.members.isCurrent(from, report.incarnation())) {
            return Disposition.STALE;
        }
        long before = appliedTs;
        long acknowledgedTs = 0;
        for (BlockStatus status : report.statuses()) {
            boolean known = status.dispatcher().equals(pipeline.trigger.id())
                    && status.stage() == BlockStage.NONE
                    && status.commitTs() >= 1
                    && status.commitTs() < Long.MAX_VALUE;
            if (!known) {
                break;
            }
            // Against the state before this report: several DDLs may have one commit time.
            if (status.commitTs() > before) {
                status.changes().forEach(change -> apply(change, status.commitTs(), nowMillis));
                appliedTs = Math.max(appliedTs, status.commitTs());
            }
            acknowledgedTs = Math.max(acknowledgedTs, status.commitTs());
        }
        if (acknowledgedTs == 0) {
            return Disposition.REFUSED;
        }
        pipeline.gate.send(
                LifecycleAction.HANDLE_BLOCK_STATUS,
                from,
                new WorkerCommand.AcknowledgeBlockStatus(
                        pipeline.changefeed, pipeline.epoch, pipeline.trigger.id(), acknowledgedTs));
        return appliedTs > before ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    private void apply(TableChange change, long commitTs, long nowMillis) {
        if (change instanceof TableChange.AddTable add) {
            addTable(add.table(), commitTs, nowMillis);
        } else if (change instanceof TableChange.DropTable drop) {
            dropTables(List.of(drop.table()), commitTs, nowMillis);
        } else if (change instanceof TableChange.DropSchema drop) {
            dropTables(pipeline.registry.tablesOf(drop.schema()), commitTs, nowMillis);
        } else {
            throw new IllegalStateException("unknown change " + change);
        }
        pipeline.scheduling.wantPlan();
    }

    private void addTable(TableInfo table, long commitTs, long nowMillis) {
        if (table.table().equals(TableId.DDL)) {
            return;
        }
        if (pipeline.registry.hasTable(table.table())) {
            // It may have been renamed into another schema; a drop of that schema has to find it.
            pipeline.registry.changeSchema(table.table(), table.schema());
            pipeline.registry.changeName(table.table(), table.name());
            return;
        }
        // The former owner may have executed this DDL: then its dispatchers run, and there must be no second ones.
        Coverage covered = new Coverage(table.table());
        List<UnclaimedDispatchers.UnclaimedDispatcher> merging = new ArrayList<>();
        for (UnclaimedDispatchers.UnclaimedDispatcher leftover : claim(table.table(), merging)) {
            boolean usable = pipeline.members.isAlive(leftover.node)
                    && pipeline.registry.get(leftover.id) == null
                    && covered.isFree(leftover.span);
            if (usable) {
                pipeline.registry.addReplicating(
                        leftover.id,
                        leftover.span,
                        table.schema(),
                        Math.max(leftover.checkpointTs, commitTs),
                        leftover.node,
                        leftover.component);
                covered.add(leftover.span);
                if (leftover.removal != null) {
                    pipeline.restoreRemoval(leftover.id, leftover.node, leftover.removal, nowMillis);
                }
            } else {
                pipeline.removeStray(leftover.node, leftover.id, nowMillis);
            }
        }
        for (UnclaimedDispatchers.UnclaimedDispatcher target : merging) {
            if (target.merge != null) {
                pipeline.restoreMerge(target.node, target.merge, nowMillis);
            }
        }
        for (UnclaimedDispatchers.PendingRemoval leaving : pipeline.unclaimed.takePendingRemovals(table.table())) {
            boolean mayWrite = pipeline.operators.isInFlight(leaving.id())
                    && pipeline.registry.get(leaving.id()) == null
                    && covered.isFree(leaving.span());
            if (mayWrite) {
                // Under its id the span waits for the removal, and is placed when that has ended.
                pipeline.registry.addAbsent(leaving.id(), leaving.span(), table.schema(), commitTs);
                covered.add(leaving.span());
            }
        }
        for (TableSpan hole : covered.holes()) {
            pipeline.registry.addAbsent(pipeline.freshId(), hole, table.schema(), commitTs);
        }
        pipeline.registry.changeName(table.table(), table.name());
    }

    /**
     * What runs of a table. Of a merge that has begun it is either the target, if that works, or the sources, which the
     * merge goes on to own, whatever they have said meanwhile.
     *
     * @param merging receives the targets of merges whose end is not known
     */
    private List<UnclaimedDispatchers.UnclaimedDispatcher> claim(
            TableId table, List<UnclaimedDispatchers.UnclaimedDispatcher> merging) {
        List<UnclaimedDispatchers.UnclaimedDispatcher> claimed = new ArrayList<>(pipeline.unclaimed.claim(table));
        for (UnclaimedDispatchers.UnclaimedDispatcher target : List.copyOf(claimed)) {
            if (target.merge == null) {
                continue;
            }
            if (target.component == ComponentState.PREPARING) {
                claimed.remove(target);
                merging.add(target);
            } else {
                claimed.removeIf(source -> target.merge.sources().contains(source.id));
            }
        }
        return claimed;
    }

    private void dropTables(List<TableId> tables, long commitTs, long nowMillis) {
        List<DispatcherId> dropped = new ArrayList<>();
        for (TableId table : tables) {
            for (SpanReplica replica : pipeline.registry.ofTable(table)) {
                dropped.add(replica.id());
                pipeline.checkpoint.dropped(replica.checkpointTs(), commitTs);
            }
            for (UnclaimedDispatchers.UnclaimedDispatcher leftover : pipeline.unclaimed.claim(table)) {
                pipeline.removeStray(leftover.node, leftover.id, nowMillis);
            }
        }
        // Operators first, spans last: a removal has to see where its dispatcher is.
        pipeline.operators.removeForDdl(dropped, nowMillis);
        for (DispatcherId id : dropped) {
            pipeline.registry.remove(id);
            pipeline.tombstones.add(id, nowMillis);
        }
    }

    /** The commit time of the last DDL that was applied; a TSO. */
    long appliedTs() {
        return appliedTs;
    }
}
